import { setTimeout as delay } from 'node:timers/promises';
import { createClient, type Timing } from './client.ts';
import { postOtherKinds, type KindsReport } from './kinds.ts';
import { applyForOffice, type ApplicationReport } from './application.ts';
import { askForCertification, type CertificationReport } from './certification.ts';
import { importRegister, type ImportReport } from './households.ts';
import { showThanks, type ThanksReport } from './feedback.ts';
import { createLanes } from './lanes.ts';
import type { DemoDeps, DemoPolicy, NeedRun } from './need-run.ts';
import { operate, type OperationsReport } from './operations.ts';
import { playPart, type Part } from './parts.ts';
import { createPeople } from './people.ts';
import { showScores, type ScoreReport } from './score.ts';
import type { SampleNeed } from './sample.ts';
import { playScenes, type Scene } from './scenes/index.ts';
import { lookAtLists } from './scenes/lists.ts';
import { waitOf } from './stories/index.ts';
import { usageOf, type Usage } from './usage.ts';
import { proveTrust, type TrustReport } from './trust/index.ts';
import { askWhatIf, type WhatIfOutcome } from './what-if.ts';
import { liveNeed, type Result } from './lives.ts';

/** Takes sample needs through a running system, as the people of the demo would, and says what became of each. */

/** What is played besides the stories: whatever goes wrong in one of them, all others are played. */
export interface Parts {
  readonly register: Part<ImportReport>;
  /** Somebody who became a cadre on the way. */
  readonly application: Part<ApplicationReport>;
  /** Somebody whose papers his township has seen. */
  readonly certification: Part<CertificationReport>;
  readonly kinds: Part<KindsReport>;
  /** Operators' work, and a person's own data. */
  readonly operations: Part<OperationsReport>;
  /** Thanks with a photo, as their donor sees them. */
  readonly thanks: Part<ThanksReport>;
  /** A donor's score, line by line. */
  readonly scores: Part<ScoreReport>;
  /** A household by itself, its neighbours, and who looks at those who decide. */
  readonly trust: Part<TrustReport>;
  /** What would have become of these cases under another policy. */
  readonly whatIf: Part<WhatIfOutcome>;
  /** How much of the API all this took. */
  readonly usage: Part<Usage>;
  readonly links: Part<readonly CaseLink[]>;
}

/** A case in the Temporal UI. */
interface CaseLink {
  readonly story: string;
  readonly url: string;
  readonly historyLength: number | null;
}

export interface DemoReport {
  readonly results: readonly Result[];
  readonly timings: readonly Timing[];
  readonly retries: number;
  readonly seconds: number;
  readonly parts: Parts;
  /** What neither the stories nor the parts come to. */
  readonly scenes: readonly Scene[];
  readonly policyVersion: string;
  readonly dayMs: number;
}

export interface RunOptions {
  readonly url: string;
  readonly needs: readonly SampleNeed[];
  readonly lanes?: number;
  readonly progress: (line: string) => void;
  /** Seconds between two lines of progress. */
  readonly every?: number;
}

/** Commands take about one second at the demo's own speed. */
const BUSY_MS = 3_000;

interface Policy extends DemoPolicy {
  readonly version: string;
}

