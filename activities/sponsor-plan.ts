import { audiencesOf } from '../domain/need/audience.ts';
import type { Regions } from '../infra/regions.ts';
import type { AccountRecord } from '../models/account.ts';
import type { CommandRecord } from '../models/command.ts';
import type { Models } from '../models/index.ts';
import type { ReservationDeps } from '../models/reservation.ts';
import type { SponsorshipProgress, SponsorshipRecord } from '../models/sponsorship.ts';
import type { Effect } from './react.ts';

/** What a sponsorship will try, laid down before anything is claimed. */

export interface SponsorDeps {
  readonly models: Models;
  readonly reference: ReservationDeps['reference'] & { readonly regions: Pick<Regions, 'find' | 'partnersWest'> };
  readonly dispatch: (command: CommandRecord) => Promise<void>;
  /** Needs of one chunk: one transaction, one answer to the case. */
  readonly chunkSize?: number;
}

/** Needs of one chunk. */
const CHUNK = 500;

/**
 * Which needs: those that were named, else all that fit, the longest waiting first. Decided once, so that progress and
 * results are about the same needs from beginning to end.
 */
export function createPlanSponsorship({ models, reference, chunkSize = CHUNK }: SponsorDeps): Effect {
  return async ({ caseId }) => {
    const sponsorship = known(await models.sponsorships.find(caseId), caseId);
    if (sponsorship.stage !== 'running' || sponsorship.planned !== null) return null;
    const ids = sponsorship.needIds ?? (await fitting(sponsorship));
    await models.sponsorships.plan(caseId, [...new Set(ids)], chunkSize);
    return { name: 'planned', data: { planned: new Set(ids).size } };
  };

  async function fitting({ donorId, regionPath, category, policyVersion: _v, ...rest }: SponsorshipRecord) {
    const donor = await donorOf({ models, reference }, donorId);
    const atMost = reference.currentPolicy(Date.now()).sponsorship.needsAtMost;
    const region = regionPath.at(-1);
    const rows = await models.needs.needs
      .find(
        {
          audience: { $in: donor.audiences },
          stage: 'published',
          kind: 'goods',
          expiresAt: { $gt: new Date() },
          'lines.free': { $gt: 0 },
          publisherId: { $ne: donorId },
          ...(region !== undefined && { regionPath: region }),
          ...(category !== null && { category: { $in: reference.categories.within(category) } }),
        } as never,
        { projection: { _id: 1 }, maxTimeMS: 20_000, allowDiskUse: true },
      )
      .sort({ publishedAt: 1, _id: 1 })
      // Some are lost to others meanwhile, or too dear: a few more are looked at than are wanted.
      .limit(rest.needs === null ? atMost : Math.min(atMost, Math.ceil(rest.needs * 1.2) + 20))
      .toArray();
    return rows.map(({ _id }) => _id);
  }
}

/** How far a sponsorship is, read anew. */
export const progressOf = async (models: Models, id: string): Promise<SponsorshipProgress> =>
  known(await models.sponsorships.progress(id), id);

function known<T>(record: T | null, id: string): T {
  if (record === null) throw new Error(`sponsorship ${id} has no details`);
  return record;
}

export interface Donor {
  readonly accountId: string;
  readonly householdId: string | null;
  readonly grants: AccountRecord['grants'];
  readonly audiences: string[];
}

/** The donor as he is now: what he may see follows from where he is, not from where he was when he asked. */
export async function donorOf(
  { models, reference }: Pick<SponsorDeps, 'models' | 'reference'>,
  id: string,
): Promise<Donor> {
  const account = await models.accounts.accounts.findOne({ _id: id }, { maxTimeMS: 3000 });
  if (account === null || account.frozen !== null) throw new Error(`the donor ${id} is frozen or gone`);
  const regions = [account.homeRegion, ...account.grants.map(({ regionCode }) => regionCode)];
  const known = regions.filter((code): code is string => code != null && reference.regions.find(code) !== null);
  const audiences = audiencesOf(known, reference.regions.partnersWest);
  return { accountId: id, householdId: account.householdId, grants: account.grants, audiences };
}
