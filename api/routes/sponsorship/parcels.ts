import type { z } from 'zod';
import type { sponsorshipBodies } from '../../../contracts/http/sponsorship.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import type { SponsorshipRecord } from '../../../models/sponsorship.ts';
import type { Message } from '../../case-command.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Caller } from '../../route.ts';

interface Asked {
  readonly body: z.output<(typeof sponsorshipBodies)['send']>;
  readonly deps: Pick<ApiDeps, 'models'>;
  readonly caller: Caller;
}

/**
 * The parcels are kept with their pledges, as those of a single one are; couriers and numbers never travel with the
 * command. What is not held any more keeps its pledge as it is, and the results say so.
 * @throws Problem for a parcel without a need of this sponsorship
 */
export async function keepParcels({ body, deps, caller }: Asked, sponsorship: SponsorshipRecord): Promise<Message> {
  const { parcels = [] } = body;
  // Anything else is for the case to refuse.
  const own = sponsorship.donorId === caller.accountId && ['claimed', 'sending'].includes(sponsorship.stage);
  if (!own) return {};
  const toPoint = sponsorship.delivery === 'villagePoint';
  if (toPoint && parcels.length === 0)
    throw fieldProblem('INVALID_REQUEST', '/body/parcels', 'a parcel has a courier and a tracking number');
  if (!toPoint && parcels.length > 0)
    throw fieldProblem('INVALID_REQUEST', '/body/parcels', 'nothing is posted when it is brought face to face');
  if (parcels.length === 0) return {};
  await assertClaimed(deps, sponsorship, parcels);
  const writes = parcels.map(({ needId, courier, trackingNumber }) => ({
    updateOne: {
      filter: { needId, sponsorshipId: sponsorship._id, stage: 'held' as const },
      update: { $set: { shipment: { courier, trackingNumber } } },
    },
  }));
  await deps.models.pledges.pledges.bulkWrite(writes, { ordered: false });
  return {};
}

async function assertClaimed(
  { models }: Asked['deps'],
  { _id }: SponsorshipRecord,
  parcels: readonly { readonly needId: string }[],
): Promise<void> {
  const asked = parcels.map(({ needId }) => needId);
  const filter = { needId: { $in: asked }, sponsorshipId: _id };
  const known = new Set(await models.pledges.pledges.distinct('needId', filter, { maxTimeMS: 5000 }));
  const seen = new Set<string>();
  const errors = asked.flatMap((needId, i) => {
    const wrong = !known.has(needId) ? 'not claimed by this sponsorship' : seen.has(needId) ? 'named twice' : null;
    seen.add(needId);
    const pointer = `/body/parcels/${i}/needId`;
    return wrong === null ? [] : [{ pointer, code: 'INVALID_REQUEST' as const, detail: wrong }];
  });
  if (errors.length > 0) throw problem('INVALID_REQUEST', { errors: errors.slice(0, 50) });
}
