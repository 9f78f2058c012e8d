import { setTimeout as delay } from 'node:timers/promises';
import type { EffectAnswer } from '../contracts/cases.ts';
import type { Actor } from '../domain/kernel/types.ts';
import { newCommand, pendingCommand } from '../models/command.ts';
import type { SponsorshipChunk, SponsorshipProgress } from '../models/sponsorship.ts';
import { inTransaction } from '../models/transaction.ts';
import type { Effect } from './react.ts';
import { startAll } from './sponsor.ts';
import { progressOf, type SponsorDeps } from './sponsor-plan.ts';
import { messageId } from './tally.ts';

/** A sponsor says that what he holds is on its way: each pledge's case decides for itself, a chunk of them at a time. */

/** A chunk's pledges have so long to answer; then the effect is tried again and goes on waiting. */
const ANSWERS_MS = 15_000;

type Deps = Pick<SponsorDeps, 'models' | 'dispatch'>;

/**
 * One chunk of a round: `send` goes to every pledge that is held and, where a parcel is needed, has one. The ids of these
 * commands follow from pledge and round, so a worker that died in the middle asks nobody twice.
 */
export function createSendSponsored(deps: Deps, answersMs = ANSWERS_MS): Effect {
  const { models } = deps;
  return async ({ caseId, reaction: { args } }) => {
    const [round, next] = [Number(args['round']), Number(args['next'])];
    const sponsorship = await progressOf(models, caseId);
    if (sponsorship.stage !== 'sending') return null;
    const chunk = await models.sponsorships.claimedChunk(caseId, next);
    if (chunk !== null) await sendChunk(deps, sponsorship, chunk, round, answersMs);
    return answerFor(deps, caseId, round, (chunk?.n ?? next) + 1);
  };
}

async function answerFor({ models }: Deps, caseId: string, round: number, next: number): Promise<EffectAnswer> {
  const { sent = 0, notSent = {} } = await progressOf(models, caseId);
  const left = (await models.sponsorships.claimedChunk(caseId, next)) !== null;
  const held = left ? 0 : await models.pledges.pledges.countDocuments({ sponsorshipId: caseId, stage: 'held' });
  return { name: 'chunkSent', data: { round, next, sent, failed: { ...notSent }, left, held } };
}

async function sendChunk(
  { models, dispatch }: Deps,
  sponsorship: SponsorshipProgress,
  chunk: SponsorshipChunk,
  round: number,
  answersMs: number,
): Promise<void> {
  const ids = chunk.items.flatMap(({ pledgeId, sent }) => (pledgeId === null || sent === 'sent' ? [] : [pledgeId]));
  const ready = await models.pledges.pledges
    .find(
      {
        _id: { $in: ids },
        stage: 'held',
        ...(sponsorship.delivery === 'villagePoint' && { shipment: { $ne: null } }),
      },
      { projection: { _id: 1 }, maxTimeMS: 5000 },
    )
    .toArray();
  const actor: Actor = { id: sponsorship.donorId, role: 'donor' };
  const idOf = (pledgeId: string): string => messageId('send', pledgeId, `${sponsorship._id}-${round}`);
  const commands = ready.map(({ _id: caseId }) =>
    newCommand({ commandId: idOf(caseId), caseType: 'pledge', caseId, name: 'send', actor, data: {} }),
  );
  await models.commands.enqueue(commands);
  await startAll(
    commands.map((command) => pendingCommand(command)),
    dispatch,
  );
  const answers = await answered({ models }, ids.map(idOf), answersMs);
  const results = await resultsOf({ models }, ids, (pledgeId) => answers.get(idOf(pledgeId)));
  await inTransaction(models.db, (session) => models.sponsorships.noteSent(sponsorship._id, chunk, results, session));
}

/** What became of the commands. @throws Error while some of them have no answer: the effect is tried again */
async function answered({ models }: Pick<Deps, 'models'>, ids: readonly string[], forMs: number) {
  for (const until = Date.now() + forMs; ; await delay(100)) {
    const rows = await models.commands.commands
      .find({ _id: { $in: [...ids] } }, { projection: { status: 1, outcome: 1 }, maxTimeMS: 5000 })
      .toArray();
    const open = rows.filter(({ status }) => status === 'pending').length;
    if (open === 0)
      return new Map(rows.map(({ _id, outcome }) => [_id, outcome?.refusal?.code ?? ('sent' as string)] as const));
    if (Date.now() > until) throw new Error(`${open} pledges have not answered yet`);
  }
}

/** Who was asked answers; who was not is on its way already by the sponsor's own hand, or is not held any more, or waits for a parcel. */
async function resultsOf(
  { models }: Pick<Deps, 'models'>,
  ids: readonly string[],
  answerOf: (pledgeId: string) => string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const pledges = await models.pledges.pledges
    .find({ _id: { $in: [...ids] } }, { projection: { stage: 1, shipment: 1 }, maxTimeMS: 5000 })
    .toArray();
  return new Map(
    pledges.flatMap(({ _id, stage }): [string, string][] => {
      const answer = answerOf(_id) ?? (SENT.includes(stage) ? 'sent' : stage === 'held' ? undefined : 'notHeld');
      return answer === undefined ? [] : [[_id, answer]];
    }),
  );
}
const SENT: readonly string[] = ['sent', 'atPoint', 'received', 'disputed'];
