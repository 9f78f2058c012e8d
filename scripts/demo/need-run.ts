import { setTimeout as delay } from 'node:timers/promises';
import type { Level } from '../../domain/kernel/types.ts';
import { ApiError, type Client } from './client.ts';
import type { Lanes } from './lanes.ts';
import type { People, Person } from './people.ts';
import type { ExpectedStory, SampleNeed } from './sample.ts';
import type { TierSight } from './stories/tiers.ts';
import { PATIENCE_MS, until } from './waiting.ts';

/** The parts of a need's record that the stories look at. */
export interface NeedView {
  readonly id: string;
  readonly stage: string;
  readonly stageSince: string;
  readonly dueAt: string | null;
  readonly title: string;
  readonly details: string;
  readonly category: string;
  readonly urgency: string;
  readonly photos: readonly string[];
  readonly lines: readonly LineView[];
  readonly review: {
    readonly level: Level;
    readonly route: readonly Level[];
    readonly of: string;
    readonly second: boolean;
    readonly assigneeId: string | null;
  } | null;
  readonly challenge: { readonly level: Level } | null;
  /** The household's word on what the public will see. */
  readonly preview: { readonly wanted: boolean; readonly approvedAt: string | null };
}

interface LineView {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly quantity: number;
  readonly unitPriceFen: number;
  readonly condition: string;
}

/** The numbers of the policy in force that tell how long to wait. */
export interface DemoPolicy {
  readonly dayMs: number;
  readonly need: {
    readonly followingDays: number;
    readonly outcomeDays: readonly number[];
  };
}

export interface DemoDeps {
  readonly client: Client;
  readonly people: People;
  readonly lanes: Lanes;
  readonly policy: DemoPolicy;
}

/** One need on its way; what the stories do goes through here. */
export interface NeedRun extends DemoDeps {
  readonly sample: SampleNeed;
  readonly expected: ExpectedStory;
  readonly publisher: Person;
  readonly recipient: Person;
  readonly id: string;
  /** The stage as last seen; for the progress line. */
  stage: string;
  /** Pledges made for it. */
  readonly pledges: string[];
  /** When each audience came to see it, where the story looks. */
  readonly sights: TierSight[];
  /** The levels of the first review's route. */
  route: readonly Level[] | null;
}

/** Longer than any deadline of a demo policy that a story waits for. */
const CLOCK_PATIENCE_MS = 300_000;
const SHORTEST_LOOK_MS = 700;
const LONGEST_LOOK_MS = 2_500;

export const needPath = (run: NeedRun, command: string): string => `/v1/needs/${run.id}/${command}`;

export async function look(run: NeedRun): Promise<NeedView> {
  const view = await run.client.get<NeedView>(needPath(run, 'full'), run.publisher.token);
  run.stage = view.stage;
  if (view.stage === 'underReview') run.route ??= view.review?.route ?? null;
  return view;
}

/** Looks until the need is as wanted: for what follows by itself within moments. */
export const awaitNeed = (run: NeedRun, wanted: string, is: (view: NeedView) => boolean): Promise<NeedView> =>
  until(wanted, () => look(run), is);

export const awaitStage = (run: NeedRun, ...stages: string[]): Promise<NeedView> =>
  awaitNeed(run, stages.join(' or '), ({ stage }) => stages.includes(stage));

/** Waits for what only a deadline brings about; others use the lane meanwhile. */
export function awaitClock(run: NeedRun, wanted: string, is: (view: NeedView) => boolean): Promise<NeedView> {
  const giveUpAt = performance.now() + CLOCK_PATIENCE_MS;
  return run.lanes.away(async () => {
    for (;;) {
      const view = await look(run);
      if (is(view)) return view;
      if (performance.now() > giveUpAt) throw new Error(`the clock did not bring ${wanted}; it is ${view.stage}`);
      const due = view.dueAt === null ? 0 : Date.parse(view.dueAt) - Date.now();
      // Not all that a need waits for is its own deadline: a donor's hold ends without it.
      await delay(Math.min(LONGEST_LOOK_MS, Math.max(SHORTEST_LOOK_MS, due + 200)));
    }
  });
}

/** A command of the need by somebody. */
export const command = (run: NeedRun, by: Person, name: string, body?: object): Promise<unknown> =>
  run.client.post(name, needPath(run, name), by.token, body);

export const waitsForPreview = ({ preview }: NeedView): boolean => preview.wanted && preview.approvedAt === null;

/** The household looks at what the public will see of it, and agrees. */
export async function agreeToPreview({ client }: Pick<DemoDeps, 'client'>, by: Person, needId: string): Promise<void> {
  const path = `/v1/needs/${needId}`;
  const { revisionId } = await client.get<{ revisionId: string }>(`${path}/preview`, by.token);
  await client.post('approve the preview', `${path}/consent`, by.token, { revisionId });
}

/** Tries a step again until the facts it rests on have arrived: the record may be a moment behind the case. */
export async function whenReady<T>(codes: readonly string[], work: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (let pause = 150; ; pause = Math.min(700, pause * 1.3)) {
    try {
      return await work();
    } catch (error) {
      const early = error instanceof ApiError && codes.includes(error.problem.code);
      if (!early || performance.now() > giveUpAt) throw error;
      await delay(pause);
    }
  }
}
