import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { must, until } from '../waiting.ts';
import { appoint, newDonor, newPerson, settle, type Home } from './hamlet.ts';
import { lookAt, publish, reach, thing } from './needs.ts';
import { atPoint, claim, command, held, photoBy, pledgeIs, pledgeSeen, sent, type Gift } from './pledges.ts';

/** Parcels that do not simply arrive, and what their donor has of those that do. */

const VILLAGE = '360735100206';

const COATS = {
  title: '一家四口过冬缺棉衣',
  details: '一家四口人，去年的棉衣给了出嫁的女儿一件，剩下的都短了，想要四件普通的棉衣过冬。',
  category: 'winter-clothing',
  lines: [thing('棉衣', '件', 9_000, 4)],
};
const KETTLE = {
  title: '烧水的水壶底漏了',
  details: '烧水的铝壶底上漏了一个小洞，用面团糊着，每次都要糊一遍，想要一把新的水壶。',
  category: 'cookware',
  lines: [thing('水壶', '把', 5_000)],
};

export async function showDelivery(deps: DemoDeps): Promise<string[]> {
  const hamlet = await settle(deps, VILLAGE, { homes: 2 });
  const [one, two] = hamlet.homes;
  const [cadre] = hamlet.cadres;
  if (one === undefined || two === undefined || cadre === undefined) throw new Error('no hamlet');
  const [keeper, first, second, third] = await Promise.all([
    newPerson(deps).then((person) => appoint(deps, person, { role: 'pointKeeper', regionCode: VILLAGE })),
    ...[1, 2, 3].map(() => newDonor(deps, VILLAGE)),
  ]);
  if (first === undefined || second === undefined || third === undefined) throw new Error('no donors');
  const [coats, kettle] = await Promise.all([publish(deps, hamlet, one, COATS), publish(deps, hamlet, two, KETTLE)]);
  const [code] = await Promise.all([
    inParts(deps, { cadre, keeper: keeper.person, home: one, needId: coats }, [first, second]),
    lost(deps, two, kettle, third),
  ]);
  return [
    'a hold was made longer, its parcel called back; somebody left the standby queue',
    'three of four came in one parcel, the fourth came damaged and went back, then was handed over with a photo',
    'a parcel that never came: disputed, and the county ruled that it failed; the need is open again',
    `a letter of thanks as a PDF, checked by anybody under ${code}; the donor’s record counts what he gave and what failed`,
  ];
}

interface Scene {
  readonly cadre: Person;
  readonly keeper: Person;
  readonly home: Home;
  readonly needId: string;
}

/** @returns the code of the certificate */
async function inParts(
  deps: DemoDeps,
  { cadre, keeper, home, needId }: Scene,
  [first, second]: readonly [Person, Person],
): Promise<string> {
  await changeOnesMind(deps, needId, first);

  const whole = await held(deps, first, needId);
  await leaveTheQueue(deps, needId, second);
  await command(deps, whole, first, 'send', { courier: '中国邮政', trackingNumber: `EMS${whole.id.slice(-12)}` });
  await pledgeIs(deps, whole, 'sent');
  await command(deps, whole, keeper, 'arrive');
  const { code } = await deps.client.get<{ code: string }>(`/v1/pledges/${whole.id}/pickup-code`, home.member.token);
  const line = (await lookAt(deps, needId, home.member)).lines[0]?.id;
  await command(deps, whole, keeper, 'collect', { code, lines: [{ lineId: line, quantity: 3 }] });
  // What was missing is wanted again.
  await reach(deps, needId, home.member, 'published');

  const damaged = await atPoint(deps, keeper, second, needId);
  const back = { reasonCode: 'damaged', reason: '包裹破损，已退回寄件人' };
  await command(deps, damaged, keeper, 'return-parcel', back);
  await pledgeIs(deps, damaged, 'failed');
  await reach(deps, needId, home.member, 'published');

  const whole2 = await atPoint(deps, keeper, second, needId);
  const photoId = await photoBy(deps, cadre, `${needId} handed over`);
  await command(deps, whole2, cadre, 'hand-over', { photoId });
  await pledgeIs(deps, whole2, 'received');
  await reach(deps, needId, home.member, 'following');
  return certify(deps, whole2);
}

/** His hold is made longer once; what he has sent he can call back. */
async function changeOnesMind(deps: DemoDeps, needId: string, donor: Person): Promise<void> {
  const gift = await held(deps, donor, needId, 1);
  const before = (await pledgeSeen(deps, gift)).dueAt ?? '';
  await command(deps, gift, donor, 'extend');
  await until(
    'a longer hold',
    () => pledgeSeen(deps, gift),
    ({ dueAt }) => (dueAt ?? '') > before,
  );
  await command(deps, gift, donor, 'send', { courier: '中国邮政', trackingNumber: `EMS${gift.id.slice(-12)}` });
  await pledgeIs(deps, gift, 'sent');
  await command(deps, gift, donor, 'cancel-shipment', { reason: '寄错了地址，已向快递要回' });
  await pledgeIs(deps, gift, 'released');
}

async function leaveTheQueue(deps: DemoDeps, needId: string, donor: Person): Promise<void> {
  const waiting = await claim(deps, donor, needId, undefined, { standby: true });
  await pledgeIs(deps, waiting, 'waiting');
  await command(deps, waiting, donor, 'leave');
  await pledgeIs(deps, waiting, 'released');
}

interface Certificate {
  readonly donor: string;
  readonly items: readonly { readonly quantity: number }[];
}
interface DonorRecord {
  readonly received: number;
  readonly failed: number;
}

/** @returns the code of the certificate */
async function certify({ client }: DemoDeps, { id, donor }: Gift): Promise<string> {
  const { headers, bytes } = await client.file(`/v1/pledges/${id}/certificate`, donor.token);
  must(bytes.subarray(0, 5).toString() === '%PDF-', 'the certificate is no PDF');
  const code = /BF-[\w-]+/.exec(headers.get('Content-Disposition') ?? '')?.[0] ?? '';
  const checked = await client.get<Certificate>(`/v1/certificates/${code}`, null);
  must(checked.donor.includes('**') && checked.items[0]?.quantity === 1, 'the check of the certificate says otherwise');
  const page = await client.file(`/v1/certificates/${code}/page`, null);
  must(page.bytes.toString('utf8').includes(code), 'the page of the certificate does not show its code');
  const record = await client.get<DonorRecord>('/v1/my/donor-record', donor.token);
  must(record.received === 1 && record.failed === 1, `his record is ${JSON.stringify(record)}`);
  return code;
}

interface Page {
  readonly items: readonly { readonly id: string }[];
}

/** The household says that nothing came; the county finds it among its disputes and rules. */
async function lost(deps: DemoDeps, { member }: Home, needId: string, donor: Person): Promise<void> {
  const { client, people } = deps;
  const gift = await sent(deps, donor, needId);
  const complaint = { reasonCode: 'notArrived', reason: '等了很多天，服务点一直没有收到包裹' };
  await command(deps, gift, member, 'dispute', complaint);
  await pledgeIs(deps, gift, 'disputed');
  const county = await people.cadre('county', VILLAGE);
  const disputes = () => client.get<Page>('/v1/work-list/disputes?limit=100', county.token);
  await until('the dispute among the county’s work', disputes, ({ items }) => items.some(({ id }) => id === gift.id));
  const ruling = { reason: '快递确认包裹丢失，按未送达处理' };
  await client.post('rule', `/v1/pledges/${gift.id}/rulings/failed`, county.token, ruling);
  await pledgeIs(deps, gift, 'failed');
  await reach(deps, needId, member, 'published');
}
