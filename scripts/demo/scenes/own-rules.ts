import { must, until } from '../waiting.ts';
import type { DemoDeps } from '../need-run.ts';
import { appoint, newDonor, newPerson, settle, type Hamlet, type Home } from './hamlet.ts';
import { publish, reach, thing, type Wish } from './needs.ts';
import { command, pledgeIs, pledgeSeen, sent } from './pledges.ts';
import { giveOwnRules, migrate } from './policy.ts';
import { lookTwice } from './second-looks.ts';

/**
 * A village gets numbers of its own by an override of the policy: short ones, so that what somebody sleeps over is seen
 * to go one level up, and every approval is reviewed a second time.
 */

const VILLAGE = '360735100209';
const CITY = VILLAGE.slice(0, 4);

const VALUES = {
  need: { lifetimeDays: { urgent: 4 }, handOffAcceptWorkingDays: 6, recheck: { percent: 100 } },
  pledge: { disputeWorkingDays: 6 },
};

const GOODS = {
  ladder: {
    title: '上房捡瓦缺一架梯子',
    details: '房子是老瓦房，每年都要上去捡瓦，家里的木梯断了两根横档，想要一架结实的竹梯。',
    category: 'hand-tools',
    urgency: 'urgent',
    lines: [thing('竹梯', '架', 9_000)],
  },
  mosquitoNet: {
    title: '夏天睡觉缺一顶蚊帐',
    details: '屋后就是水田，夏天蚊子很多，旧蚊帐补了好几处还是漏，想要一顶一米五宽的蚊帐。',
    category: 'bedding',
    lines: [thing('蚊帐', '顶', 6_000)],
  },
  broom: {
    title: '晒谷场上缺扫把簸箕',
    details: '晒谷子用的大扫把散了，簸箕也破了，收谷子的时候只能用手捧，想要一把扫把和一个簸箕。',
    category: 'hygiene',
    lines: [thing('扫把簸箕', '套', 3_000)],
  },
} satisfies Record<string, Wish>;

export async function showOwnRules(deps: DemoDeps): Promise<string[]> {
  const hamlet = await settle(deps, VILLAGE, { homes: 5 });
  const [one, two, three, ...rest] = hamlet.homes;
  if (one === undefined || two === undefined || three === undefined) throw new Error('no homes');
  const before = await publish(deps, hamlet, one, GOODS.broom);
  const rules = await giveOwnRules(deps, VILLAGE, VALUES);
  const [slept, disputed, accuracy] = await Promise.all([
    moveUpHandOff(deps, hamlet, two),
    moveUpDispute(deps, hamlet, three),
    lookTwice(deps, hamlet, rest, rules),
    migrate(deps, { needId: before, village: VILLAGE, to: rules.version }),
  ]);
  return [
    `${rules.version}: drafted, corrected (${rules.faults} was no region’s to set), published, in force ${rules.seconds.toFixed(0)} s later, ends tomorrow`,
    `an unmet need that the county did not accept was handed on to the ${slept}, whose unit resolved it`,
    `a dispute that the county slept over was decided by the ${disputed}`,
    `two approvals reviewed a second time, blind: one was confirmed, one not, so that the first reviewer’s accuracy is ${accuracy} %`,
    'a need that began before was taken over into these rules, first in a dry run',
  ];
}

interface HandOff {
  readonly items: readonly { readonly id: string }[];
}

/** Civil affairs of the county does not accept: one level up somebody does. @returns who */
async function moveUpHandOff(deps: DemoDeps, hamlet: Hamlet, home: Home): Promise<string> {
  const { client } = deps;
  const needId = await publish(deps, hamlet, home, GOODS.ladder);
  const { person: unit } = await appoint(deps, await newPerson(deps), { role: 'aidUnit', regionCode: CITY });
  const path = `/v1/needs/${needId}`;
  await reach(deps, needId, home.member, 'handedOff');
  const list = () => client.get<HandOff>('/v1/work-list/hand-offs?limit=100', unit.token);
  await until('the hand-off among the work of the city’s unit', list, ({ items }) =>
    items.some(({ id }) => id === needId),
  );
  await client.post('accept', `${path}/hand-off/accept`, unit.token);
  const outcome = { outcome: 'civilAffairs', reason: '已由市民政局协调解决' };
  await client.post('resolve', `${path}/hand-off/resolve`, unit.token, outcome);
  await reach(deps, needId, home.member, 'closed');
  const { items } = await client.get<{ items: { type: string }[] }>(`${path}/timeline`, home.member.token);
  must(
    items.some(({ type }) => type === 'handOffMovedUp'),
    'nothing tells that the hand-off moved up',
  );
  return 'city';
}

/** @returns the level that decided */
async function moveUpDispute(deps: DemoDeps, hamlet: Hamlet, home: Home): Promise<string> {
  const { client, people } = deps;
  const needId = await publish(deps, hamlet, home, GOODS.mosquitoNet);
  const gift = await sent(deps, await newDonor(deps, VILLAGE), needId);
  const complaint = { reasonCode: 'notAsPromised', reason: '寄来的蚊帐小了一半，挂不上去' };
  await command(deps, gift, home.member, 'dispute', complaint);
  await pledgeIs(deps, gift, 'disputed');
  const city = await people.cadre('city', VILLAGE);
  await until(
    'the dispute to go to the city',
    () => pledgeSeen(deps, gift),
    ({ waitingOn }) => waitingOn === 'cityCadre',
  );
  const list = await client.get<HandOff>('/v1/work-list/disputes?limit=100', city.token);
  must(
    list.items.some(({ id }) => id === gift.id),
    'the dispute is not among the city’s work',
  );
  const ruling = { reason: '捐赠人已补寄一顶，按收到处理' };
  await client.post('rule', `/v1/pledges/${gift.id}/rulings/received`, city.token, ruling);
  await pledgeIs(deps, gift, 'received');
  return 'city';
}
