import { setTimeout as delay } from 'node:timers/promises';
import { awaitClock, awaitStage, look, whenReady, type NeedRun } from '../need-run.ts';
import type { Person } from '../people.ts';
import { uploadPhoto } from '../posting.ts';
import { until } from '../waiting.ts';
import { claimAsSponsor, sendAsSponsor, SPONSORED, type Sponsored } from '../sponsor.ts';

/** What donors, the village point and the household do with the things. */

type Lines = readonly { readonly lineId: string; readonly quantity: number }[];

export interface Pledge {
  readonly id: string;
  readonly donor: Person;
  /** Made by this sponsorship, and sent by it. */
  readonly sponsorshipId?: string;
}

export type Delivery = 'villagePoint' | 'faceToFace';

interface PublicNeed {
  readonly recipient: string;
  readonly claimable: boolean;
}

interface PledgeView {
  readonly stage: string;
}

/** A stranger sees a claimable need without anybody's full name, and claims. No lines: all that is left. */
export async function claim(run: NeedRun, delivery: Delivery, lines?: Lines): Promise<Pledge> {
  const { client, people, id } = run;
  const donor = await people.donor();
  // Not every donor is of its first audience: he sees it once it has widened to him.
  const seen = await run.lanes.away(() =>
    whenReady(['NOT_FOUND'], () => client.get<PublicNeed>(`/v1/needs/${id}`, donor.token)),
  );
  if (!seen.recipient.includes('**')) throw new Error('the public sees the name of the household');
  const body = lines === undefined ? { whole: true, delivery } : { lines, delivery };
  const claimed: Partial<Sponsored> & { pledgeId: string } =
    run.sample.key === SPONSORED
      ? await claimAsSponsor(run, donor, delivery)
      : { pledgeId: (await client.post<{ id: string }>('claim', `/v1/needs/${id}/claims`, donor.token, body)).id };
  const { pledgeId, sponsorshipId } = claimed;
  run.pledges.push(pledgeId);
  const pledge: Pledge = { id: pledgeId, donor, ...(sponsorshipId !== undefined && { sponsorshipId }) };
  await awaitPledge(run, pledge, 'held');
  return pledge;
}

export async function awaitPledge(run: NeedRun, { id, donor }: Pledge, stage: string): Promise<void> {
  await until(
    `a pledge to be ${stage}`,
    () => run.client.get<PledgeView>(`/v1/pledges/${id}`, donor.token),
    (seen) => seen.stage === stage,
  );
}

/** A command of the pledge by somebody. */
const act = (run: NeedRun, { id }: Pledge, by: Person, name: string, body?: object): Promise<unknown> =>
  run.client.post(name, `/v1/pledges/${id}/${name}`, by.token, body);

export async function send(run: NeedRun, pledge: Pledge, delivery: Delivery): Promise<void> {
  const parcel = { courier: '中国邮政', trackingNumber: `EMS${pledge.id.slice(-12)}` };
  const posted = delivery === 'villagePoint' ? parcel : null;
  if (pledge.sponsorshipId === undefined) await act(run, pledge, pledge.donor, 'send', posted ?? {});
  else await sendAsSponsor(run, pledge.sponsorshipId, pledge.donor, posted);
  await awaitPledge(run, pledge, 'sent');
}

/** The household says that it came. */
export async function confirm(run: NeedRun, pledge: Pledge): Promise<void> {
  await act(run, pledge, run.recipient, 'confirm', {});
  await awaitPledge(run, pledge, 'received');
}

/** Claimed, sent by courier and confirmed by the household. */
export async function deliver(run: NeedRun, lines?: Lines): Promise<void> {
  const pledge = await claim(run, 'villagePoint', lines);
  await send(run, pledge, 'villagePoint');
  await confirm(run, pledge);
}

/** Fetched at the village point with the household's code. */
export async function pickUp(run: NeedRun): Promise<void> {
  const pledge = await claim(run, 'villagePoint');
  await send(run, pledge, 'villagePoint');
  const keeper = await run.people.pointKeeper(run.sample.villageCode);
  await act(run, pledge, keeper, 'arrive');
  await awaitPledge(run, pledge, 'atPoint');
  const path = `/v1/pledges/${pledge.id}/pickup-code`;
  const { code } = await run.client.get<{ code: string }>(path, run.recipient.token);
  await act(run, pledge, keeper, 'collect', { code });
  await awaitPledge(run, pledge, 'received');
}

