import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { readdirSync, readFileSync } from 'node:fs';
import { isFaults, parseRegisterRow, type RegisterRow } from '../../domain/household/register-row.ts';
import { postingFaults, type Posting } from '../../domain/need/posting.ts';
import { pathOf } from '../../domain/region/region.ts';
import { postingRulesFor } from '../../api/routes/need/content.ts';
import { loadReference } from '../../infra/reference.ts';

interface SampleNeed extends Posting {
  readonly key: string;
  readonly householdNumber: string;
  readonly villageCode: string;
  readonly photos: never;
  readonly expect: { readonly refusedAtPosting?: string };
}

const NOW = Date.UTC(2026, 10, 23);
const reference = loadReference({ profile: 'test' });
const files = readdirSync('data/needs').filter((name) => name.endsWith('.jsonl'));
const needs = files.flatMap((name) =>
  readFileSync(`data/needs/${name}`, 'utf8')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as SampleNeed),
);
const rows = parse(readFileSync('data/needs/households.csv', 'utf8'), { columns: true, bom: true }) as Record<
  string,
  string
>[];
const context = { isVillage: () => true, isRegion: () => true, scope: null, allowFictional: true };
const households = new Map(
  rows.map((row) => {
    const parsed = parseRegisterRow((column) => row[column] ?? '', context);
    if (isFaults(parsed)) throw new Error(JSON.stringify(parsed));
    return [parsed.number, parsed] as [string, RegisterRow];
  }),
);

function faultsOf(need: SampleNeed): string[] {
  const household = households.get(need.householdNumber);
  if (household === undefined) throw new Error(`no household for ${need.key}`);
  const photos = (need.photos as unknown[]).map((_, i) => `photo ${i}`);
  const rules = postingRulesFor(reference, household.personal, pathOf(need.villageCode), need, NOW);
  return postingFaults({ ...need, photos }, rules).map((fault) => fault.code);
}

describe('the sample needs', () => {
  it('are what households may post, except those that show a rule', () => {
    const wrong = needs
      .filter((need) => need.expect.refusedAtPosting === undefined)
      .map((need) => [need.key, faultsOf(need)])
      .filter(([, faults]) => faults?.length !== 0);
    expect(wrong).to.deep.equal([]);
  });

  it('that show a rule break exactly that one', () => {
    const wrong = needs
      .filter((need) => need.expect.refusedAtPosting !== undefined)
      .map((need) => [need.key, need.expect.refusedAtPosting, [...new Set(faultsOf(need))].join()])
      .filter(([, expected, found]) => expected !== found);
    expect(wrong).to.deep.equal([]);
  });
});
