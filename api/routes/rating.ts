import { z } from 'zod';
import { id } from '../../contracts/http/common.ts';
import { ratingBody, ratingSchema, ratingsSchema } from '../../contracts/http/rating.ts';
import { fieldProblem, problem } from '../../contracts/problems.ts';
import { publicTitle } from '../../domain/category/category.ts';
import { shownTo } from '../../domain/access/disclosure.ts';
import type { Actor, Instant } from '../../domain/kernel/types.ts';
import { ratingNotice } from '../../domain/notice/rating.ts';
import { render } from '../../domain/notice/render.ts';
import { decideRating, type RatedBy } from '../../domain/rating/rating.ts';
import { entriesOf } from '../../domain/score/entries.ts';
import { meritsOfRating } from '../../domain/score/merits.ts';
import { isDuplicateKey } from '../../models/command.ts';
import type { InboxRecord } from '../../models/inbox.ts';
import type { PledgeRecord } from '../../models/pledge.ts';
import { ratingId, type RatingRecord } from '../../models/rating.ts';
import { newSms, type SmsRecord } from '../../models/sms.ts';
import { inTransaction } from '../../models/transaction.ts';
import { checkedText, loadInScope } from '../case-command.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { householdPhone } from './sms/phones.ts';

/** Donor and household about each other, pledge by pledge (domain/rating). */

const params = z.strictObject({ pledgeId: id });

const viewOf = ({ by, stars, text, at }: RatingRecord): z.input<typeof ratingSchema> => ({
  by,
  stars,
  text,
  at: at.toISOString(),
});

/** @throws Problem of what the rule refuses */
function sideOf({ reference }: ApiDeps, pledge: PledgeRecord, actor: Actor, stars: number, now: Instant): RatedBy {
  const { score, shared } = reference.currentPolicy(now);
  const rated = { ...pledge, stageSince: pledge.stageSince.getTime() };
  const decided = decideRating(rated, actor, stars, { now, policy: score, time: shared.time });
  if (decided.ok) return decided.by;
  if (decided.code === 'INVALID_REQUEST') throw fieldProblem('INVALID_REQUEST', '/body/stars', '1 to 5');
  throw problem(decided.code, { members: { stage: pledge.stage } });
}

interface Told {
  readonly inbox: readonly InboxRecord[];
  /** To the household's registered phone; the donor has an account. */
  readonly sms: SmsRecord | null;
}

/** For whoever was rated: the donor, or the household, which need have no account. Nobody is told of what he said himself. */
async function messagesFor(deps: ApiDeps, rating: RatingRecord): Promise<Told> {
  const { models, crypto } = deps;
  const { _id, pledgeId: caseId, needId, by, stars, donorId, householdId, raterId, at } = rating;
  const { to, template, args } = ratingNotice(by, stars);
  const [receivers, need, phone] = await Promise.all([
    to === 'donor' ? [donorId] : models.accounts.ofHousehold(householdId),
    models.needs.find(needId),
    to === 'donor' ? null : householdPhone(deps, householdId),
  ]);
  const { categories } = deps.reference;
  const title = need === null ? '' : to === 'donor' ? publicTitle(need.title, need.category, categories) : need.title;
  const facts = { need: title, place: need?.regionNames.slice(-2).join('') ?? '' };
  const text = render(template, args, facts);
  const message = { template, caseType: 'pledge', caseId, eventId: `rating:${_id}`, at, readAt: null };
  const inbox = receivers
    .filter((accountId) => accountId !== raterId)
    .map((accountId) => ({ ...message, _id: `rating:${_id}:${accountId}`, accountId, text }));
  if (phone === null) return { inbox, sms: null };
  const about = { householdId, caseType: 'pledge', caseId, args: { ...args } };
  const id = `rating:${_id}:household`;
  return { inbox, sms: newSms(crypto, { id, kind: 'notice', template, phone, text, about, now: at.getTime() }) };
}

/** It is kept with the rating. When and whether it goes out is for the one who sends; what is not queued here the sweeper queues. */
async function textHousehold({ jobs }: ApiDeps, { sms }: Told): Promise<void> {
  if (sms !== null) await jobs.sendSms(sms._id);
}

const ratePledge = defineRoute({
  method: 'post',
  path: '/v1/pledges/{pledgeId}/ratings',
  operationId: 'ratePledge',
  summary: 'Rate the other side of a pledge that was received: the donor the household, the household its donor; once',
  tags: ['Pledges'],
  access: { signedIn: true, scope: 'party' },
  request: { params, body: ratingBody },
  responses: { 201: ratingSchema },
  problems: ['NOT_PERMITTED', 'NOT_ALLOWED_IN_STAGE', 'TOO_LATE', 'ALREADY_DONE', 'PERSONAL_DATA'],
  audit: 'pledge.rate',
  async handler({ deps, params: { pledgeId }, body, actor, caller, commandId, now }) {
    const pledge = await loadInScope(deps, 'pledge', pledgeId, actor);
    const by = sideOf(deps, pledge, actor, body.stars, now);
    const { needId, donorId, householdId, marks } = pledge;
    const rating: RatingRecord = {
      ...{ _id: ratingId(pledgeId, by), pledgeId, needId, by, raterId: caller.accountId, donorId, householdId, marks },
      ...{ stars: body.stars, text: checkedText(body.text ?? '', '/body/text'), commandId, at: new Date(now) },
    };
    const { ratings, find } = deps.models.ratings;
    const policy = deps.reference.currentPolicy(now);
    const entries = entriesOf(meritsOfRating(rating), { source: `rating:${rating._id}`, at: now, policy });
    const messages = await messagesFor(deps, rating);
    try {
      await inTransaction(deps.models.db, async (session) => {
        await ratings.insertOne(rating, { session });
        await deps.models.scores.book(entries, session);
        await deps.models.inbox.deliver(messages.inbox, session);
        if (messages.sms !== null) await deps.models.sms.add(messages.sms, session);
      });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // The same request came before and its answer was lost.
      const known = await find(rating._id);
      if (known?.commandId !== commandId) throw problem('ALREADY_DONE');
      await textHousehold(deps, messages);
      return { status: 201, body: viewOf(known) };
    }
    await textHousehold(deps, messages);
    return { status: 201, body: viewOf(rating) };
  },
});

const listPledgeRatings = defineRoute({
  method: 'get',
  path: '/v1/pledges/{pledgeId}/ratings',
  operationId: 'listPledgeRatings',
  summary: 'What both sides of a pledge said of each other, for these two, the publisher and the staff of the place',
  tags: ['Pledges'],
  access: { signedIn: true, scope: 'party' },
  request: { params },
  responses: { 200: ratingsSchema },
  audit: 'pledge.read',
  personal: 'delivery',
  async handler({ deps, params: { pledgeId }, actor }) {
    const { donorId, householdId } = await loadInScope(deps, 'pledge', pledgeId, actor);
    const found = await deps.models.ratings.of(pledgeId);
    const persons = shownTo(actor, { accounts: [donorId], households: [householdId] });
    return { status: 200, persons, body: { items: found.map(viewOf) } };
  },
});

export const ratingRoutes: readonly AnyRoute[] = [ratePledge, listPledgeRatings];
