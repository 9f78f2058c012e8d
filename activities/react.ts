import { ApplicationFailure } from '@temporalio/common';
import type { Connection } from 'mongoose';
import type { CaseActivities, EffectAnswer, ReactRequest } from '../contracts/cases.ts';
import { SYSTEM, type Level } from '../domain/kernel/types.ts';
import { commandRepository, pendingCommand, type CommandRecord, type NewCommand } from '../models/command.ts';
import { needRepository } from '../models/need.ts';
import { pledgeRepository } from '../models/pledge.ts';
import { messageId } from './tally.ts';

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

export interface EffectDeps {
  readonly db: Connection;
  readonly dispatch: (command: CommandRecord) => Promise<void>;
  /** Levels of this path with a cadre who may review, leaving out the publisher and the household's own people. */
  readonly eligibleLevels: (query: {
    regionPath: readonly string[];
    publisherId: string;
    householdId: string;
  }) => Promise<{ readonly [level in Level]?: boolean }>;
}

/** Screening: who can review this need at all. */
export function createScreen({ db, eligibleLevels }: EffectDeps): Effect {
  const { find } = needRepository(db);
  return async ({ caseId }) => {
    const need = await find(caseId);
    if (need === null) throw new Error(`need ${caseId} has no details`);
    const { regionPath, publisherId, householdId } = need;
    const eligible = await eligibleLevels({ regionPath, publisherId, householdId });
    return { name: 'screened', data: { eligible: { ...eligible } } };
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

const voidCommand = (pledgeId: string, cause: string, because: string): NewCommand => ({
  _id: messageId('void', pledgeId, cause),
  caseType: 'pledge',
  caseId: pledgeId,
  name: 'voidByNeed',
  actor: SYSTEM,
  data: { because },
  bodyHash: '',
});
