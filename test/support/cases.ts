import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  type NativeConnection,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import type { Client } from '@temporalio/client';
import { v7 as uuidv7 } from 'uuid';
import { PRELOADED } from '../../infra/temporal/bundle.ts';
import { REQUIRED_ATTRIBUTES } from '../../infra/temporal/search-attributes.ts';
import type { CaseActivities, CaseInput } from '../../contracts/cases.ts';
import type { Actor, CasePolicy, Command, JsonObject } from '../../domain/kernel/types.ts';

export const CALENDAR = { version: 'test', years: {} };
export const DAY = 86_400_000;

export const TEST_POLICY: CasePolicy = {
  version: 'test',
  time: { dayMs: DAY, workingDays: 'every' },
  jitterMs: 0,
  parkedReminderWorkingDays: 2,
};

export const PERSON: Actor = { id: 'person-1', role: 'person' };
export const OPERATOR: Actor = { id: 'operator-1', role: 'operator' };

export const command = (
  name: string,
  data: JsonObject = {},
  actor: Actor = PERSON,
  id: string = uuidv7(),
): Command => ({
  id,
  name,
  actor,
  data,
});

const bundles = new Map<string, Promise<WorkflowBundleWithSourceMap>>();

/** Bundles an entry file once per test process. `entry` is relative to the folder `test`. */
export function bundleOf(entry: string): Promise<WorkflowBundleWithSourceMap> {
  const known = bundles.get(entry);
  if (known !== undefined) return known;
  const made = bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(`../${entry}`, import.meta.url)),
    preloadModules: PRELOADED,
    logger: quiet,
  });
  bundles.set(entry, made);
  return made;
}

const ignore = (): void => undefined;
export const quiet = {
  log: ignore,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: console.warn,
  error: console.error,
};

export interface RunningWorker {
  readonly client: Client;
  readonly taskQueue: string;
  stop(): Promise<void>;
}

/** A worker for one suite, with whatever activities it wants to watch. */
export async function startWorker(options: {
  client: Client;
  connection: NativeConnection;
  namespace: string;
  entry: string;
  activities: CaseActivities;
  taskQueue?: string;
}): Promise<RunningWorker> {
  const { client, connection, namespace, activities } = options;
  const taskQueue = options.taskQueue ?? `test-${uuidv7()}`;
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: await bundleOf(options.entry),
    activities,
    shutdownGraceTime: '1 s',
    shutdownForceTime: '5 s',
  });
  const run = worker.run();
  return {
    client,
    taskQueue,
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await run;
    },
  };
}

/** The test server knows no search attribute at first; an unknown one would fail every workflow task. */
export async function registerSearchAttributes({ connection, namespace }: TestWorkflowEnvironment): Promise<void> {
  await connection.operatorService.addSearchAttributes({
    namespace: namespace ?? 'default',
    searchAttributes: { ...REQUIRED_ATTRIBUTES },
  });
}

export const workerIn = (
  env: TestWorkflowEnvironment,
  entry: string,
  activities: CaseActivities,
): Promise<RunningWorker> =>
  startWorker({
    client: env.client,
    connection: env.nativeConnection,
    namespace: env.namespace ?? 'default',
    entry,
    activities,
  });

export const caseInput = (caseType: string, first: Command, extra: Partial<CaseInput> = {}): CaseInput => ({
  caseType,
  caseId: uuidv7(),
  seed: {},
  first,
  policy: TEST_POLICY,
  calendar: CALENDAR,
  ...extra,
});
