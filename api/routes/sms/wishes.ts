import { PROBLEMS, problemForRefusal } from '../../../contracts/problems.ts';
import { allowedCommands, isTerminal } from '../../../domain/kernel/table.ts';
import type { JsonObject } from '../../../domain/kernel/types.ts';
import { NOBODY } from '../../../domain/need/audience.ts';
import { hearsHousehold } from '../../../domain/need/consent.ts';
import { needTable } from '../../../domain/need/table.ts';
import type { NeedState } from '../../../domain/need/types.ts';
import { whyNeedSentence, whyNeedWaits } from '../../../domain/need/why-waiting.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Answered, InboundDeps, InboundSms } from './inbound.ts';
import type { SmsSender } from './sender.ts';

/** What a household wants by text message, carried out by commands like everybody's. */

export const CONFIRM_MS = 30 * 60_000;
/** More does not fit into one answer. */
const TOLD = 3;
const ENDED = Object.entries(needTable.stages)
  .filter(([stage]) => isTerminal(needTable, { id: '', stage, stageSince: 0, clock: {} }))
  .map(([stage]) => stage) as NeedRecord['stage'][];

/** What was posted for the sender's households and has not ended, newest first. */
export const openNeeds = ({ models }: ApiDeps, { householdIds }: SmsSender): Promise<NeedRecord[]> =>
  models.needs.needs
    .find({ householdId: { $in: [...householdIds] }, submittedAt: { $ne: null }, stage: { $nin: ENDED } })
    .sort({ submittedAt: -1, _id: -1 })
    .limit(9)
    .maxTimeMS(3000)
    .toArray();

export const stateOf = async ({ models }: ApiDeps, needId: string): Promise<NeedState | null> =>
  ((await models.cases.find('need', needId))?.state as NeedState | undefined) ?? null;

export async function tellProgress({ deps }: InboundDeps, sender: SmsSender): Promise<Answered> {
  const needs = (await openNeeds(deps, sender)).slice(0, TOLD);
  if (needs.length === 0) return { reply: 'noNeeds' };
  const lines = await Promise.all(
    needs.map(async ({ _id, title }) => {
      const state = await stateOf(deps, _id);
      return `《${title}》${state === null ? '已提交，平台正在安排审核。' : whyNeedSentence(whyNeedWaits(state))}`;
    }),
  );
  return { reply: 'progress', words: { list: lines.join('') } };
}

interface Question {
  readonly need: NeedRecord;
  readonly question: number;
}

/** The question asked last by text message, else any that is open. */
async function questionFor(deps: ApiDeps, sender: SmsSender): Promise<Question | null> {
  const needs = (await openNeeds(deps, sender)).filter(({ stage }) => stage === 'following');
  const asked = await deps.models.sms.latest(sender.phoneIndexes, 'need.outcomeAsked');
  const need = needs.find(({ _id }) => _id === asked?.caseId);
  const number = Number(asked?.args['question']);
  if (need !== undefined && Number.isInteger(number)) return { need, question: number };
  for (const candidate of needs) {
    const following = (await stateOf(deps, candidate._id))?.following ?? null;
    if (following !== null && following.asked > following.answered.length) {
      return { need: candidate, question: following.asked };
    }
  }
  return null;
}

export async function answerQuestion(
  inbound: InboundDeps,
  sms: InboundSms,
  sender: SmsSender,
  answer: 'good' | 'partly' | 'bad',
): Promise<Answered> {
  const found = await questionFor(inbound.deps, sender);
  if (found === null) return { reply: 'noQuestion' };
  const { need, question } = found;
  return command(inbound, sms, sender, need, { name: 'answer', data: { question, answer }, done: 'answered' });
}

/** What a household may end by two words, and the case's command for it. */
const ENDINGS = { withdraw: 'withdraw', revoke: 'revokeConsent' } as const;
type Ending = keyof typeof ENDINGS;
const DONE = { withdraw: 'withdrawn', revoke: 'revoked' } as const;

async function mayEnd(deps: ApiDeps, { _id, stage, audience }: NeedRecord, ending: Ending): Promise<boolean> {
  if (!allowedCommands(needTable, stage).includes(ENDINGS[ending])) return false;
  if (ending === 'revoke' && audience === NOBODY) return false;
  if (stage !== 'parked') return true;
  const state = await stateOf(deps, _id);
  return state !== null && hearsHousehold(state);
}

/** Nothing ends by one word: the second one confirms which. */
export async function askFor(
  ending: Ending,
  { deps }: InboundDeps,
  sender: SmsSender,
  choice: number | null,
): Promise<Answered> {
  const needs: NeedRecord[] = [];
  for (const need of await openNeeds(deps, sender)) if (await mayEnd(deps, need, ending)) needs.push(need);
  const need = needs.length === 1 ? needs[0] : choice === null ? undefined : needs[choice - 1];
  if (need !== undefined) {
    const about = { caseType: 'need', caseId: need._id };
    return { reply: `${ending}Ask`, words: { need: need.title }, about };
  }
  if (needs.length === 0) return { reply: `${ending}Nothing` };
  const list = needs.map(({ title }, i) => `${i + 1}.${title}`).join('，');
  return { reply: `${ending}Choose`, words: { count: String(needs.length), list } };
}

export async function confirm(
  ending: Ending,
  inbound: InboundDeps,
  sms: InboundSms,
  sender: SmsSender,
): Promise<Answered> {
  const { deps } = inbound;
  const asked = await deps.models.sms.latest(sender.phoneIndexes, `sms.${ending}Ask`);
  const recent = asked !== null && asked.at.getTime() >= deps.now() - CONFIRM_MS;
  const own = { _id: asked?.caseId ?? '', householdId: { $in: [...sender.householdIds] } };
  const need = recent ? await deps.models.needs.needs.findOne(own, { maxTimeMS: 3000 }) : null;
  if (need === null) return { reply: `${ending}Expired` };
  return command(inbound, sms, sender, need, { name: ENDINGS[ending], data: {}, done: DONE[ending] });
}

interface Wish {
  readonly name: string;
  readonly data: JsonObject;
  readonly done: 'answered' | 'withdrawn' | 'revoked' | 'previewed';
}

export async function command(
  { deps, services, requestId }: InboundDeps,
  sms: InboundSms,
  sender: SmsSender,
  need: NeedRecord,
  { name, data, done }: Wish,
): Promise<Answered> {
  const actor = sender.actorFor(need.householdId);
  const receipt = await deps.gateway.send({
    commandId: deps.crypto.derive.mac('commandId', `sms\n${sms.id}`),
    caseType: 'need',
    caseId: need._id,
    name,
    actor,
    data,
  });
  const target = { needId: need._id, smsId: sms.id };
  const status = receipt.status === 'refused' ? 409 : 200;
  await services.audit({ action: `sms.${name}`, accountId: actor.id, actor, target, requestId, status });
  if (receipt.status === 'pending') return { reply: 'pending' };
  const { refusal } = receipt.outcome;
  if (refusal === undefined) return { reply: done, words: { need: need.title } };
  return { reply: 'refused', words: { why: PROBLEMS[problemForRefusal(refusal).code].zh } };
}
