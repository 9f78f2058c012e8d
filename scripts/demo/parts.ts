/** One part of the demo: what it has shown, or why it could not. */
export type Part<T> = { readonly title: string } & (
  { readonly shown: T; readonly fault: null } | { readonly shown: null; readonly fault: string }
);

/** What goes wrong is a result, and the demo goes on. */
export async function playPart<T>(
  title: string,
  play: () => Promise<T>,
  progress: (line: string) => void,
): Promise<Part<T>> {
  try {
    return { title, shown: await play(), fault: null };
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    progress(`✗ ${title}: ${fault}`);
    return { title, shown: null, fault };
  }
}
