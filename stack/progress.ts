/** Where progress lines go: the terminal for `npm start`, nowhere for a test that uses a warm cache. */
export type Progress = (line: string) => void;

export const silent: Progress = () => undefined;

/** Runs a long step and repeats its label with the elapsed seconds, so that nobody takes a build of minutes for a hang. */
export async function withHeartbeat<T>(progress: Progress, label: string, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  const timer = setInterval(() => {
    progress(`${label} (${Math.round((Date.now() - startedAt) / 1000)} s so far)`);
  }, 15_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