/** Handed over in person; a cadre who is there confirms it with a photo. */
export async function handOver(run: NeedRun): Promise<void> {
  const pledge = await claim(run, 'faceToFace');
  await send(run, pledge, 'faceToFace');
  const cadre = await run.people.cadre('village', run.sample.villageCode, run.publisher.key);
  const photoId = await uploadPhoto(run.client, cadre, `${run.sample.key}-handed-over`);
  await act(run, pledge, cadre, 'confirm', { photoId });
  await awaitPledge(run, pledge, 'received');
}

/** Something is wrong with what came; the county finds that it was received all the same. */
export async function disputeAndRule(run: NeedRun): Promise<void> {
  const pledge = await claim(run, 'villagePoint');
  await send(run, pledge, 'villagePoint');
  const reason = run.expected.reason ?? '收到的东西和说好的不一样';
  await act(run, pledge, run.recipient, 'dispute', { reasonCode: 'notAsPromised', reason });
  await awaitPledge(run, pledge, 'disputed');
  const county = await run.people.cadre('county', run.sample.villageCode, run.publisher.key);
  const ruling = { reason: '双方已协商，捐赠人补差，按收到处理' };
  await run.client.post('rule', `/v1/pledges/${pledge.id}/rulings/received`, county.token, ruling);
  await awaitPledge(run, pledge, 'received');
}

/** Two want the same; the one who came too late waits, and gets it in the moment in which the first gives it back. */
export async function promoteStandby(run: NeedRun): Promise<void> {
  const { client, people, id } = run;
  const first = await claim(run, 'villagePoint');
  await awaitStage(run, 'matched');
  const donor = await people.donor();
  const body = { whole: true, delivery: 'villagePoint', standby: true };
  const joined = await client.post<{ id: string }>('claim', `/v1/needs/${id}/claims`, donor.token, body);
  run.pledges.push(joined.id);
  const second = { id: joined.id, donor };
  await awaitPledge(run, second, 'waiting');
  await act(run, first, first.donor, 'release', { reason: '临时有事，来不及寄出' });
  await awaitPledge(run, first, 'released');
  await awaitPledge(run, second, 'held');
  await send(run, second, 'villagePoint');
  await confirm(run, second);
}

/** A donor claims and forgets: his hold ends by itself, and the need is open again. */
export async function letLapse(run: NeedRun): Promise<void> {
  await claim(run, 'villagePoint');
  await awaitStage(run, 'matched');
  // The need itself has no deadline then; the donor's hold has.
  await awaitClock(run, 'the end of the hold', ({ stage }) => stage === 'published');
}

/** Some of those who thank send a photo along. */
export const thanksWithPhoto = ({ sample, expected }: Pick<NeedRun, 'sample' | 'expected'>): boolean =>
  expected.story === 'delivered' && thanks({ sample });

/** Every third household thanks. */
export const thanks = ({ sample }: Pick<NeedRun, 'sample'>): boolean => sample.key.length % 3 === 1;

export async function thank(run: NeedRun): Promise<void> {
  const { client, recipient, id, sample } = run;
  const photos = thanksWithPhoto(run) ? [await uploadPhoto(client, recipient, `${sample.key}-thanks`)] : [];
  const body = { text: '东西收到了，很合用，谢谢好心人。', photos };
  await client.post('thank', `/v1/needs/${id}/thanks`, recipient.token, body);
}

export const rate = ({ client, recipient, id }: NeedRun): Promise<unknown> =>
  client.post('rate', `/v1/needs/${id}/ratings`, recipient.token, { stars: 5, text: '送得很快' });

/** The question comes after some days; then the case closes by itself. */
export async function answerAndClose(run: NeedRun, answers: boolean): Promise<void> {
  const { client, recipient, id, policy } = run;
  const { stageSince } = await look(run);
  const inDays = (days: number): number => Math.max(0, Date.parse(stageSince) + days * policy.dayMs - Date.now());
  if (answers) {
    await run.lanes.away(() => delay(inDays(policy.need.outcomeDays[0] ?? 0) + 300));
    const body = { question: 1, answer: 'good', text: '一直在用，帮了大忙。' };
    // The clock asks in its own time: too early is no such question yet.
    await whenReady(['INVALID_COMMAND', 'INVALID_REQUEST'], () =>
      client.post('answer', `/v1/needs/${id}/answers`, recipient.token, body),
    );
  }
  await run.lanes.away(() => delay(inDays(policy.need.followingDays) + 200));
  await awaitClock(run, 'the end of the follow-up', ({ stage }) => stage === 'closed');
}
