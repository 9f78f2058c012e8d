import { isDeepStrictEqual } from 'node:util';
import { CASE_DECIDERS } from '../domain/cases.ts';
import { isHelper, workflowId } from '../contracts/cases.ts';
import { NO_SHARE, shareOf } from '../domain/offer/tally.ts';
import { countsAs, isHold, type DonorCounts } from '../domain/pledge/reliability.ts';
import type { PledgeLine, PledgeState } from '../domain/pledge/types.ts';
import type { CaseRecord } from '../models/case.ts';
import type { EventRecord } from '../models/event.ts';
import type { Models } from '../models/index.ts';
import {
  chainFaults,
  commandFaults,
  foldFaults,
  idOf,
  offerFaults,
  quantityFaults,
  queueFaults,
  stuckFaults,
  unitFaults,
  type Checked,
} from './check-case.ts';
import { checkLog, NO_LOG, type ClientLog } from './check-log.ts';
import { loadPolicies } from '../infra/policies.ts';
import { scoreDifferences, type ScoresDeps } from './scores.ts';
import { statisticsDifferences, type StatisticsDeps } from './statistics.ts';

/**
 * Proves from the records, and from what clients were told, that nothing is lost and nothing is done twice. Reads every
 * case: for tests, for a restored backup, and for an operator who wants to know. Changes nothing.
 */

export const INVARIANTS = [
  'acknowledged',
  'oneWorkflow',
  'units',
  'holds',
  'commandOnce',
  'fold',
  'chain',
  'outcome',
  'told',
  'indeterminate',
  'stuck',
  'counters',
  'scores',
] as const;
export type Invariant = (typeof INVARIANTS)[number];

export interface Fault {
  readonly invariant: Invariant;
  /** Case or command. */
  readonly id: string;
  readonly detail: string;
}

/** What the checker asks Temporal. */
export interface WorkflowLook {
  /** `running`, `closed`, or `missing` (never started, or past its retention). */
  status(workflowId: string): Promise<'running' | 'closed' | 'missing'>;
  /** How many runs a workflow has had that did not continue as new. Left out where visibility cannot say. */
  chains?(): Promise<ReadonlyMap<string, number>>;
}

export interface CheckDeps {
  readonly models: Models;
  readonly look: WorkflowLook | null;
  readonly kinds?: { readonly [caseType: string]: Checked };
  readonly log?: ClientLog;
  readonly now?: number;
  /** A deadline may be this late: its jitter, and the worker's own delay. */
  readonly graceMs?: number;
  /** Pending commands younger than this are on their way. */
  readonly pendingMs?: number;
  /** Closed workflows are forgotten after this. */
  readonly retentionMs?: number;
  /** Off while the queues of statistics and scores are not drained. */
  readonly counters?: boolean;
  /** What facts are worth; without it by the policies that come with this release. */
  readonly currentPolicy?: ScoresDeps['currentPolicy'];
}

export interface CheckReport {
  readonly counts: Readonly<
    Record<'cases' | 'events' | 'commands' | 'needs' | 'pledges' | 'acknowledged' | 'told' | 'unsure', number>
  >;
  readonly faults: readonly Fault[];
}

const DAY = 86_400_000;

