import type { DemoDeps } from '../need-run.ts';
import { householdOf } from '../posting.ts';
import {
  agreeByText,
  answerByText,
  appealScore,
  dispute,
  knownTexts,
  see,
  showNoChild,
  takeBack,
  visit,
  withdrawByText,
} from './household.ts';
import {
  challenge,
  checkAgain,
  complain,
  countEndorsements,
  endorse,
  followNews,
  give,
  showMore,
} from './neighbours.ts';
import { thing } from '../scenes/needs.ts';
import { until } from '../waiting.ts';
import { approveAll, HOUSEHOLD, NEIGHBOURS, postFor, stageOf } from './place.ts';

/**
 * One household without an account and the people around it: it sees what was posted in its name, disputes a parcel,
 * answers and withdraws by text message; neighbours vouch, doubt and follow; somebody else asks again, and a complaint is
 * handled by others than those whom it is about.
 */

export interface TrustReport {
  /** Why the need waited, as the household read it. */
  readonly why: string;
  readonly complaintHandledBy: string;
  /** Second askings in the village that agreed with the first. */
  readonly agreed: number;
}

const POT = {
  title: '家里的铁锅漏了',
  details: '家里只有一口铁锅，锅底已经漏了，一直借邻居家的用，想要一口普通的铁锅做饭。',
  category: 'cookware',
  lines: [thing('铁锅', '口', 8_000)],
};
const LAMP = {
  title: '写作业想要一盏台灯',
  details: '晚上写作业只有一个灯泡，挂得高，看不清字，想要一盏亮一点的台灯。',
  category: 'study-furniture',
  lines: [thing('台灯', '盏', 5_000)],
};
const PAD = '成人护理垫';
const PADS = {
  title: '卧床老人缺护理垫',
  details: '老人摔伤后一直卧床，每天要换护理垫，家里的快用完了，想要一包成人护理垫。',
  category: 'care-supplies',
  lines: [thing(PAD, '包', 3_000)],
};

export async function proveTrust(deps: DemoDeps, progress: (line: string) => void): Promise<TrustReport> {
  const { client, people } = deps;
  const poster = await people.cadre('village', HOUSEHOLD.village);
  const [neighbour, doubter] = await Promise.all(NEIGHBOURS.map((number) => people.recipient(number)));
  if (neighbour === undefined || doubter === undefined) throw new Error('the village has no neighbours');

  const before = await knownTexts(deps);
  const potId = await postFor(deps, poster, POT);
  const household = await visit(deps);
  const why = await see(deps, household, potId);
  await until(
    'its review',
    () => stageOf(deps, potId, poster),
    ({ stage }) => stage === 'underReview',
  );
  await endorse(deps, neighbour, potId);
  const approvers = await approveAll(deps, potId, poster);
  await countEndorsements(deps, neighbour, potId);
  await showMore(deps, poster, potId);
  await challenge(deps, doubter, poster, potId);
  const pledgeId = await give(deps, doubter, potId);
  await followNews(deps, poster, neighbour, potId);
  // While it is public: afterwards a neighbour no longer sees it.
  const accused = [poster, ...approvers];
  const complaintHandledBy = await complain(deps, neighbour, accused, potId);
  progress(`a complaint about the village's review was handled by the ${complaintHandledBy}`);
  await dispute(deps, household, pledgeId);
  progress(`a household without an account saw its need, and disputed a parcel; the county ruled`);

  await answerByText(deps, before, household, { id: potId, title: POT.title });
  const householdId = (await householdOf(client, poster, HOUSEHOLD.number)) ?? '';
  const agreed = await checkAgain(
    deps,
    householdId,
    accused.map(({ key }) => key),
  );
  await appealScore(deps, household);
  progress('it answered by text message, and somebody else asked again without seeing the answer');

  const lampId = await postFor(deps, poster, LAMP);
  await approveAll(deps, lampId, poster);
  await showNoChild(deps, household, poster, lampId);
  await takeBack(deps, household, lampId, LAMP.title);
  progress('the household looked at what the public sees of it, agreed, and took its consent back');

  const padsId = await postFor(deps, poster, PADS);
  await until(
    'its review',
    () => stageOf(deps, padsId, poster),
    ({ stage }) => stage === 'underReview',
  );
  await agreeByText(deps, PAD);
  await approveAll(deps, padsId, poster);
  await withdrawByText(deps, household, padsId, PADS.title);
  progress(
    'what tells of health was published once the household had agreed by text message, and withdrawn by another',
  );
  return { why, complaintHandledBy, agreed };
}
