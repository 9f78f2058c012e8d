import { SYSTEM } from '../domain/kernel/types.ts';
import { commandRepository, pendingCommand, type NewCommand } from '../models/command.ts';
import { pledgeRepository } from '../models/pledge.ts';
import type { Effect, EffectDeps } from './react.ts';
import { messageId } from './tally.ts';

const CHUNK = 200;

/** The offer is taken back: its proposals that nobody has answered end. Each pledge decides for itself. */
export function createVoidProposals({ db, dispatch }: Pick<EffectDeps, 'db' | 'dispatch'>): Effect {
  const { pledges } = pledgeRepository(db);
  const outbox = commandRepository(db);
  return async ({ caseId: offerId }) => {
    let after = '';
    for (;;) {
      const found = await pledges
        .find({ offerId, stage: { $in: ['offered', 'held', 'parked'] }, _id: { $gt: after } })
        .project<{ _id: string }>({ _id: 1 })
        .sort({ _id: 1 })
        .limit(CHUNK)
        .toArray();
      const commands = found.map(({ _id: caseId }): NewCommand => ({
        _id: messageId('voidProposal', caseId, offerId),
        caseType: 'pledge',
        caseId,
        name: 'voidProposal',
        actor: SYSTEM,
        data: {},
        bodyHash: '',
      }));
      await outbox.enqueue(commands);
      // They are in the outbox: the sweeper sends what could not be sent now.
      await Promise.allSettled(commands.map((command) => dispatch(pendingCommand(command))));
      if (found.length < CHUNK) return null;
      after = found.at(-1)?._id ?? after;
    }
  };
}
