import type { RefusalResult, StoryResult } from './lives.ts';
import type { Part } from './parts.ts';
import type { DemoReport, Parts } from './run.ts';
import { STORIES } from './sample.ts';
import { SPONSORED } from './sponsor.ts';
import type { Usage } from './usage.ts';
import type { WhatIfOutcome } from './what-if.ts';

/** The end of a demo as text for a terminal. */

type Row = readonly (string | number)[];

function table(head: Row, rows: readonly Row[]): string[] {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (/^[\d.,–]+$/.test(cell) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const [first = [], ...rest] = cells;
  return [line(first), widths.map((width) => '─'.repeat(width)).join('──'), ...rest.map(line)].map((l) => `  ${l}`);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const average = (values: readonly number[]): string =>
  values.length === 0 ? '–' : (values.reduce((a, b) => a + b, 0) / values.length).toFixed(1);

const countBy = <T>(items: readonly T[], key: (item: T) => string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
};

export const faultsOf = ({ results }: DemoReport): number => results.filter(({ fault }) => fault !== null).length;

/** What went wrong besides the needs. */
export const faultyParts = ({ parts, scenes }: Pick<DemoReport, 'parts' | 'scenes'>): readonly Part<unknown>[] =>
  [...Object.values<Part<unknown>>({ ...parts }), ...scenes].filter(({ fault }) => fault !== null);

/** Whether all is as it must be: needs, parts and scenes. */
export const isRight = (report: DemoReport): boolean => faultsOf(report) === 0 && faultyParts(report).length === 0;

/** What a part has shown, or what went wrong. */
const section = <T>(part: Part<T>, linesOf: (shown: T) => readonly string[]): string[] => [
  part.title,
  ...(part.fault === null ? linesOf(part.shown) : [`wrong: ${part.fault}`]).map((line) => `  ${line}`),
  '',
];

export function reportLines(report: DemoReport): string[] {
  const stories = report.results.filter((result): result is StoryResult => result.kind === 'story');
  const refusals = report.results.filter((result): result is RefusalResult => result.kind === 'refusal');
  return [
    '',
    'Stories',
    ...storyTable(stories),
    '',
    ...partLines(report.parts),
    'Suggested to a donor, and taken on by a sponsorship',
    ...sponsorLines(stories),
    '',
    'Opened step by step',
    ...tierTable(stories),
    '',
    ...report.scenes.flatMap((scene) => section(scene, (lines) => lines)),
    ...section(report.parts.whatIf, whatIfLines),
    ...section(report.parts.usage, usageLines),
    'Where the needs are now',
    ...table(
      ['stage', 'needs'],
      [...countBy(stories, ({ stage }) => stage), ['refused at posting', refusals.filter((r) => !r.fault).length]],
    ),
    '',
    'Refused at posting',
    ...table(
      ['code', 'needs'],
      [
        ...countBy(
          refusals.filter((r) => !r.fault),
          ({ codes }) => codes.join(', '),
        ),
      ],
    ),
    '',
    `How long a stage lasted, in seconds (a day of this policy lasts ${report.dayMs / 1000} s)`,
    ...stageTable(stories),
    '',
    'How long a step took through the API, until it was applied, in milliseconds',
    ...stepTable(report),
    '',
    ...section(report.parts.links, (links) =>
      links.map(
        ({ story, url, historyLength }) =>
          `${story.padEnd(22)}${url}${historyLength ? `  (${historyLength} events)` : ''}`,
      ),
    ),
    ...wrongLines(report),
    summary(report, stories, refusals),
  ];
}

function partLines(parts: Parts): string[] {
  return [
    ...section(parts.register, ({ rows, created }) => [`${rows} households, ${created} of them imported now`]),
    ...section(parts.kinds, ({ service, money }) => [`a service: ${service}; a money need: ${money}`]),
    ...section(parts.application, ({ place, way }) => [`${place}: ${way.join(' → ')}`]),
    ...section(parts.certification, ({ place, way }) => [`${place}: ${way.join(' → ')}`]),
    ...section(parts.thanks, ({ need, photos }) => [
      `《${need}》: thanked with ${photos} photo, seen by its donor, shown to others by a cadre`,
    ]),
    ...section(parts.scores, ({ lines, points, rules }) => [
      `${lines} lines make the ${points} points of a donor: ${rules.join('；')}`,
    ]),
    ...section(parts.operations, ({ reassigned, copyBytes, kept, checkpoints, eventsCovered }) => [
      `an application handed from the ${reassigned.join(' to the ')}`,
      `a copy of ${copyBytes} bytes for its person, who was erased; ${kept} kinds of record stay, by ids`,
      `${checkpoints} signed checkpoints fit ${eventsCovered} events`,
    ]),
    ...section(parts.trust, ({ why, agreed, complaintHandledBy }) => [
      `by number and code it read: ${why}`,
      'it disputed a parcel, answered and withdrew by text message; neighbours vouched, doubted and followed',
      `somebody else asked again: ${agreed} agreed; a complaint was handled by the ${complaintHandledBy}`,
    ]),
  ];
}

/** All that went wrong once more, where nobody misses it. */
function wrongLines(report: DemoReport): string[] {
  const needs = report.results.flatMap(({ need, fault }) => (fault === null ? [] : [`${need.key}: ${fault}`]));
  const parts = faultyParts(report).map(({ title, fault }) => `${title}: ${fault ?? ''}`);
  const all = [...needs, ...parts];
  return all.length === 0 ? [] : ['Wrong', ...all.map((line) => `  ${line}`), ''];
}

function sponsorLines(stories: readonly StoryResult[]): string[] {
  const told = stories.filter(({ need }) => need.key === SPONSORED);
  return told.map(
    ({ need, stage, fault }) =>
      `  ${need.title}: ${fault === null ? `claimed and sent in bulk, delivered, ${stage}` : fault}`,
  );
}

/** When each audience was reached, and when somebody of it saw the need, in seconds after its publication. */
function tierTable(stories: readonly StoryResult[]): string[] {
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  const rows = stories.flatMap(({ need, sights }) =>
    sights.map(({ tier, widenedMs, seenMs }): Row => [need.title, tier, seconds(widenedMs), seconds(seenMs)]),
  );
  return table(['need', 'opened to', 'after s', 'first seen after s'], rows);
}

/** Why an operation is refused, or not used, in a demo. */
const REASONS: Readonly<Record<string, string>> = {
  openWithheldNeed: 'nobody can pay yet: a money need waits',
  decodePayloads: 'no Temporal UI runs here whose payloads could be read',
};

function usageLines({ used, total, refused, unused }: Usage): string[] {
  const why = (operationId: string): string => {
    const reason = REASONS[operationId];
    return `  ${operationId}${reason === undefined ? '' : `: ${reason}`}`;
  };
  return [
    `${used} of ${total} operations`,
    ...(refused.length === 0 ? [] : ['refused, as they must be', ...refused.map(why)]),
    ...(unused.length === 0 ? [] : ['not used', ...unused.map(why)]),
  ];
}

function whatIfLines({ compared, same, tighter, examples }: WhatIfOutcome): string[] {
  const words = ({ end, course, time }: typeof same): string =>
    `${end} would have ended otherwise, ${course} come there by another way, ${time} at other times`;
  return [
    `${compared} cases replayed under the same policy: ${words(same)}`,
    `under a tighter one: ${words(tighter)}; most often ${examples.join('; ')}`,
  ];
}

function summary(report: DemoReport, stories: readonly StoryResult[], refusals: readonly RefusalResult[]): string {
  const total = report.results.length;
  const right = total - faultsOf(report);
  const faulty = faultyParts(report).length;
  const events = stories.reduce((sum, s) => sum + s.events + s.pledgeEvents.reduce((a, b) => a + b, 0), 0);
  const pledges = stories.reduce((sum, s) => sum + s.pledgeEvents.length, 0);
  return (
    `${right} of ${total} needs are where they must be (${stories.length} lives, ${refusals.length} refusals; ` +
    `${pledges} pledges, ${events} events, ${report.retries} requests repeated) ` +
    `after ${report.seconds.toFixed(0)} s under the policy ${report.policyVersion}` +
    (faulty === 0 ? '.' : `; ${faulty} of what is shown beside them went wrong.`)
  );
}

function storyTable(stories: readonly StoryResult[]): string[] {
  const rows = STORIES.map((story): Row => {
    const told = stories.filter(({ expected }) => expected.story === story);
    const lasted = told.map(({ visits }) => ((visits.at(-1)?.at ?? 0) - (visits[0]?.at ?? 0)) / 1000);
    const right = told.filter(({ fault }) => fault === null).length;
    return [
      story,
      told.length,
      right,
      percentile(lasted, 0.5).toFixed(1),
      average(told.map(({ events }) => events)),
      average(told.flatMap(({ pledgeEvents }) => pledgeEvents)),
    ];
  });
  const head = ['story', 'needs', 'right', 'life s p50', 'events/need', 'events/pledge'];
  return table(
    head,
    rows.filter(([, count]) => count !== 0),
  );
}

function stageTable(stories: readonly StoryResult[]): string[] {
  const stays = new Map<string, number[]>();
  for (const { visits } of stories) {
    for (const [i, { stage, at }] of visits.entries()) {
      const next = visits[i + 1];
      if (next !== undefined) stays.set(stage, [...(stays.get(stage) ?? []), (next.at - at) / 1000]);
    }
  }
  return table(
    ['stage', 'stays', 'p50', 'p95'],
    [...stays].map(([stage, s]) => [stage, s.length, percentile(s, 0.5).toFixed(1), percentile(s, 0.95).toFixed(1)]),
  );
}

function stepTable({ timings }: DemoReport): string[] {
  const steps = new Map<string, number[]>();
  for (const { step, ms } of timings) steps.set(step, [...(steps.get(step) ?? []), ms]);
  return table(
    ['step', 'times', 'p50', 'p95'],
    [...steps].map(([step, ms]) => [step, ms.length, percentile(ms, 0.5).toFixed(0), percentile(ms, 0.95).toFixed(0)]),
  );
}
