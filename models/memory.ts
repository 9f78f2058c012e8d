/** Answers that stay good for a while. Who asks while one is on its way shares it; one that failed is asked for again. */
export interface Memory<T> {
  /** What is remembered of `key`, or what `find` brings now. */
  get(key: string, find: () => Promise<T>): Promise<T>;
  /** What is there already and still good; never looks. */
  known(key: string): T | undefined;
  /** Without a key: all of it. */
  forget(key?: string): void;
}

interface Options<T> {
  readonly forMs: number;
  /** Beyond this the oldest are forgotten. */
  readonly most: number;
  /** Whether an answer that has come serves later askers, too; default: each does. */
  readonly keep?: (answer: T) => boolean;
}

interface Entry<T> {
  readonly since: number;
  readonly answer: Promise<T>;
  found?: T;
}

export function createMemory<T>({ forMs, most, keep = () => true }: Options<T>): Memory<T> {
  const entries = new Map<string, Entry<T>>();

  function good(key: string): Entry<T> | undefined {
    const entry = entries.get(key);
    return entry !== undefined && performance.now() - entry.since < forMs ? entry : undefined;
  }

  function look(key: string, find: () => Promise<T>): Promise<T> {
    const entry: Entry<T> = { since: performance.now(), answer: find() };
    const drop = (): void => {
      // A later look of the same key stays.
      if (entries.get(key) === entry) entries.delete(key);
    };
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size > most) entries.delete(entries.keys().next().value ?? '');
    entry.answer.then((found) => {
      if (keep(found)) entry.found = found;
      else drop();
    }, drop);
    return entry.answer;
  }

  return {
    get: (key, find) => good(key)?.answer ?? look(key, find),
    known: (key) => good(key)?.found,
    forget(key) {
      if (key === undefined) entries.clear();
      else entries.delete(key);
    },
  };
}