/** Checks everything. An empty `faults` means: nothing lost, nothing doubled, nothing stuck. */
export async function checkAll(deps: CheckDeps): Promise<CheckReport> {
  const { models, look, log = NO_LOG, kinds = CASE_DECIDERS, now = Date.now() } = deps;
  const { graceMs = 15 * 60_000, pendingMs = 10 * 60_000, retentionMs = 30 * DAY } = deps;
  const faults: Fault[] = [];
  const fault = (invariant: Invariant, id: string) => (detail: string) => faults.push({ invariant, id, detail });
  const cases = new Map<string, CaseRecord>();
  const histories = new Map<string, readonly EventRecord[]>();
  let events = 0;
  let commands = 0;

  for await (const record of models.cases.cases.find({})) {
    cases.set(record._id, record);
    commands += await checkCase(record);
  }
  for (const id of await strayEvents()) fault('acknowledged', id)('events without a case');
  await checkNeeds();
  await checkDonors();
  await checkOffers();
  await checkPending();
  await checkLog(log, { models, cases, fault });
  if (look !== null) await checkWorkflows(look);
  if (deps.counters !== false) {
    await checkCounters();
    await checkScores();
  }
  const count = {
    needs: await models.needs.needs.countDocuments(),
    pledges: await models.pledges.pledges.countDocuments(),
  };
  const { acknowledged, told, unsure } = log;
  const logged = { acknowledged: acknowledged.length, told: told.length, unsure: unsure.length };
  return { counts: { cases: cases.size, events, commands, ...count, ...logged }, faults };

  async function checkCase(record: CaseRecord): Promise<number> {
    const { _id, caseType, caseId } = record;
    const decider = kinds[caseType];
    if (decider === undefined) {
      fault('fold', _id)(`no case kind ${caseType}`);
      return 0;
    }
    const [history, sent] = await Promise.all([
      models.events.of(caseType, caseId),
      models.commands.commands.find({ caseType, caseId }).toArray(),
    ]);
    histories.set(_id, history);
    events += history.length;
    chainFaults(record, history).forEach(fault('chain', _id));
    const folded = foldFaults(decider, record, history);
    folded.faults.forEach(fault('fold', _id));
    const { doubled, outcomes } = commandFaults(record, history, sent, folded.stages);
    doubled.forEach(fault('commandOnce', _id));
    outcomes.forEach(fault('outcome', _id));
    stuckFaults(record, now, graceMs).forEach(fault('stuck', _id));
    return sent.length;
  }

  async function strayEvents(): Promise<string[]> {
    const found = await models.events.events
      .aggregate<{ _id: { caseType: string; caseId: string } }>([
        { $group: { _id: { caseType: '$caseType', caseId: '$caseId' } } },
      ])
      .toArray();
    return found.map(({ _id }) => idOf(_id)).filter((id) => !cases.has(id));
  }

  /** Needs and pledges: every one that was submitted or claimed is a case, and every unit is in one place. */
  async function checkNeeds(): Promise<void> {
    for await (const need of models.needs.needs.find({ submittedAt: { $ne: null } })) {
      const id = workflowId('need', need._id);
      const record = cases.get(id);
      if (record === undefined) {
        if (!(await wasRefused('need', need._id))) fault('acknowledged', id)('was submitted and has no case');
        continue;
      }
      if (need.stage !== record.stage || need.seq !== record.seq)
        fault('fold', id)('the need is not where its case is');
      const history = histories.get(id) ?? [];
      const pledges = await models.pledges.pledges.find({ needId: need._id }).toArray();
      const parts = await Promise.all(
        pledges.map(async (pledge) => {
          const pledgeId = workflowId('pledge', pledge._id);
          const own = cases.get(pledgeId);
          if (own === undefined) fault('acknowledged', pledgeId)('was claimed and has no case');
          else if (pledge.stage !== own.stage || pledge.seq !== own.seq)
            fault('fold', pledgeId)('the pledge is not where its case is');
          const held = (own?.seed['lines'] as unknown as PledgeLine[] | undefined) ?? pledge.lines;
          const seedLines = pledge.queuedAt === undefined ? held : [];
          return { record: pledge, seedLines, events: histories.get(pledgeId) ?? [], open: own?.terminal !== true };
        }),
      );
      unitFaults(need, history, parts).forEach(fault('units', id));
      const { rest } = record.state as { rest?: unknown };
      queueFaults(need, rest, pledges, now).forEach(fault('units', id));
      const edited = history.some(({ type }) => type === 'needEdited' || type === 'needResubmitted');
      quantityFaults(need, record.state, edited).forEach(fault('units', id));
    }
  }

  /** A donor's record is what his pledges say: what he holds, and how the others ended. */
  async function checkDonors(): Promise<void> {
    const wanted = new Map<string, DonorCounts & { holds: number }>();
    for await (const pledge of models.pledges.pledges.find({})) {
      const record = cases.get(workflowId('pledge', pledge._id));
      if (record === undefined) continue;
      const counts = wanted.get(pledge.donorId) ?? { holds: 0, received: 0, lapsed: 0, failed: 0 };
      wanted.set(pledge.donorId, addPledge(counts, record.state as PledgeState, pledge.hold));
      // What a sponsorship holds counts against nobody's quota.
      const counted = pledge.hold !== undefined && pledge.sponsorshipId === undefined;
      if (counted && pledge.hold !== isHold(record.state as PledgeState))
        fault('holds', record._id)(`counts as a hold: ${String(pledge.hold)}`);
    }
    for (const [id, counts] of wanted) {
      const { holds, received, lapsed, failed } = await models.donors.find(id);
      const stored = { holds, received, lapsed, failed };
      if (!isDeepStrictEqual(stored, counts))
        fault('holds', id)(`has ${shown(stored)}, by his pledges ${shown(counts)}`);
    }
  }

  /** Where an offer's units are follows from its pledges, and nothing is offered twice. */
  async function checkOffers(): Promise<void> {
    for await (const offer of models.offers.offers.find({})) {
      const id = workflowId('offer', offer._id);
      const record = cases.get(id);
      if (record === undefined) {
        if (!(await wasRefused('offer', offer._id))) fault('acknowledged', id)('was made and has no case');
        continue;
      }
      if (offer.stage !== record.stage || offer.seq !== record.seq)
        fault('fold', id)('the offer is not where its case is');
      const pledges = await models.pledges.pledges.find({ offerId: offer._id }).toArray();
      const shares = pledges.map((pledge) => {
        const own = cases.get(workflowId('pledge', pledge._id));
        return own === undefined ? (pledge.offerShare ?? NO_SHARE) : shareOf(own.state as PledgeState);
      });
      offerFaults(offer, shares).forEach(fault('units', id));
    }
  }

  /** A case whose opening was refused ends at once and leaves no record. */
  async function wasRefused(caseType: string, caseId: string): Promise<boolean> {
    const opening = { caseType, caseId, start: { $exists: true }, status: 'refused' as const };
    return (await models.commands.commands.findOne(opening)) !== null;
  }

  async function checkPending(): Promise<void> {
    const old = { status: 'pending' as const, createdAt: { $lte: new Date(now - pendingMs) } };
    for await (const command of models.commands.commands.find(old)) {
      fault('stuck', command._id)(`${command.name} of ${idOf(command)} is still pending`);
    }
  }

  async function checkWorkflows(temporal: WorkflowLook): Promise<void> {
    const chains = await temporal.chains?.();
    for (const record of cases.values()) {
      const status = await temporal.status(record._id);
      const forgotten = record.terminal && now - record.updatedAt.getTime() > retentionMs;
      const wanted = record.terminal ? 'closed' : 'running';
      if (status !== wanted && !(status === 'missing' && forgotten))
        fault('oneWorkflow', record._id)(`its workflow is ${status}, not ${wanted}`);
      const runs = chains?.get(record._id);
      if (runs !== undefined && runs !== 1) fault('oneWorkflow', record._id)(`has ${runs} workflows`);
    }
    for (const id of chains?.keys() ?? []) {
      const [caseType = '', caseId = ''] = id.split(':');
      // Short helpers have records of their own.
      if (isHelper(caseType)) continue;
      if (!cases.has(id) && !(await wasRefused(caseType, caseId)))
        fault('oneWorkflow', id)('a workflow without a case');
    }
  }

  async function checkCounters(): Promise<void> {
    const deciders = kinds as unknown as StatisticsDeps['deciders'];
    for (const [key, [stored, wanted]] of await statisticsDifferences({ db: models.db, deciders })) {
      fault('counters', key)(`is ${stored}, counted again ${wanted}`);
    }
  }

  async function checkScores(): Promise<void> {
    const deciders = kinds as unknown as ScoresDeps['deciders'];
    const { currentPolicy = loadPolicies('default').currentPolicy } = deps;
    for (const [id, [stored, wanted]] of await scoreDifferences({ db: models.db, deciders, currentPolicy })) {
      fault('scores', id)(`is ${stored}, counted again ${wanted}`);
    }
  }
}

function addPledge<C extends DonorCounts & { holds: number }>(counts: C, state: PledgeState, hold?: boolean): C {
  const ended = countsAs(state);
  const after = ended === null ? counts : { ...counts, [ended]: counts[ended] + 1 };
  return hold === true && isHold(state) ? { ...after, holds: after.holds + 1 } : after;
}

const shown = ({ holds, received, lapsed, failed }: DonorCounts & { holds: number }): string =>
  [holds, received, lapsed, failed].join('/');
