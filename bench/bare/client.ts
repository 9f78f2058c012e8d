import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { v7 as uuidv7 } from 'uuid';
import type { World } from '../world.ts';
import type { BareInput } from './workflows.ts';

const QUEUE = 'bench-bare';

export interface Bare {
  /** The same calls as a whole need with one pledge, to two bare workflows; returns their ids. */
  life(upserts: boolean): Promise<{ needId: string; pledgeId: string }>;
  open(): Promise<string>;
  update(id: string): Promise<void>;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** What a need and a pledge of the measured life get: messages besides the start, further activities, upserts. */
export const NEED: BareInput = { messages: 7, extraActivities: 2, upserts: 6 };
export const PLEDGE: BareInput = { messages: 2, extraActivities: 0, upserts: 2 };

export async function startBare({ client: ours, config }: World): Promise<Bare> {
  const { address, namespace } = config.temporal;
  // No codec: bare is what one writes first.
  const client = new Client({ connection: ours.connection, namespace });
  const child: ChildProcess = fork(fileURLToPath(new URL('worker.ts', import.meta.url)), [address, namespace, QUEUE], {
    execArgv: ['--stack-trace-limit=0', '--import', 'tsx'],
  });
  await once(child, 'message');

  const start = async (input: BareInput): Promise<string> => {
    const workflowId = `bare:${uuidv7()}`;
    await client.workflow.start('bare', { workflowId, taskQueue: QUEUE, args: [input] });
    return workflowId;
  };
  const update = async (id: string): Promise<void> => {
    await client.workflow.getHandle(id).executeUpdate('command', { updateId: uuidv7() });
  };
  const signal = (id: string): Promise<void> => client.workflow.getHandle(id).signal('commandSignal');
  const input = (full: BareInput, upserts: boolean): BareInput => (upserts ? full : { ...full, upserts: 0 });

  return {
    async life(upserts) {
      const needId = await start(input(NEED, upserts));
      await update(needId);
      const pledgeId = await start(input(PLEDGE, upserts));
      await signal(needId);
      await update(pledgeId);
      await signal(needId);
      await update(pledgeId);
      await signal(needId);
      await signal(needId);
      await update(needId);
      await update(needId);
      return { needId, pledgeId };
    },
    open: () => start({ messages: 1_000, extraActivities: 0, upserts: 0 }),
    update,
    pid: child.pid,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
