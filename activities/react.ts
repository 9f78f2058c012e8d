import { ApplicationFailure } from '@temporalio/common';
import type { Connection } from 'mongoose';
import type { CaseActivities, EffectAnswer, ReactRequest } from '../contracts/cases.ts';
import type { Policy } from '../domain/policy.ts';
import { commandRepository, pendingCommand, type CommandRecord } from '../models/command.ts';
import { needRepository } from '../models/need.ts';
import { pledgeRepository } from '../models/pledge.ts';
import { eligibleFrom, type createCountReviewers } from '../models/reviewers.ts';
import { createRiskFacts, type RiskRules } from '../models/risk-facts.ts';
import { voidCommand } from './standby.ts';

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
    const { duplicateWindowDays, risk } = policy;
    const { categories, brands } = reference;
    const rules = { categories, brands, dayMs: shared.time.dayMs, periodDays: risk.periodDays, duplicateWindowDays };
    const { facts } = await measure(need, rules, Date.now());
    return { name: 'screened', data: { eligible, reviewers, facts: { ...facts } } };
  };
}

const CHUNK = 200;

/** Frees the holds of a need that is no longer open. Each pledge decides for itself: what is sent already goes on. */
export function createVoidPledges({ db, dispatch }: EffectDeps): Effect {
  const { pledges } = pledgeRepository(db);
  const outbox = commandRepository(db);
  return async ({ caseId, seq, reaction }) => {
    const because = typeof reaction.args['because'] === 'string' ? reaction.args['because'] : 'needEnded';
    let after = '';
    for (;;) {
      const held = await pledges
        .find({ needId: caseId, stage: { $in: ['offered', 'held'] }, _id: { $gt: after } })
        .project<{ _id: string }>({ _id: 1 })
        .sort({ _id: 1 })
        .limit(CHUNK)
        .toArray();
      const commands = held.map(({ _id }) => voidCommand(_id, `${caseId}-${seq}`, because));
      await outbox.enqueue(commands);
      await Promise.all(commands.map((command) => dispatch(pendingCommand(command)).catch(leaveToSweeper)));
      if (held.length < CHUNK) return null;
      after = held.at(-1)?._id ?? after;
    }
  };
}

/** The command is in the outbox: the sweeper sends what could not be sent now. */
const leaveToSweeper = (): void => undefined;
