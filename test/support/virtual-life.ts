import { setTimeout } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { v7 as uuidv7 } from 'uuid';
import {
  COMMAND_SIGNAL,
  COMMAND_UPDATE,
  STATE_QUERY,
  workflowId,
  type CaseActivities,
  type CaseInput,
} from '../../contracts/cases.ts';
import type { CaseFile, Outcome } from '../../domain/kernel/case-file.ts';
import { SYSTEM, type Actor, type Command, type JsonObject } from '../../domain/kernel/types.ts';
import type { Extent } from '../../domain/need/types.ts';
import { policyOf } from '../../domain/policy.ts';
import type { RunningWorker } from './cases.ts';
import { COUNTY, DONOR, KEEPER, OPERATOR, PUBLISHER, RECIPIENT, REGION_PATH, TOWNSHIP, VILLAGE } from './people.ts';
import { ALL_LEVELS, CALENDAR, DAY, NEED_LINES, POLICY } from './story.ts';

/** Activities that only answer: for lives in virtual time, where the records are somebody else's test. */
export const answeringActivities: CaseActivities = {
  record: () => Promise.resolve(),
  react: ({ reaction }) =>
    Promise.resolve(reaction.effect === 'screen' ? { name: 'screened', data: { eligible: ALL_LEVELS } } : null),
};

const NEED_SEED: JsonObject = {
  publisherId: PUBLISHER.id,
  householdId: 'household-1',
  publisherIsVillageCadre: false,
  regionPath: REGION_PATH,
  category: 'goods.bedding.quilt',
  urgency: 'normal',
  revisionId: 'revision-1',
  lines: NEED_LINES,
  amountFen: 30_000,
};

const PLEDGE_SEED: JsonObject = {
  needId: 'need-1',
  donorId: DONOR.id,
  publisherId: PUBLISHER.id,
  householdId: 'household-1',
  regionPath: REGION_PATH,
  category: 'goods.bedding.quilt',
  urgency: 2,
  delivery: 'villagePoint',
  lines: [{ lineId: 'quilt', quantity: 2 }],
  marks: [],
};

export interface VirtualCase {
  readonly handle: WorkflowHandle;
  do(name: string, actor: Actor, data?: JsonObject): Promise<Outcome>;
  tally(committed: Extent, sent: Extent, received: Extent, openPledges: number): Promise<void>;
  days(count: number): Promise<void>;
  /** Waits for the case's own steps (screening) until it stands in this stage. */
  reach(stage: string): Promise<void>;
}

/** Starts a case with the real decider and the default policy on the time-skipping server. */
export async function startCase(
  env: TestWorkflowEnvironment,
  worker: RunningWorker,
  caseType: 'need' | 'pledge',
  extra: Partial<CaseInput> = {},
): Promise<VirtualCase> {
  const [name, actor, seed] =
    caseType === 'need' ? (['submit', PUBLISHER, NEED_SEED] as const) : (['hold', DONOR, PLEDGE_SEED] as const);
  const first: Command = { id: uuidv7(), name, actor, data: {} };
  const caseId = uuidv7();
  const policy = { ...policyOf(POLICY, caseType), jitterMs: 0 };
  const input: CaseInput = { caseType, caseId, seed, first, policy, calendar: CALENDAR, ...extra };
  const options = { workflowId: workflowId(caseType, caseId), taskQueue: worker.taskQueue, args: [input] };
  const handle = await worker.client.workflow.start(caseType, options);
  let version = 0;
  return {
    handle,
    do: (command, by, data = {}) => {
      const id = uuidv7();
      const sent: Command = { id, name: command, actor: by, data };
      return handle.executeUpdate<Outcome, [Command]>(COMMAND_UPDATE, { args: [sent], updateId: id });
    },
    async tally(committed, sent, received, openPledges) {
      version += 1;
      const data = { version, openPledges, progress: { committed, sent, received } };
      await handle.signal(COMMAND_SIGNAL, { id: uuidv7(), name: 'reportTally', actor: SYSTEM, data });
    },
    days: (count) => env.sleep(count * DAY),
    async reach(stage) {
      while ((await handle.query<CaseFile>(STATE_QUERY)).state.stage !== stage) await setTimeout(20);
    },
  };
}

type Path = (env: TestWorkflowEnvironment, worker: RunningWorker) => Promise<VirtualCase>;

const published: Path = async (env, worker) => {
  const need = await startCase(env, worker, 'need');
  await need.reach('underReview');
  await need.do('approve', VILLAGE);
  return need;
};

/** The paths whose histories are kept and replayed. A released version's histories stay; new ones are added. */
export const PATHS: { readonly [name: string]: Path } = {
  'need-delivered-and-followed': async (env, worker) => {
    const need = await published(env, worker);
    await need.tally('all', 'none', 'none', 1);
    await need.tally('all', 'all', 'none', 1);
    await need.tally('all', 'all', 'all', 0);
    await need.reach('following');
    await need.do('thank', RECIPIENT);
    await need.days(220);
    return need;
  },
  'need-returned-and-resubmitted': async (env, worker) => {
    const need = await startCase(env, worker, 'need');
    await need.reach('underReview');
    await need.do('return', VILLAGE, { reasonCode: 'unclear' });
    await need.days(2);
    await need.do('resubmit', PUBLISHER, { revisionId: 'revision-2', lines: NEED_LINES as never, amountFen: 30_000 });
    await need.reach('underReview');
    await need.do('approve', VILLAGE);
    await need.do('withdraw', RECIPIENT);
    return need;
  },
  'need-refused-and-appealed': async (env, worker) => {
    const need = await startCase(env, worker, 'need');
    await need.reach('underReview');
    await need.do('refuse', VILLAGE, { reasonCode: 'notNeeded' });
    await need.do('appeal', PUBLISHER);
    await need.do('refuse', TOWNSHIP, { reasonCode: 'notNeeded' });
    await need.days(12);
    return need;
  },
  'need-overdue-until-parked-and-cancelled': async (env, worker) => {
    const need = await startCase(env, worker, 'need');
    await need.days(30);
    await need.do('cancel', OPERATOR, { reasonCode: 'test' });
    return need;
  },
  'need-expired-and-handed-off': async (env, worker) => {
    const need = await published(env, worker);
    await need.days(130);
    return need;
  },
  'need-edited': async (env, worker) => {
    const need = await published(env, worker);
    await need.do('edit', PUBLISHER, { revisionId: 'revision-2', lines: NEED_LINES as never, amountFen: 30_000 });
    await need.do('approve', VILLAGE);
    await need.do('takeDown', COUNTY, { reasonCode: 'other' });
    await need.days(12);
    return need;
  },
  'pledge-collected-at-the-point': async (env, worker) => {
    const pledge = await startCase(env, worker, 'pledge');
    await pledge.do('extend', DONOR);
    await pledge.do('send', DONOR);
    await pledge.do('arrive', KEEPER);
    await pledge.days(6);
    await pledge.do('collect', KEEPER, { codeVerified: true });
    return pledge;
  },
  'pledge-lapsed': async (env, worker) => {
    const pledge = await startCase(env, worker, 'pledge');
    await pledge.days(4);
    return pledge;
  },
  'pledge-unconfirmed-until-disputed': async (env, worker) => {
    const pledge = await startCase(env, worker, 'pledge');
    await pledge.do('send', DONOR);
    await pledge.days(25);
    await pledge.do('ruleReceived', COUNTY, { lines: [{ lineId: 'quilt', quantity: 2 }] });
    return pledge;
  },
};
