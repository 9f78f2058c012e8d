import type { NeedRun } from './need-run.ts';
import type { Person } from './people.ts';
import { must, until } from './waiting.ts';

/** One need finds its donor by a suggestion, and he takes it on as an organisation does: by a sponsorship. */

/** The need of data/needs that is met in this way. */
export const SPONSORED = 'xf01-coats';

interface Suggestions {
  readonly items: readonly { readonly need: { readonly id: string }; readonly reasons: readonly { text: string }[] }[];
}
interface Sponsorship {
  readonly stage: string;
  readonly totals: { readonly claimed: number };
}
interface Results {
  readonly items: readonly { readonly outcome: string; readonly pledgeId: string | null }[];
}

export interface Sponsored {
  readonly sponsorshipId: string;
  readonly pledgeId: string;
}

/** @returns the pledge that the sponsorship made. @throws Error when the need isn't suggested, or not claimed */
export async function claimAsSponsor(run: NeedRun, donor: Person, delivery: string): Promise<Sponsored> {
  await beSuggested(run, donor);
  const { client, people, id, publisher } = run;
  await client.get(`/v1/needs/${id}/suggested-donors`, publisher.token);
  const body = { organisation: '长乐慈善会', delivery, needIds: [id], budgetFen: 1_000_000 };
  const made = await client.post<{ id: string }>('sponsor', '/v1/sponsorships', donor.token, body);
  const path = `/v1/sponsorships/${made.id}`;
  await reach(run, made.id, donor, 'underReview');
  await client.post('approve sponsorship', `${path}/approve`, (await people.operator()).token, {});
  const { totals } = await reach(run, made.id, donor, 'claimed');
  const { items } = await client.get<Results>(`${path}/results`, donor.token);
  const pledgeId = items[0]?.pledgeId ?? null;
  if (totals.claimed !== 1 || pledgeId === null) throw new Error(`the sponsorship got ${JSON.stringify(items)}`);
  return { sponsorshipId: made.id, pledgeId };
}

/** All that the sponsorship holds is on its way: one request, however many needs there are. */
export async function sendAsSponsor(
  run: NeedRun,
  sponsorshipId: string,
  donor: Person,
  parcel: object | null,
): Promise<void> {
  const body = parcel === null ? {} : { parcels: [{ needId: run.id, ...parcel }] };
  await run.client.post('send all', `/v1/sponsorships/${sponsorshipId}/send`, donor.token, body);
  await reach(run, sponsorshipId, donor, 'completed');
}

const reach = ({ client }: NeedRun, id: string, donor: Person, stage: string): Promise<Sponsorship> =>
  until(
    `a sponsorship to be ${stage}`,
    () => client.get<Sponsorship>(`/v1/sponsorships/${id}`, donor.token),
    (seen) => seen.stage === stage,
  );

/** A moment after it was published the need is among what suits him, unless the page is full of others. */
async function beSuggested({ client, id }: NeedRun, donor: Person): Promise<void> {
  const { items } = await until(
    'the need among what is suggested to a donor who may see it',
    () => client.get<Suggestions>('/v1/suggestions?limit=50', donor.token),
    (seen) => seen.items.length === 50 || seen.items.some(({ need }) => need.id === id),
  );
  must(
    !items.some(({ reasons }) => reasons.length > 0 && reasons.every(({ text }) => text === '')),
    'a suggestion gives reasons without words',
  );
}
