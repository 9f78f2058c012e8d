import { uploadPhoto } from '../posting.ts';
import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { until } from '../waiting.ts';

/** What the scenes do with pledges again and again. */

export interface Gift {
  readonly id: string;
  readonly donor: Person;
}

interface PledgeView {
  readonly stage: string;
  readonly dueAt: string | null;
  readonly waitingOn: string;
}

export const pledgeSeen = ({ client }: DemoDeps, { id, donor }: Gift): Promise<PledgeView> =>
  client.get<PledgeView>(`/v1/pledges/${id}`, donor.token);

export const pledgeIs = (deps: DemoDeps, gift: Gift, stage: string): Promise<PledgeView> =>
  until(
    `a pledge to be ${stage}`,
    () => pledgeSeen(deps, gift),
    (seen) => seen.stage === stage,
  );

/** Units of its first line; no number: all that is left. */
export async function claim(deps: DemoDeps, donor: Person, needId: string, units?: number, more = {}): Promise<Gift> {
  const { client } = deps;
  interface Lines {
    readonly lines: readonly { readonly id: string }[];
  }
  const { lines } = await client.get<Lines>(`/v1/needs/${needId}`, donor.token);
  const some = units === undefined ? { whole: true } : { lines: [{ lineId: lines[0]?.id, quantity: units }] };
  const body = { ...some, delivery: 'villagePoint', ...more };
  const { id } = await client.post<{ id: string }>('claim', `/v1/needs/${needId}/claims`, donor.token, body);
  return { id, donor };
}

export async function held(deps: DemoDeps, donor: Person, needId: string, units?: number): Promise<Gift> {
  const gift = await claim(deps, donor, needId, units);
  await pledgeIs(deps, gift, 'held');
  return gift;
}

export const command = (
  { client }: DemoDeps,
  { id }: Gift,
  by: Person,
  name: string,
  body?: object,
): Promise<unknown> => client.post(name, `/v1/pledges/${id}/${name}`, by.token, body);

export async function sent(deps: DemoDeps, donor: Person, needId: string, units?: number): Promise<Gift> {
  const gift = await held(deps, donor, needId, units);
  const parcel = { courier: '中国邮政', trackingNumber: `EMS${gift.id.slice(-12)}` };
  await command(deps, gift, donor, 'send', parcel);
  await pledgeIs(deps, gift, 'sent');
  return gift;
}

/** Sent, and brought to the village point. */
export async function atPoint(
  deps: DemoDeps,
  keeper: Person,
  donor: Person,
  needId: string,
  units?: number,
): Promise<Gift> {
  const gift = await sent(deps, donor, needId, units);
  await command(deps, gift, keeper, 'arrive');
  await pledgeIs(deps, gift, 'atPoint');
  return gift;
}

/** A photo that shows something, for a receipt. */
export const photoBy = ({ client }: DemoDeps, by: Person, of: string): Promise<string> => uploadPhoto(client, by, of);