/** @throws Error when the API does not even tell its policy; what fails later is a result */
export async function runDemo({ url, needs, lanes = 8, progress, every = 5 }: RunOptions): Promise<DemoReport> {
  const startedAt = performance.now();
  const begunAt = new Date();
  const client = createClient(url);
  const people = createPeople(client);
  const policy = await client.get<Policy>('/v1/policy', null);
  const isBusy = (): boolean => client.lately() > BUSY_MS;
  const deps: DemoDeps = { client, people, lanes: createLanes(lanes, isBusy), policy };
  const part = <T>(title: string, play: () => Promise<T>): Promise<Part<T>> => playPart(title, play, progress);

  const register = await part('The register of households', () => importRegister(deps, progress));
  const application = await part('An application for an office', () => applyForOffice(deps, progress));
  const certification = await part('A name that the register did not confirm', () =>
    askForCertification(deps, progress),
  );
  const kinds = await part('Other kinds of needs', () => postOtherKinds(deps, progress));

  const board = createBoard(needs.length);
  const rush = createRush(needs.length);
  const stop = new AbortController();
  const ticking = tick(every, stop.signal, () => progress(board.line((performance.now() - startedAt) / 1000)));
  const stories = inOrder(needs).map(async (need) => {
    const result = await deps.lanes.run(() => liveNeed(deps, need, board.began));
    board.finished(result);
    rush.finished();
    if (result.fault !== null) progress(`✗ ${need.key}: ${result.fault}`);
    return result;
  });
  // Beside the stories, and in no lane: what mostly waits for clocks, too.
  const [results, scenes, trust, operations] = await Promise.all([
    Promise.all(stories),
    rush.over.then(() => playScenes(deps, progress)),
    rush.over.then(() =>
      part('A household by itself, and who looks at those who decide', () => proveTrust(deps, progress)),
    ),
    rush.over.then(() => part('Operators, and a person’s own data', () => operate(deps, progress))),
  ]);
  stop.abort();
  await ticking;
  const thanks = await part('Thanks', () => showThanks(deps, results, progress));
  const scores = await part('A donor’s score', () => showScores(deps, results, progress));
  const lists = await part('What is left to do', () => lookAtLists(deps));
  const whatIf = await part('What if', () => askWhatIf(deps, begunAt, progress));
  const usage = await part('How much of the API this took', () => usageOf(client));
  const links = await part('In the Temporal UI', () => linksOf(deps, results));
  return {
    results,
    timings: client.timings,
    retries: client.retries(),
    seconds: (performance.now() - startedAt) / 1000,
    parts: { register, application, certification, kinds, operations, thanks, scores, trust, whatIf, usage, links },
    scenes: [...scenes, lists],
    policyVersion: policy.version,
    dayMs: policy.dayMs,
  };
}

/** Those that wait longest first; otherwise counties side by side, so that neighbours do not queue for one cadre. */
function inOrder(needs: readonly SampleNeed[]): SampleNeed[] {
  const wait = ({ expect }: SampleNeed): number => ('story' in expect ? waitOf(expect.story) : 0);
  return [...needs].sort((a, b) => wait(b) - wait(a) || (a.key < b.key ? -1 : 1));
}

async function tick(seconds: number, signal: AbortSignal, say: () => void): Promise<void> {
  while (!signal.aborted) {
    await delay(seconds * 1000, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) say();
  }
}

/** Fewer stories than this do not crowd. */
const MANY = 50;

/**
 * The stories that wait longest all begin at once, and their donors must come before a need's time is over: until a fifth
 * of all is done (of few a tenth), nothing else competes with them.
 */
function createRush(stories: number): { readonly over: Promise<void>; finished(): void } {
  let left = Math.ceil(stories / (stories < MANY ? 10 : 5));
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  if (left === 0) end();
  return {
    over,
    finished() {
      left--;
      if (left === 0) end();
    },
  };
}

interface Board {
  began(run: NeedRun): void;
  finished(result: Result): void;
  line(seconds: number): string;
}

/** Where everything stands, for the progress line. */
function createBoard(total: number): Board {
  const open = new Map<string, NeedRun>();
  let done = 0;
  let faults = 0;
  return {
    began: (run) => void open.set(run.sample.key, run),
    finished({ need, fault }) {
      open.delete(need.key);
      done++;
      if (fault !== null) faults++;
    },
    line(seconds) {
      const stages = new Map<string, number>();
      for (const { stage } of open.values()) stages.set(stage, (stages.get(stage) ?? 0) + 1);
      const where = [...stages].map(([stage, count]) => `${stage} ${count}`).join(', ');
      const wrong = faults > 0 ? `, ${faults} wrong` : '';
      return `${seconds.toFixed(0).padStart(4)} s  ${done} of ${total} done${wrong}${where ? `; ${where}` : ''}`;
    },
  };
}

interface OperatorCase {
  readonly temporalUrl: string;
  readonly workflow: { readonly historyLength: number | null };
}

async function linksOf({ client, people }: DemoDeps, results: readonly Result[]): Promise<readonly CaseLink[]> {
  const one = new Map<string, string>();
  for (const result of results) {
    if (result.kind === 'story' && result.id !== null && !one.has(result.expected.story)) {
      one.set(result.expected.story, result.id);
    }
  }
  const { token } = await people.operator();
  const links: CaseLink[] = [];
  for (const [story, id] of one) {
    const found = await client.get<OperatorCase>(`/v1/operator/cases/need/${id}`, token).catch(() => null);
    if (found === null) continue;
    links.push({ story, url: found.temporalUrl, historyLength: found.workflow.historyLength });
  }
  return links;
}
