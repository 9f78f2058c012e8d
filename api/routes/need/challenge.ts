import { bodies } from '../../../contracts/http/need-commands.ts';
import { problem } from '../../../contracts/problems.ts';
import { KNOWN_STAGES, type NeedRecord } from '../../../models/need.ts';
import { seenBy } from '../../audience.ts';
import { checkedReason } from '../../case-command.ts';
import type { ApiDeps } from '../../deps.ts';
import { assertRealName } from '../../real-name.ts';
import type { Caller } from '../../route.ts';
import { needCommand } from './need-command.ts';

/** Doubt a public need: whoever sees it may, under his real name, and not too often. */
export const challengeNeed = needCommand({
  command: 'challenge',
  path: 'challenges',
  operationId: 'challengeNeed',
  summary: 'Doubt a public need; the level above its approver looks at it first',
  description:
    'Claims stop and holds stand still meanwhile. Once per person and need; who it was stays with the staff.',
  access: { signedIn: true, scope: 'none' },
  body: bodies.challenge,
  problems: [
    'REAL_NAME_REQUIRED',
    'REAL_NAME_UNCONFIRMED',
    'TOO_MANY_CHALLENGES',
    'OWN_POSTING',
    'ALREADY_DONE',
    'REASON_LENGTH',
  ],
  async load({ deps, params, caller }): Promise<NeedRecord> {
    const filter = { _id: params.needId, stage: { $in: [...KNOWN_STAGES] }, ...seenBy(deps, caller) };
    const need = await deps.models.needs.needs.findOne(filter, { maxTimeMS: 3000 });
    if (need === null) throw problem('NOT_FOUND');
    return need;
  },
  async message({ deps, body, caller, now, commandId }) {
    const note = checkedReason(deps, body.reason);
    assertRealName(await deps.models.accounts.find(caller.accountId));
    await countChallenge(deps, caller, now, commandId);
    return { data: { reasonCode: body.reasonCode }, note };
  },
});

/**
 * Counted before it is sent, by one conditional write: of several at once no more pass than the policy allows. What the
 * case then refuses has counted, too; the same request again does not. @throws Problem TOO_MANY_CHALLENGES
 */
async function countChallenge(deps: ApiDeps, caller: Caller, now: number, commandId: string): Promise<void> {
  const { shared, need } = deps.reference.currentPolicy(now);
  const { days, count } = need.challengesPerAccount ?? { days: 0, count: 0 };
  const since = new Date(now - days * shared.time.dayMs);
  const challenge = { id: commandId, at: new Date(now) };
  const counted = await deps.models.accounts.countChallenge(caller.accountId, challenge, { since, limit: count });
  if (!counted) throw problem('TOO_MANY_CHALLENGES', { members: { limit: count, days } });
}
