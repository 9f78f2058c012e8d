import { v7 as uuidv7 } from 'uuid';
import { importFile } from '../activities/import-households.ts';
import { checkCharacter } from '../domain/people/id-number.ts';
import type { HouseholdRecord } from '../models/household.ts';
import { REGION_PATH } from './needs.ts';
import type { Row } from './report.ts';
import { interleaved, median, ratioOf, timed } from './stats.ts';
import type { World } from './world.ts';

const HEADER =
  'householdNumber,villageCode,headName,headIdNumber,phone,property,mainCause,otherCauses,incomePerCapitaYuan,identifiedOn,removedOn,helperPhone,headEducation,headHealth,headLabour,members';

/** Rows per second of the register's import (parse, check, seal, index, insert) against insertMany of what it makes. */
export async function imports(world: World, size: { rows: number; pairs: number }): Promise<Row[]> {
  const { models, db, crypto, reference, config } = world;
  const { households } = models.households;
  const raw = db.collection<HouseholdRecord>('bench_households');
  const indexes = (await households.indexes()).filter(({ name }) => name !== '_id_');
  const csv = csvOf(size.rows);
  let documents: HouseholdRecord[] = [];

  const ours = async (): Promise<number> => {
    await households.deleteMany({ number: /^bench/ });
    await households.deleteMany({ number: /^36073510022399/ });
    const run = { _id: uuidv7(), dryRun: false, regionCode: null };
    const deps = { models, crypto, reference, profile: config.profile };
    const ms = await timed(async () => {
      const { counts } = await importFile(deps, run, chunks(csv));
      if (counts.created !== size.rows) throw new Error(`imported ${JSON.stringify(counts)}`);
    });
    if (documents.length === 0) documents = await households.find({ number: /^36073510022399/ }).toArray();
    return (size.rows / ms) * 1000;
  };
  const bare = async (): Promise<number> => {
    await raw.drop().catch(() => undefined);
    await raw.createIndexes(
      indexes.map(({ key, name, unique, partialFilterExpression }) => ({
        key,
        ...(name && { name }),
        ...(unique && { unique }),
        ...(partialFilterExpression && { partialFilterExpression }),
      })),
    );
    if (documents.length === 0) await ours();
    const ms = await timed(async () => {
      for (let at = 0; at < documents.length; at += 1_000) {
        await raw.insertMany(documents.slice(at, at + 1_000), { ordered: false });
      }
    });
    return (size.rows / ms) * 1000;
  };
  const paired = await interleaved(size.pairs, ours, bare);
  const ratio = ratioOf(paired);
  return [
    {
      what: `Import of ${size.rows.toLocaleString('en')} households, rows/s`,
      ours: `${Math.round(median(paired.ours))}/s`,
      bare: `${Math.round(median(paired.bare))}/s`,
      ratio: ratio.median,
      spread: `${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)}`,
      target: { text: '≥ 0.65', met: ratio.median >= 0.65 },
      note: 'bare inserts the finished documents, same indexes, 1,000 at a time',
    },
  ];
}

/** Fictional households: ID numbers of the prefix 99 with a valid check character. */
function csvOf(rows: number): Buffer {
  const lines = Array.from({ length: rows }, (_, i) => {
    const number = `36073510022399${String(i).padStart(6, '0')}`;
    const first17 = `99${String(1_000 + (i % 9_000))}195${i % 10}0${1 + (i % 9)}15${String(Math.floor(i / 1_000) % 1_000).padStart(3, '0')}`;
    const id = `${first17}${checkCharacter(first17)}`;
    return `${number},${REGION_PATH[4]},张秀英,${id},139${String(i).padStart(8, '0')},minimumLiving,illness,,5120,2015-04-30,2019-12-31,,none,healthy,none,grandson|张俊|2014-01-15|juniorHigh|healthy|none`;
  });
  return Buffer.from(`${HEADER}\n${lines.join('\n')}\n`);
}

async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 256 * 1024) {
    yield await Promise.resolve(bytes.subarray(at, at + 256 * 1024));
  }
}
