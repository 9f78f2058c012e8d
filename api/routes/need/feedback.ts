import { bodies } from '../../../contracts/http/need-commands.ts';
import { checkedText, type Message } from '../../case-command.ts';
import type { ApiDeps } from '../../deps.ts';
import type { AnyRoute, Caller } from '../../route.ts';
import { assertFreshPhotos, assertOwnPhotos } from '../photo-use.ts';
import { needCommand, PARTY } from './need-command.ts';

/** What the household says after receipt, with photos: commands of the need whose words and pictures stay in MongoDB. */

const common = { access: PARTY, problems: ['PERSONAL_DATA', 'PHOTO_UNKNOWN', 'PHOTO_REUSED'] } as const;

interface Said {
  readonly deps: ApiDeps;
  readonly caller: Caller;
  newId(label: string): string;
}

/** @throws Problem PERSONAL_DATA, PHOTO_UNKNOWN, PHOTO_REUSED */
async function feedbackOf(
  { deps, caller, newId }: Said,
  text: string | undefined,
  photos: readonly string[] = [],
): Promise<Message> {
  const note = text === undefined ? undefined : checkedText(text, '/body/text');
  if (note === undefined && photos.length === 0) return {};
  const feedbackId = newId('feedback');
  await assertOwnPhotos(deps, caller.accountId, photos, '/body/photos');
  await assertFreshPhotos(deps, photos, { kind: 'feedback', id: feedbackId }, '/body/photos');
  const shown = photos.length === 0 ? {} : { photos: [...new Set(photos)] };
  return { data: { feedbackId, ...shown }, ...(note !== undefined && { note }) };
}

export const feedbackCommandRoutes: readonly AnyRoute[] = [
  needCommand({
    ...common,
    command: 'answer',
    path: 'answers',
    operationId: 'answerOutcome',
    summary: 'Answer a question about what the help achieved; a cadre may answer after a visit',
    body: bodies.answer,
    async message(ctx) {
      const { question, answer, text, photos } = ctx.body;
      const { data = {}, note } = await feedbackOf(ctx, text, photos);
      return { data: { question, answer, ...data }, note };
    },
  }),
  needCommand({
    ...common,
    command: 'thank',
    path: 'thanks',
    operationId: 'thankDonors',
    summary: 'Thank the donors, who read it at once; strangers only after a cadre has looked at it',
    body: bodies.thank,
    message: (ctx) => feedbackOf(ctx, ctx.body.text, ctx.body.photos),
  }),
];
