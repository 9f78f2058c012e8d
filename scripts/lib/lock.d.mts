export function lockHolder(path: string): Promise<number | undefined>;
export function tryLock(path: string): Promise<number | undefined>;
export function unlock(path: string): Promise<void>;
export function withLock<T>(path: string, onWait: (holder: number) => void, work: () => Promise<T>): Promise<T>;
