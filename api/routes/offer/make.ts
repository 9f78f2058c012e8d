import { offerBody, offerMadeSchema } from '../../../contracts/http/offer.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { offerFaults } from '../../../domain/offer/rules.ts';
import type { OfferSeed } from '../../../domain/offer/types.ts';
import { policyOf } from '../../../domain/policy.ts';
import { pathOf } from '../../../domain/region/region.ts';
import type { CommandRecord } from '../../../models/command.ts';
import type { OfferRecord } from '../../../models/offer.ts';
import { newReviewed } from '../../../models/reviewed.ts';
import { openCase, openingCommand } from '../../open-case.ts';
import { defineRoute, type Ctx } from '../../route.ts';
import { found } from '../account/record.ts';

type MakeCtx = Ctx<{ readonly signedIn: true; readonly scope: 'none' }, { body: typeof offerBody }>;

export const makeOffer = defineRoute({
  method: 'post',
  path: '/v1/offers',
  operationId: 'makeOffer',
  summary: 'Say in advance what you can give, for whom and until when; the county moderates it',
  tags: ['Offers'],
  access: { signedIn: true, scope: 'none' },
  request: { body: offerBody },
  responses: { 201: offerMadeSchema },
  problems: ['OFFER_RULES_BROKEN', 'REGION_UNKNOWN', 'OFFERS_EXCEEDED'],
  audit: 'offer.submit',
  async handler(ctx) {
    const { deps, caller } = ctx;
    checkOffer(ctx);
    const { accounts, offers } = deps.models;
    const { publicName } = await found(deps, caller.accountId);
    const { record, command } = recordsFor(ctx, publicName);
    await openCase(deps, command, async (session) => {
      await accounts.inTurn(caller.accountId, session);
      await offers.offers.insertOne(record, { session });
      const open = await offers.offers.countDocuments({ donorId: caller.accountId, open: true }, { session });
      const limit = deps.reference.currentPolicy(ctx.now).offer.openPerDonor;
      if (open > limit) throw problem('OFFERS_EXCEEDED', { members: { limit } });
    });
    const headers = { Location: `/v1/offers/${record._id}` };
    return { status: 201, headers, body: { id: record._id, stage: 'draft' } };
  },
});

/** @throws Problem REGION_UNKNOWN, OFFER_RULES_BROKEN naming every broken rule */
function checkOffer({ deps, body, now }: MakeCtx): void {
  const { reference } = deps;
  if (body.regionCode !== null && reference.regions.find(body.regionCode) === null) {
    throw fieldProblem('REGION_UNKNOWN', '/body/regionCode', 'there is no such region');
  }
  const policy = policyOf(reference.currentPolicy(now), 'offer');
  const offer = { ...body, until: Date.parse(body.until) };
  const faults = offerFaults(offer, reference.categories.find(body.category), {
    forbidden: reference.forbidden,
    policy,
    now,
  });
  const errors = faults.map(({ pointer, ...rest }) => ({ pointer: `/body${pointer}`, ...rest }));
  if (errors.length > 0) throw problem('OFFER_RULES_BROKEN', { errors });
}

function recordsFor(ctx: MakeCtx, donorName: string): { record: OfferRecord; command: CommandRecord } {
  const { deps, body, caller, now } = ctx;
  const { regionCode, category, quantity, unitValueFen, condition } = body;
  const _id = ctx.newId('offer');
  const regionPath = regionCode === null ? [] : pathOf(regionCode);
  const { version } = deps.reference.policyIn(regionPath, now);
  const until = new Date(body.until);
  const record: OfferRecord = {
    ...newReviewed(_id, now, version),
    donorId: caller.accountId,
    donorName,
    ...body,
    regionPath,
    regionNames: deps.reference.regions.names(regionPath),
    until,
    approvedAt: null,
    left: quantity,
    proposed: 0,
    accepted: 0,
    sent: 0,
    given: 0,
    tallyVersion: 0,
  };
  const seed: OfferSeed = {
    donorId: caller.accountId,
    regionCode,
    regionPath,
    category,
    quantity,
    unitValueFen,
    condition,
    until: until.getTime(),
  };
  const command = openingCommand(ctx, { caseType: 'offer', caseId: _id, seed, policyVersion: version });
  return { record, command };
}
