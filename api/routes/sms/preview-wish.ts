import { PROBLEMS } from '../../../contracts/problems.ts';
import { previewMissing } from '../../../domain/need/preview.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';
import { shownToPublic } from '../need/preview.ts';
import type { Answered, InboundDeps, InboundSms } from './inbound.ts';
import { isAnothersPhone } from './phones.ts';
import type { SmsSender } from './sender.ts';
import { command, CONFIRM_MS, openNeeds, stateOf } from './wishes.ts';

/** A household sees in a text message what strangers will see of its need, and agrees by a second one. */

/** Of long words only their beginning fits; where the category is sensitive nobody sees any. */
const WORDS = 60;

function inWords(deps: ApiDeps, need: NeedRecord): string {
  const { title, recipient, place, amountFen, details, photos, lines } = shownToPublic(deps, need, deps.now());
  const things = lines.map(({ name, quantity, unit }) => `${name}${quantity}${unit}`).join('、');
  const worth = amountFen === 0 ? [] : [`共${amountFen / 100}元`];
  const text = details === null ? '不显示具体情况' : `说明“${[...details].slice(0, WORDS).join('')}”`;
  const pictures = photos.length === 0 ? '不显示照片' : `照片${photos.length}张`;
  return [`《${title}》`, `${place}${recipient}`, things, ...worth, text, pictures].join('，');
}

export async function showPreview({ deps }: InboundDeps, sender: SmsSender, choice: number | null): Promise<Answered> {
  const needs: NeedRecord[] = [];
  for (const need of await openNeeds(deps, sender)) {
    const state = await stateOf(deps, need._id);
    if (state !== null && previewMissing(state)) needs.push(need);
  }
  const need = needs.length === 1 ? needs[0] : choice === null ? undefined : needs[choice - 1];
  if (need !== undefined) {
    const about = { caseType: 'need', caseId: need._id, args: { revisionId: need.revisionId } };
    return { reply: 'previewAsk', words: { shown: inWords(deps, need) }, about };
  }
  if (needs.length === 0) return { reply: 'previewNothing' };
  const list = needs.map(({ title }, i) => `${i + 1}.${title}`).join('，');
  return { reply: 'previewChoose', words: { count: String(needs.length), list } };
}

/** What was changed since it was shown is nobody's word: the case refuses. */
export async function confirmPreview(inbound: InboundDeps, sms: InboundSms, sender: SmsSender): Promise<Answered> {
  const { deps } = inbound;
  const asked = await deps.models.sms.latest(sender.phoneIndexes, 'sms.previewAsk');
  const recent = asked !== null && asked.at.getTime() >= deps.now() - CONFIRM_MS;
  const own = { _id: asked?.caseId ?? '', householdId: { $in: [...sender.householdIds] } };
  const need = recent ? await deps.models.needs.needs.findOne(own, { maxTimeMS: 3000 }) : null;
  if (asked === null || need === null) return { reply: 'previewExpired' };
  if (await isAnothersPhone(deps, need)) {
    return { reply: 'refused', words: { why: PROBLEMS.PREVIEW_BY_ANOTHERS_PHONE.zh } };
  }
  const data = { revisionId: asked.args['revisionId'] ?? '' };
  return command(inbound, sms, sender, need, { name: 'giveConsent', data, done: 'previewed' });
}
