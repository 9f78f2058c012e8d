import { ApiError } from './client.ts';
import { faultOf, visitsOf, type TimelineItem, type Visit } from './check.ts';
import type { DemoDeps, NeedRun } from './need-run.ts';
import { post, posterOf } from './posting.ts';
import type { ExpectedRefusal, ExpectedStory, SampleNeed } from './sample.ts';
import { tell } from './stories/index.ts';
import type { TierSight } from './stories/tiers.ts';

/** The life of one sample need, and what became of it. */

export interface StoryResult {
  readonly kind: 'story';
  readonly need: SampleNeed;
  readonly expected: ExpectedStory;
  readonly id: string | null;
  /** Null when all is as it must be. */
  readonly fault: string | null;
  readonly stage: string;
  readonly visits: readonly Visit[];
  readonly events: number;
  /** Events of each of its pledges. */
  readonly pledgeEvents: readonly number[];
  readonly chainWhole: boolean;
  /** When each audience came to see it, where its story looks. */
  readonly sights: readonly TierSight[];
}

export interface RefusalResult {
  readonly kind: 'refusal';
  readonly need: SampleNeed;
  readonly expected: ExpectedRefusal;
  readonly fault: string | null;
  readonly codes: readonly string[];
}

export type Result = StoryResult | RefusalResult;

/** `began`: told of a need that was posted, while it goes its way. A need that fails is a result. */
export async function liveNeed(deps: DemoDeps, need: SampleNeed, began: (run: NeedRun) => void): Promise<Result> {
  const { expect } = need;
  return 'story' in expect ? runStory(deps, need, expect, began) : runRefusal(deps, need, expect);
}

/** It must be refused when it is submitted, for exactly the reason it was written for. */
async function runRefusal(deps: DemoDeps, need: SampleNeed, expected: ExpectedRefusal): Promise<RefusalResult> {
  const wanted = expected.refusedAtPosting;
  const result = (fault: string | null, codes: readonly string[]): RefusalResult => ({
    kind: 'refusal',
    need,
    expected,
    fault,
    codes,
  });
  try {
    await post(deps, await posterOf(deps, need), need);
    return result(`was accepted; it must be refused with ${wanted}`, []);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 422) return result(messageOf(error), []);
    const { code, errors } = error.problem;
    const codes = errors.length > 0 ? [...new Set(errors.map((e) => e.code))] : [code];
    const right = codes.length === 1 && codes[0] === wanted;
    return result(right ? null : `was refused with ${codes.join(', ')}; it must be with ${wanted}`, codes);
  }
}

async function runStory(
  deps: DemoDeps,
  need: SampleNeed,
  expected: ExpectedStory,
  began: (run: NeedRun) => void,
): Promise<StoryResult> {
  let run: NeedRun | null = null;
  let failure: string | null = null;
  try {
    const poster = await posterOf(deps, need);
    const recipient = await deps.people.recipient(need.householdNumber);
    const id = await post(deps, poster, need);
    const publisher = poster.person;
    run = {
      ...deps,
      sample: need,
      expected,
      publisher,
      recipient,
      id,
      stage: 'submitted',
      pledges: [],
      sights: [],
      route: null,
    };
    began(run);
    await tell(run);
  } catch (error) {
    failure = messageOf(error);
  }
  const nothing = { stage: 'notPosted', visits: [], events: 0, pledgeEvents: [], chainWhole: true, sights: [] };
  const base = { kind: 'story', need, expected } as const;
  if (run === null) return { ...base, ...nothing, id: null, fault: failure };
  try {
    const found = await inspect(run);
    const fault = failure ?? found.fault ?? (found.chainWhole ? null : 'its hash chain is broken');
    return { ...base, ...found, id: run.id, sights: run.sights, fault };
  } catch (error) {
    return { ...base, ...nothing, id: run.id, stage: run.stage, fault: failure ?? messageOf(error) };
  }
}

interface Timeline {
  readonly items: readonly TimelineItem[];
}

/** What the system itself says about its life. */
async function inspect(run: NeedRun) {
  const { client, people, publisher, id } = run;
  const { items } = await client.get<Timeline>(`/v1/needs/${id}/timeline`, publisher.token);
  const operator = await people.operator();
  const chain = await client.get<{ whole: boolean; events: number }>(
    `/v1/operator/cases/need/${id}/chain`,
    operator.token,
  );
  const pledgeEvents: number[] = [];
  for (const pledge of run.pledges) {
    const timeline = await client.get<Timeline>(`/v1/pledges/${pledge}/timeline`, publisher.token);
    pledgeEvents.push(timeline.items.length);
  }
  const visits = visitsOf(items);
  return {
    fault: faultOf(run.expected, items, run.route, await askedBefore(run, operator.token)),
    stage: visits.at(-1)?.stage ?? 'submitted',
    visits,
    events: items.length,
    pledgeEvents,
    chainWhole: chain.whole && chain.events === items.length,
  };
}

/** Whether the system says that this text stood in an earlier need: the demo ran on the same data before. */
async function askedBefore({ client, id, route, expected }: NeedRun, token: string): Promise<boolean> {
  if (route?.join() === expected.route.join()) return false;
  interface Assessed {
    readonly risk: { readonly reasons: readonly { readonly code: string }[] } | null;
  }
  const { risk } = await client.get<Assessed>(`/v1/needs/${id}/full`, token);
  return risk?.reasons.some(({ code }) => code === 'alike') ?? false;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
