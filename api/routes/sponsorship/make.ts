import { sponsorshipBody, sponsorshipMadeSchema } from '../../../contracts/http/sponsorship.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { pathOf } from '../../../domain/region/region.ts';
import type { SponsorshipSeed } from '../../../domain/sponsorship/types.ts';
import { isDuplicateKey, type CommandRecord } from '../../../models/command.ts';
import type { SponsorshipRecord } from '../../../models/sponsorship.ts';
import { inTransaction } from '../../../models/transaction.ts';
import { checkedText } from '../../case-command.ts';
import { newStanding } from '../../../models/standing.ts';
import { openingCommand } from '../../open-case.ts';
import { defineRoute, type Ctx } from '../../route.ts';

type MakeCtx = Ctx<{ readonly signedIn: true; readonly scope: 'none' }, { body: typeof sponsorshipBody }>;

export const makeSponsorship = defineRoute({
  method: 'post',
  path: '/v1/sponsorships',
  operationId: 'makeSponsorship',
  summary: 'Take on many needs of goods at once as an organisation',
  description:
    'By region and category within a number of needs or a budget, or a list of needs. An operator approves it; then it claims by itself, a few hundred needs at a time, the longest waiting first. What an approved sponsorship holds does not count against the quota of holds, which keeps single donors from hoarding.',
  tags: ['Sponsorships'],
  access: { signedIn: true, scope: 'none' },
  request: { body: sponsorshipBody },
  responses: { 201: sponsorshipMadeSchema },
  problems: ['REGION_UNKNOWN', 'PERSONAL_DATA'],
  audit: 'sponsorship.submit',
  async handler(ctx) {
    const { deps } = ctx;
    check(ctx);
    const { record, command } = recordsFor(ctx);
    const { sponsorships, commands, db } = deps.models;
    try {
      await inTransaction(db, async (session) => {
        await sponsorships.sponsorships.insertOne(record, { session });
        await commands.commands.insertOne(command, { session });
      });
      // Not awaited: what cannot be sent now, the sweeper sends.
      void deps.gateway.dispatch(command);
    } catch (error) {
      // The same request came before and its answer was lost.
      if (!isDuplicateKey(error)) throw error;
    }
    const headers = { Location: `/v1/sponsorships/${record._id}` };
    return { status: 201, headers, body: { id: record._id, stage: 'draft' } };
  },
});

function check({ deps, body, now }: MakeCtx): void {
  const { needsAtMost } = deps.reference.currentPolicy(now).sponsorship;
  checkedText(body.organisation, '/body/organisation');
  if ((body.needs ?? 0) > needsAtMost) {
    throw fieldProblem('INVALID_REQUEST', '/body/needs', `at most ${needsAtMost} needs`);
  }
  if ('needIds' in body) return;
  if (body.needs === undefined && body.budgetFen === undefined) {
    throw fieldProblem('INVALID_REQUEST', '/body/needs', 'needs a number of needs or a budget');
  }
  if (body.region !== undefined && deps.reference.regions.find(body.region) === null) {
    throw fieldProblem('REGION_UNKNOWN', '/body/region', 'no such region');
  }
  if (body.category !== undefined && deps.reference.categories.find(body.category) === null) {
    throw problem('INVALID_REQUEST', {
      errors: [{ pointer: '/body/category', code: 'CATEGORY_UNKNOWN', detail: 'no such category' }],
    });
  }
}

function recordsFor(ctx: MakeCtx): { record: SponsorshipRecord; command: CommandRecord } {
  const { deps, body, caller, now } = ctx;
  const _id = ctx.newId('sponsorship');
  const { version } = deps.reference.currentPolicy(now);
  const needIds = 'needIds' in body ? [...new Set(body.needIds)] : undefined;
  const region = 'needIds' in body ? undefined : body.region;
  const regionPath = region === undefined ? [] : pathOf(region);
  const seed: SponsorshipSeed = {
    donorId: caller.accountId,
    regionPath,
    category: 'needIds' in body ? null : (body.category ?? null),
    listed: needIds?.length ?? 0,
    needs: body.needs ?? null,
    budgetFen: body.budgetFen ?? null,
    perNeedFen: body.perNeedFen ?? null,
    delivery: body.delivery,
  };
  const at = new Date(now);
  const { listed: _listed, ...own } = seed;
  const record: SponsorshipRecord = {
    ...newStanding(_id, at),
    organisation: body.organisation,
    ...own,
    regionPath,
    regionNames: deps.reference.regions.names(regionPath),
    ...(needIds !== undefined && { needIds }),
    planned: null,
    totals: { tried: 0, claimed: 0, units: 0, valueFen: 0 },
    policyVersion: version,
    createdAt: at,
    updatedAt: at,
  };
  const command = openingCommand(ctx, { caseType: 'sponsorship', caseId: _id, seed, policyVersion: version });
  return { record, command };
}
