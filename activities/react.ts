import { ApplicationFailure } from '@temporalio/common';
import type { Connection } from 'mongoose';
import type { CaseActivities, EffectAnswer, ReactRequest } from '../contracts/cases.ts';
import type { Policy } from '../domain/policy.ts';
import { commandRepository, pendingCommand, type CommandRecord, type NewCommand } from '../models/command.ts';
import { needRepository } from '../models/need.ts';
import { pledgeRepository, type PledgeRecord } from '../models/pledge.ts';
import { eligibleFrom, type createCountReviewers } from '../models/reviewers.ts';
import { createRiskFacts, type RiskRules } from '../models/risk-facts.ts';
import { voidCommand } from './standby.ts';
import { holdClock } from './tally.ts';

export type Effect = (request: ReactRequest) => Promise<EffectAnswer | null>;

/** Carries out a reaction by its name. An unknown name is a bug of this deployment: it parks the case at once. */
export const createReact =
  (effects: { readonly [name: string]: Effect }): CaseActivities['react'] =>
  async (request) => {
    const effect = effects[request.reaction.effect];
    if (effect === undefined) {
      throw ApplicationFailure.nonRetryable(`no effect ${request.reaction.effect}`, 'UNKNOWN_EFFECT');
    }
    return effect(request);
  };

/** By what screening measures. */
export interface ScreeningReference {
  readonly categories: RiskRules['categories'];
  readonly brands: RiskRules['brands'];
  readonly policyFor: (version: string) => Policy;
}

export interface EffectDeps {
  readonly db: Connection;
  readonly reference: ScreeningReference;
  readonly dispatch: (command: CommandRecord) => Promise<void>;
  /** Who of this path may decide, leaving out the publisher and the household's own people. */
  readonly countReviewers: ReturnType<typeof createCountReviewers>;
}

/** Screening: who can review this need at all, and what about it stands out. The case itself gives the points. */
export function createScreen({ db, reference, countReviewers }: EffectDeps): Effect {
  const { find } = needRepository(db);
  const measure = createRiskFacts(db);
  return async ({ caseId }) => {
    const need = await find(caseId);
    if (need === null) throw new Error(`need ${caseId} has no details`);
    const { regionPath, publisherId, householdId } = need;
    const reviewers = await countReviewers({ regionPath, publisherId, householdId });
    const eligible = eligibleFrom(reviewers);
    const { shared, need: policy } = reference.policyFor(need.policyVersion);
    if (policy.risk === undefined) return { name: 'screened', data: { eligible, reviewers } };
    const { duplicateWindowDays, duplicatePercent, risk } = policy;
    const { categories, brands } = reference;
    const days = { dayMs: shared.time.dayMs, periodDays: risk.periodDays, duplicateWindowDays };
    const { facts } = await measure(need, { categories, brands, ...days, duplicatePercent }, Date.now());
    return { name: 'screened', data: { eligible, reviewers, facts: { ...facts } } };
  };
}

const CHUNK = 200;

type PledgeStages = readonly PledgeRecord['stage'][];

/** Sends something to all pledges of a need that are in one of these stages, chunk by chunk. */
function tellPledges(
  { db, dispatch }: EffectDeps,
  stages: PledgeStages,
  make: (pledgeId: string, request: ReactRequest) => NewCommand,
): Effect {
  const { pledges } = pledgeRepository(db);
  const outbox = commandRepository(db);
  return async (request) => {
    let after = '';
    for (;;) {
      const found = await pledges
        .find({ needId: request.caseId, stage: { $in: [...stages] }, _id: { $gt: after } })
        .project<{ _id: string }>({ _id: 1 })
        .sort({ _id: 1 })
        .limit(CHUNK)
        .toArray();
      const commands = found.map(({ _id }) => make(_id, request));
      await outbox.enqueue(commands);
      await Promise.all(commands.map((command) => dispatch(pendingCommand(command)).catch(leaveToSweeper)));
      if (found.length < CHUNK) return null;
      after = found.at(-1)?._id ?? after;
    }
  };
}

const causeOf = ({ caseId, seq }: ReactRequest): string => `${caseId}-${seq}`;

/**
 * Frees the holds of a need that is no longer open, parked ones too: they would come back as held. Each pledge decides for
 * itself: what is sent already goes on.
 */
export const createVoidPledges = (deps: EffectDeps): Effect =>
  tellPledges(deps, ['offered', 'held', 'parked'], (pledgeId, request) => {
    const { because } = request.reaction.args;
    return voidCommand(pledgeId, causeOf(request), typeof because === 'string' ? because : 'needEnded');
  });

/** Stops the clock of holds while a need is doubted, or starts it again. Nothing happens to what is sent. */
export const createHoldClock = (deps: EffectDeps, name: 'pauseHold' | 'resumeHold'): Effect =>
  tellPledges(deps, ['offered', 'held', 'parked'], (pledgeId, request) => holdClock(name, pledgeId, causeOf(request)));

/** The command is in the outbox: the sweeper sends what could not be sent now. */
const leaveToSweeper = (): void => undefined;
