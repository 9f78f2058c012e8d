/**
 * Draws the tables of the cases into docs/cases.md: one state diagram and one table per case, from the same data that
 * decides. `--check` only compares and exits with 1 when the page is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { applicationTable } from '../domain/application/table.ts';
import { certificationTable } from '../domain/certification/table.ts';
import { handoverTable } from '../domain/handover/table.ts';
import { findingTable } from '../domain/finding/table.ts';
import { complaintTable } from '../domain/complaint/table.ts';
import type { CaseTable, StageRule } from '../domain/kernel/types.ts';
import { needTable } from '../domain/need/table.ts';
import { offerTable } from '../domain/offer/table.ts';
import { pledgeTable } from '../domain/pledge/table.ts';
import { sponsorshipTable } from '../domain/sponsorship/table.ts';

const PAGE = new URL('../docs/cases.md', import.meta.url);
const CASES: readonly (readonly [title: string, table: CaseTable])[] = [
  ['The need', needTable],
  ['The pledge', pledgeTable],
  ['The application', applicationTable],
  ['The certification', certificationTable],
  ['The handing over of work', handoverTable],
  ['The finding', findingTable],
  ['The sponsorship', sponsorshipTable],
  ['The complaint', complaintTable],
  ['The offer', offerTable],
];
/** The same in every open stage: told once in the text, left out of the pictures. */
const EVERYWHERE = ['park', 'cancel', 'screened', 'reportTally', 'routed'];

const INTRO = `# The cases, drawn from their tables

Made by \`npm run diagrams\` from \`domain/<case>/table.ts\`; do not edit by hand.
A label with ⏰ is a command that the clock sends at a deadline. Every open stage also takes \`park\` (the system, → \`parked\`)
and \`cancel\` (an operator); \`parked\` goes back to where it came from by \`resume\`, \`retry\` or \`skip\`, and to
another level or cadre by \`reassign\`.`;

/** Stage → stage with the labels that lead there, in the order of the table. */
function arrows(table: CaseTable): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const add = (from: string, to: string, label: string): void => {
    if (to === 'same' || to === from) return;
    const key = `${from} --> ${to}`;
    found.set(key, (found.get(key) ?? new Set()).add(label));
  };
  for (const [stage, rule] of Object.entries(table.stages)) {
    if (stage === 'parked') continue;
    for (const [name, { to }] of Object.entries(rule.commands)) {
      if (name !== 'park' && name !== 'cancel') to.forEach((next) => add(stage, next, name));
    }
    for (const [name, to] of Object.entries(rule.clock)) to.forEach((next) => add(stage, next, `⏰ ${name}`));
  }
  return found;
}

function diagram(table: CaseTable): string {
  const lines = [...arrows(table)].map(([arrow, labels]) => `  ${arrow}: ${[...labels].join(', ')}`);
  const ends = Object.entries(table.stages).filter(([, rule]) => rule.terminal === true);
  const all = ['stateDiagram-v2', `  [*] --> ${table.first}`, ...lines, ...ends.map(([stage]) => `  ${stage} --> [*]`)];
  return ['```mermaid', ...all, '```'].join('\n');
}

function row(stage: string, rule: StageRule): string {
  const commands = Object.entries(rule.commands)
    .filter(([name]) => !EVERYWHERE.includes(name) || stage === 'parked' || leads(rule, name))
    .filter(([name]) => stage === 'parked' || (name !== 'park' && name !== 'cancel'))
    .map(
      ([name, { by, to }]) =>
        `\`${name}\` (${by.join(', ')}) → ${stage === 'parked' ? targetOf(name, to) : to.join(' / ')}`,
    );
  const clock = Object.entries(rule.clock).map(([name, to]) => `\`${name}\` → ${to.join(' / ')}`);
  return `| ${stage} | ${commands.join('<br>')} | ${clock.join('<br>')} |`;
}

const leads = (rule: StageRule, name: string): boolean => rule.commands[name]?.to.some((to) => to !== 'same') ?? false;
const targetOf = (name: string, to: readonly string[]): string =>
  ['resume', 'retry', 'skip', 'reassign'].includes(name) ? 'where it came from' : to.join(' / ');

function section([title, table]: (typeof CASES)[number]): string {
  const open = Object.entries(table.stages).filter(([, rule]) => rule.terminal !== true);
  const head = '| stage | command (who) → next | clock → next |\n| --- | --- | --- |';
  return [`## ${title}`, diagram(table), [head, ...open.map(([stage, rule]) => row(stage, rule))].join('\n')].join(
    '\n\n',
  );
}

const page = `${[INTRO, ...CASES.map(section)].join('\n\n')}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(PAGE, 'utf8') !== page) {
    console.error('docs/cases.md is out of date: npm run diagrams');
    process.exitCode = 1;
  }
} else {
  writeFileSync(PAGE, page);
  console.log('docs/cases.md is drawn');
}
