import { suggestedDonorPage, suggestedDonorParams } from '../../../contracts/http/suggestion.ts';
import { shownTo } from '../../../domain/access/disclosure.ts';
import { rankDonors, type PossibleDonor } from '../../../domain/matching/donors.ts';
import { reasonsForPublisher } from '../../../domain/matching/reasons.ts';
import { codeAt } from '../../../domain/region/region.ts';
import { profileOf } from '../../../models/candidate.ts';
import type { DonorRecord } from '../../../models/donor.ts';
import type { NeedRecord } from '../../../models/need.ts';
import { loadInScope } from '../../case-command.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute } from '../../route.ts';

const LOOKED_AT = 200;
const SHOWN = 20;

interface Known extends PossibleDonor {
  readonly name: string;
  readonly place: string | null;
  readonly times: number;
}

export const suggestDonors = defineRoute({
  method: 'get',
  path: '/v1/needs/{needId}/suggested-donors',
  operationId: 'suggestDonors',
  summary: 'Donors who gave the like or have offered it, masked',
  description:
    'For the people of a need and the cadres of its place, so that they see whether waiting is worth while or another way should be tried. Surname, city and reasons only: donors are reached through Bangfu, never directly.',
  tags: ['Matching'],
  access: { signedIn: true, scope: 'party' },
  request: { params: suggestedDonorParams },
  responses: { 200: suggestedDonorPage },
  audit: 'need.donors',
  personal: 'help',
  async handler({ deps, params, actor }) {
    const need = await loadInScope(deps, 'need', params.needId, actor);
    const family = deps.reference.categories.find(need.category)?.path.at(-2) ?? need.category;
    const donors = await donorsFor(deps, need, family);
    const place = { category: need.category, family, village: need.regionPath.at(-1) ?? '' };
    const ranked = rankDonors(place, donors, SHOWN);
    const items = ranked.map(({ donor, reasons }) => ({
      name: donor.name,
      place: donor.place,
      times: donor.times,
      offers: donor.offers.length > 0,
      reasons: reasonsForPublisher(reasons),
    }));
    const persons = shownTo(actor, { accounts: ranked.map(({ donor }) => donor.id) });
    return { status: 200, persons, body: { items } };
  },
});

/** Everybody who offers or gave something of the family, but for the need's own people and frozen accounts. */
async function donorsFor(deps: ApiDeps, need: NeedRecord, family: string): Promise<Known[]> {
  const { models, reference } = deps;
  const within = [...new Set([need.category, ...reference.categories.within(family)])];
  const gave = within.map((category) => ({ [`gave.${category}`]: { $gte: 1 } }));
  const [givers, offers] = await Promise.all([
    models.donors.donors
      .find({ $or: gave } as never)
      .sort({ received: -1 })
      .limit(LOOKED_AT)
      .maxTimeMS(3000)
      .toArray(),
    models.offered.of([need.category, family]),
  ]);
  const records = await models.donors.ofMany([...givers.map(({ _id }) => _id), ...offers.keys()]);
  const ids = [...new Set([...records.keys(), ...offers.keys()])];
  const accounts = await models.accounts.accounts
    .find({ _id: { $in: ids, $ne: need.publisherId }, frozen: null, householdId: { $ne: need.householdId } })
    .project<{ _id: string; publicName: string; homeRegion?: string | null }>({ publicName: 1, homeRegion: 1 })
    .maxTimeMS(3000)
    .toArray();
  return accounts.map(({ _id, publicName, homeRegion }) => {
    const record: Pick<DonorRecord, 'received' | 'gave' | 'gaveFen'> = records.get(_id) ?? { received: 0 };
    const profile = profileOf(deps.reference, record, homeRegion == null ? [] : [homeRegion], offers.get(_id) ?? []);
    return { ...profile, id: _id, name: publicName, place: cityOf(deps, homeRegion), times: record.received };
  });
}

const cityOf = ({ reference }: ApiDeps, code: string | null | undefined): string | null => {
  const city = code == null ? null : codeAt(code, 'city');
  return city === null ? null : (reference.regions.find(city)?.fullName ?? null);
};
