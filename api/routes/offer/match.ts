import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { matchPage, matchSchema, offerListQuery } from '../../../contracts/http/offer.ts';
import type { MatchInput } from '../../../contracts/match.ts';
import { problem } from '../../../contracts/problems.ts';
import { publicTitle } from '../../../domain/category/category.ts';
import { isDuplicateKey, startingCommand, type CommandRecord } from '../../../models/command.ts';
import type { MatchRecord } from '../../../models/match.ts';
import type { OfferRecord } from '../../../models/offer.ts';
import { inTransaction } from '../../../models/transaction.ts';
import { datePage } from '../../date-page.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, type AnyRoute, type Caller, type Ctx } from '../../route.ts';
import { matchView, type NeedWords } from './views.ts';

const offerParams = z.strictObject({ offerId: id });
type MatchCtx = Ctx<{ readonly signedIn: true; readonly scope: 'own' }, { params: typeof offerParams }>;

/**
 * The match's record and the command that starts its workflow come in one transaction. Temporal away: the answer is the
 * same, and the sweeper starts it.
 */
const matchOffer = defineRoute({
  method: 'post',
  path: '/v1/offers/{offerId}/match',
  operationId: 'matchOffer',
  summary: 'Look for needs that your offer fits, hold them for you, and propose them',
  description:
    'What is found comes as pledges of yours with `proposed`: accept (`/v1/pledges/{id}/accept`) or release each; what you do not answer in time is free again, without a penalty. Poll the address in `Location` for what became of each need.',
  tags: ['Offers'],
  access: { signedIn: true, scope: 'own' },
  request: { params: offerParams },
  responses: { 202: matchSchema },
  problems: ['OFFER_NOT_OPEN', 'MATCH_RUNNING'],
  audit: 'offer.match',
  async handler(ctx) {
    const { deps, params, caller, now } = ctx;
    const offer = await ownOffer(deps, params.offerId, caller);
    if (offer.stage !== 'open' || offer.until.getTime() <= now) throw problem('OFFER_NOT_OPEN');
    const match = await begin(ctx, offer);
    const headers = { Location: `/v1/offers/${offer._id}/matches/${match._id}` };
    return { status: 202, headers, body: matchView(match) };
  },
});

async function begin(ctx: MatchCtx, offer: OfferRecord): Promise<MatchRecord> {
  const { deps, caller, now } = ctx;
  const { matches, commands, db } = deps.models;
  const match: MatchRecord = {
    _id: ctx.newId('match'),
    offerId: offer._id,
    donorId: caller.accountId,
    stage: 'asked',
    active: true,
    found: [],
    results: [],
    createdAt: new Date(now),
    finishedAt: null,
  };
  const command = startOf(ctx, match, offer);
  try {
    await inTransaction(db, async (session) => {
      await matches.matches.insertOne(match, { session });
      await commands.commands.insertOne(command, { session });
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // The same request came before and its answer was lost; else another match runs.
    const before = await matches.find(match._id);
    if (before === null) throw problem('MATCH_RUNNING');
    return before;
  }
  // Not awaited: what cannot be sent now, the sweeper sends.
  void deps.gateway.dispatch(command);
  return match;
}

function startOf({ commandId, actor }: MatchCtx, { _id, offerId }: MatchRecord, offer: OfferRecord): CommandRecord {
  const input: MatchInput = { matchId: _id, offerId };
  return startingCommand({
    commandId,
    caseType: 'match',
    caseId: _id,
    name: 'match',
    actor,
    data: {},
    seed: { subject: offerId, input: { ...input } },
    policyVersion: offer.policyVersion,
  });
}

async function ownOffer({ models }: ApiDeps, offerId: string, { accountId }: Caller): Promise<OfferRecord> {
  const offer = await models.offers.offers.findOne({ _id: offerId, donorId: accountId }, { maxTimeMS: 3000 });
  if (offer === null) throw problem('NOT_FOUND');
  return offer;
}

async function wordsOf({ models, reference }: ApiDeps, matches: readonly MatchRecord[]): Promise<NeedWords> {
  const ids = [...new Set(matches.flatMap(({ results }) => results.map(({ needId }) => needId)))];
  const needs = await models.needs.needs
    .find({ _id: { $in: ids } }, { projection: { title: 1, category: 1, regionNames: 1 }, maxTimeMS: 3000 })
    .toArray();
  return new Map(
    needs.map(({ _id, title, category, regionNames }) => [
      _id,
      { title: publicTitle(title, category, reference.categories), place: regionNames.join('') },
    ]),
  );
}

const getMatch = defineRoute({
  method: 'get',
  path: '/v1/offers/{offerId}/matches/{matchId}',
  operationId: 'getMatch',
  summary: 'How far a match is, and what became of each need, with reasons',
  tags: ['Offers'],
  access: { signedIn: true, scope: 'own' },
  request: { params: z.strictObject({ offerId: id, matchId: id }) },
  responses: { 200: matchSchema },
  async handler({ deps, params: { offerId, matchId }, caller }) {
    const own = { _id: matchId, offerId, donorId: caller.accountId };
    const match = await deps.models.matches.matches.findOne(own, { maxTimeMS: 3000 });
    if (match === null) throw problem('NOT_FOUND');
    return { status: 200, body: matchView(match, await wordsOf(deps, [match])) };
  },
});

const listMatches = defineRoute({
  method: 'get',
  path: '/v1/offers/{offerId}/matches',
  operationId: 'listMatches',
  summary: 'The matches of your offer, newest first',
  tags: ['Offers'],
  access: { signedIn: true, scope: 'own' },
  request: { params: offerParams, query: offerListQuery },
  responses: { 200: matchPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, params: { offerId }, query, caller }) {
    await ownOffer(deps, offerId, caller);
    const { page, next } = await datePage(deps, deps.models.matches.matches, {
      list: `matches ${offerId}`,
      query,
      filter: { offerId },
      by: 'createdAt',
      order: 'desc',
    });
    const words = await wordsOf(deps, page);
    return { status: 200, body: { items: page.map((match) => matchView(match, words)), next } };
  },
});

export const matchRoutes: readonly AnyRoute[] = [matchOffer, getMatch, listMatches];
