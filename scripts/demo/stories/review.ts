import { ApiError } from '../client.ts';
import {
  agreeToPreview,
  awaitClock,
  awaitNeed,
  awaitStage,
  command,
  waitsForPreview,
  whenReady,
  type NeedRun,
  type NeedView,
} from '../need-run.ts';
import type { Person } from '../people.ts';

/** What cadres do until a need is published, and what its publisher answers. */

/** A cadre of the level whose turn it is; the one for whom alone it waits, where there is one. */
async function reviewerOf(run: NeedRun, { review }: NeedView, ...except: string[]): Promise<Person> {
  const cadre = (...others: string[]): Promise<Person> =>
    run.people.cadre(review?.level ?? 'village', run.sample.villageCode, run.publisher.key, ...except, ...others);
  const first = await cadre();
  const assignee = review?.assigneeId ?? first.id;
  return assignee === first.id ? first : cadre(first.key);
}

/** The record may be read a moment before its case: without the review nobody knows whose turn it is. */
export const underReview = (run: NeedRun): Promise<NeedView> =>
  awaitNeed(run, 'a review', ({ stage, review }) => stage === 'underReview' && review !== null);

const reasonOf = ({ expected }: NeedRun): string => expected.reason ?? '材料不全，请补充说明';

/** Every level of the route approves, until the need is open to the public. */
export async function approveAll(run: NeedRun): Promise<readonly string[]> {
  let view = await underReview(run);
  const approved: string[] = [];
  const asks = waitsForPreview(view);
  let asked = false;
  while (view.stage === 'underReview') {
    const { level, second } = view.review ?? {};
    // Where two must agree, the second one is another person.
    const reviewer = await reviewerOf(run, view, ...(second === true ? approved : []));
    // The pictures are drawn: nobody is in them.
    const approve = () => command(run, reviewer, 'approve', { noChildSeen: true });
    if (waitsForPreview(view)) asked = (await approveWithHousehold(run, approve)) || asked;
    else await approve();
    approved.push(reviewer.key);
    view = await awaitNeed(run, 'the next reviewer or publication', ({ stage, review }) => {
      return stage !== 'underReview' || review?.level !== level || review?.second !== second;
    });
  }
  await awaitStage(run, 'published', 'matched');
  if (asks && !asked) throw new Error('it was published without the household’s word on its preview');
  return approved;
}

/** What tells of health the last level cannot approve before the household has. @returns whether it was asked */
async function approveWithHousehold(run: NeedRun, approve: () => Promise<unknown>): Promise<boolean> {
  try {
    await approve();
    return false;
  } catch (error) {
    if (!(error instanceof ApiError && error.problem.code === 'PREVIEW_MISSING')) throw error;
  }
  await agreeToPreview(run, run.recipient, run.id);
  await approve();
  return true;
}

/** Above the policy's amount the last level approves twice, by two people. */
export async function approveByTwo(run: NeedRun): Promise<void> {
  const approved = await approveAll(run);
  const route = run.route?.length ?? 0;
  if (new Set(approved).size !== route + 1) throw new Error(`approved by ${approved.join(', ')} only`);
}

export async function refuse(run: NeedRun): Promise<void> {
  const view = await underReview(run);
  const body = { reasonCode: 'notEligible', reason: reasonOf(run) };
  await command(run, await reviewerOf(run, view), 'refuse', body);
  await awaitStage(run, 'refused');
}

export async function appeal(run: NeedRun): Promise<void> {
  await command(run, run.publisher, 'appeal', { reason: '情况已核实，证明材料可以当面出示，请重新审核' });
  await approveAll(run);
}

/** The content as it is, with a sentence added. */
const corrected = ({ title, details, category, urgency, lines, photos }: NeedView, sentence: string) => ({
  title,
  details: `${details}${sentence}`,
  category,
  urgency,
  lines: lines.map(({ id, name, unit, quantity, unitPriceFen, condition }) => {
    return { id, name, unit, quantity, unitPriceFen, condition };
  }),
  photos,
});

export async function returnForCorrection(run: NeedRun): Promise<void> {
  const view = await underReview(run);
  const body = { reasonCode: 'incomplete', reason: reasonOf(run) };
  await command(run, await reviewerOf(run, view), 'return', body);
  const returned = await awaitStage(run, 'returned');
  await command(run, run.publisher, 'resubmit', corrected(returned, '已按审核意见补充说明，请再看一看。'));
  await awaitStage(run, 'underReview');
}

export async function edit(run: NeedRun): Promise<void> {
  const view = await awaitStage(run, 'published');
  await command(run, run.publisher, 'edit', corrected(view, '补充：什么时候送到都可以，家里一直有人。'));
  await underReview(run);
}

/** The level asks the one above, whose advice comes back. */
export async function askAdvice(run: NeedRun): Promise<void> {
  const view = await underReview(run);
  const asking = view.review?.level;
  await command(run, await reviewerOf(run, view), 'escalate', { reason: reasonOf(run) });
  const asked = await awaitNeed(run, 'the level above', ({ review }) => review !== null && review.level !== asking);
  const advice = { advice: 'approve', reason: '已电话核实，情况属实，可以通过' };
  await command(run, await reviewerOf(run, asked), 'advise', advice);
  await awaitNeed(run, 'the level that asked', ({ review }) => review?.level === asking);
}

interface HandoverView {
  readonly stage: string;
}

/** What came back with advice waits for the one who asked; before his leave he hands it over, and his colleague accepts. */
export async function handReviewOver(run: NeedRun): Promise<void> {
  const { client, id } = run;
  const view = await underReview(run);
  const giver = await reviewerOf(run, view);
  const level = view.review?.level ?? 'village';
  const colleague = await run.people.cadre(level, run.sample.villageCode, run.publisher.key, giver.key);
  const body = { toAccountId: colleague.id, needIds: [id], reason: '外出学习一周，请代为办理' };
  const offered = await client.post<{ id: string }>('hand over', '/v1/handovers', giver.token, body);
  const path = `/v1/handovers/${offered.id}`;
  await whenReady(['NOT_ALLOWED_IN_STAGE'], () => client.post('accept handover', `${path}/accept`, colleague.token));
  const { stage } = await client.get<HandoverView>(path, giver.token);
  if (stage !== 'accepted') throw new Error(`the handing over is ${stage}, not accepted`);
  await awaitNeed(run, 'the colleague', ({ review }) => review?.assigneeId === colleague.id);
}

/** Nobody of the level does anything: the level above takes over when its time is up. */
export async function sleepOver(run: NeedRun): Promise<void> {
  const sleeping = (await underReview(run)).review?.level;
  await awaitClock(run, 'the level above', ({ review }) => review !== null && review.level !== sleeping);
}
