import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import { createImportHouseholds, importFile, type ImportDeps } from '../../activities/import-households.ts';
import type { HouseholdPersonal } from '../../domain/household/household.ts';
import { REGISTER_COLUMNS, type RegisterColumn } from '../../domain/household/register-row.ts';
import { createCrypto } from '../../infra/crypto/index.ts';
import { loadReference } from '../../infra/reference.ts';
import { connectMongo } from '../../models/db.ts';
import { householdPlace } from '../../models/household.ts';
import { createModels } from '../../models/index.ts';
import type { ImportRunRecord } from '../../models/import-run.ts';
import { ensureIndexes } from '../../models/indexes.ts';
import { manyHouseholds } from '../support/households.ts';
import { keyRing } from '../support/keys.ts';
import { useStack } from '../support/stack.ts';

const sample = readFileSync(new URL('../../data/needs/households.csv', import.meta.url), 'utf8');
const [header = '', ...sampleRows] = sample.trim().split('\n');
const file = (...rows: string[]): string => [header, ...rows, ''].join('\n');
/** The first sample row with some cells changed. */
function row(change: Partial<Record<RegisterColumn, string>> = {}): string {
  const names = header.split(',');
  const cells = (sampleRows[0] ?? '').split(',');
  return names.map((name, i) => change[name as RegisterColumn] ?? cells[i] ?? '').join(',');
}

describe('household import', () => {
  const stack = useStack();
  let db: Connection;
  let deps: ImportDeps;

  before(async () => {
    db = await connectMongo(stack.config);
    await ensureIndexes(db);
    const crypto = createCrypto({ master: keyRing('m1'), index: keyRing('i1') });
    deps = { models: createModels(db), crypto, reference: loadReference({ profile: 'test' }), profile: 'test' };
  });
  beforeEach(() => db.collection('households').deleteMany({}));
  after(() => db.close());

  const households = () => deps.models.households.households;

  async function run(
    text: string | Buffer,
    change: Partial<Pick<ImportRunRecord, 'dryRun' | 'regionCode'>> = {},
  ): Promise<ImportRunRecord> {
    const { imports } = deps.models;
    const bytes = Buffer.from(text as string);
    const _id = uuidv7();
    const file = { fileBytes: bytes.length, createdAt: new Date() };
    await imports.storeFile(_id, bytes, deps.crypto.fields);
    await imports.insert({ _id, requestedBy: 'operator', regionCode: null, dryRun: false, ...file, ...change });
    await createImportHouseholds(deps)(_id);
    return (await imports.find(_id)) as ImportRunRecord;
  }

  it('brings every sample household in, with personal fields sealed', async () => {
    const result = await run(sample);
    expect(result.errors).to.deep.equal([]);
    expect(result).to.include({ status: 'done', failure: null, bytesRead: Buffer.byteLength(sample) });
    expect(result.counts).to.deep.equal({ rows: 125, created: 125, updated: 0, unchanged: 0, failed: 0 });
    const found = await deps.models.households.findByNumber('3607351002230001');
    expect(found).to.include({ publicName: '赖**', property: 'minimumLiving', incomePerCapitaFen: 512_000 });
    expect(found?.regionPath).to.deep.equal(['36', '3607', '360735', '360735100', '360735100223']);
    expect(JSON.stringify(found)).not.to.match(/赖秀英|990227195105060548|13900010001|1951-05-06/);
    const personal = deps.crypto.fields.open<HouseholdPersonal>(householdPlace(found!._id), found!.sealed);
    expect(personal.head).to.include({ name: '赖秀英', idNumber: '990227195105060548', birthDate: '1951-05-06' });
    expect(personal.members.map((member) => member.name)).to.deep.equal(['赖俊辉']);
    const index = deps.crypto.index.candidates('idNumber', '990227195105060548');
    expect((await deps.models.households.findByIdNumber(index))?._id).to.equal(found?._id);
    expect(await db.collection('importFiles').countDocuments(), 'the file is deleted').to.equal(0);
  });

  it('changes nothing when the same file comes again, and only the changed row when one differs', async () => {
    await run(sample);
    const before = await households().find().sort({ _id: 1 }).toArray();
    const again = await run(`\ufeff${sample.replaceAll('\n', '\r\n')}`);
    expect(again.counts).to.deep.equal({ rows: 125, created: 0, updated: 0, unchanged: 125, failed: 0 });
    expect(await households().find().sort({ _id: 1 }).toArray()).to.deep.equal(before);

    const corrected = await run(sample.replace('5120,2015-04-30', '6120.5,2015-04-30'));
    expect(corrected.counts).to.deep.equal({ rows: 125, created: 0, updated: 1, unchanged: 124, failed: 0 });
    const found = await deps.models.households.findByNumber('3607351002230001');
    expect(found).to.include({ incomePerCapitaFen: 612_050, rev: 2 });
    expect(deps.crypto.fields.open(householdPlace(found!._id), found!.sealed)).to.have.property('head');
  });

  it('knows the same rows in a file whose columns stand in another order', async () => {
    await run(file(row()));
    const reversed = [header, row()].map((line) => line.split(',').reverse().join(',')).join('\n');
    expect((await run(reversed)).counts).to.include({ unchanged: 1, updated: 0, failed: 0 });
  });

  it('writes nothing in a dry run, but counts what would happen', async () => {
    await run(file(row()));
    const [, second = '', third = ''] = sampleRows;
    const text = file(row({ incomePerCapitaYuan: '1' }), second, third, row({ householdNumber: '!' }));
    const result = await run(text, { dryRun: true });
    expect(result.counts).to.deep.equal({ rows: 4, created: 2, updated: 1, unchanged: 0, failed: 1 });
    expect(await households().countDocuments()).to.equal(1);
    expect((await households().findOne({}))?.rev).to.equal(1);
  });

  it('names line, column and code of every fault, never a value, and takes the good rows', async () => {
    const bad = row({
      householdNumber: '',
      villageCode: '360735100',
      headIdNumber: '99022719510506054X',
      phone: '12345',
      property: 'rich',
      otherCauses: 'illness;envy',
      incomePerCapitaYuan: '-3',
      removedOn: '2010-02-30',
      members: 'son|张三|2014-01-15|juniorHigh|healthy',
    });
    const result = await run(file(sampleRows[1] ?? '', bad, `${row()},extra`, row({ headName: '' })));
    expect(result.counts).to.deep.equal({ rows: 4, created: 1, updated: 0, unchanged: 0, failed: 3 });
    const codes = result.errors.filter((e) => e.line === 3).map(({ column, code }) => `${column} ${code}`);
    expect(codes).to.have.members([
      'householdNumber REQUIRED',
      'villageCode REGION_NOT_VILLAGE',
      'headIdNumber ID_NUMBER_CHECK_DIGIT',
      'phone PHONE_SHAPE',
      'property NOT_IN_LIST',
      'otherCauses NOT_IN_LIST',
      'incomePerCapitaYuan SHAPE',
      'removedOn SHAPE',
      'members MEMBER_SHAPE',
    ]);
    expect(result.errors).to.deep.include({ line: 4, column: null, code: 'COLUMN_COUNT' });
    expect(result.errors).to.deep.include({ line: 5, column: 'headName', code: 'REQUIRED' });
    expect(JSON.stringify(result)).not.to.match(/12345|张三|rich|envy/);
  });

  it('finds duplicates inside the file and people who belong to another household', async () => {
    const other = { householdNumber: '3607351002239999' };
    const result = await run(file(row(), row(), row(other)));
    expect(result.counts).to.include({ created: 1, failed: 2 });
    expect(result.errors).to.deep.equal([
      { line: 3, column: 'householdNumber', code: 'DUPLICATE_IN_FILE' },
      { line: 4, column: 'headIdNumber', code: 'DUPLICATE_IN_FILE' },
    ]);
    const later = await run(file(row(other)));
    expect(later.errors).to.deep.equal([{ line: 2, column: 'headIdNumber', code: 'ID_NUMBER_IN_OTHER_HOUSEHOLD' }]);
    expect(await households().countDocuments()).to.equal(1);
  });

  it('keeps to the region of the importer', async () => {
    expect((await run(sample, { regionCode: '360735' })).counts.created).to.equal(
      sampleRows.filter((line) => line.split(',')[1]?.startsWith('360735')).length,
    );
    expect((await run(file(row()), { regionCode: '42' })).errors).to.deep.equal([
      { line: 2, column: 'villageCode', code: 'REGION_OUT_OF_SCOPE' },
    ]);
  });

  it('refuses sample people in production', async () => {
    const production = createImportHouseholds({ ...deps, profile: 'production' });
    const _id = uuidv7();
    await deps.models.imports.storeFile(_id, Buffer.from(file(row())), deps.crypto.fields);
    const run = { requestedBy: 'o', regionCode: null, dryRun: false, fileBytes: 1, createdAt: new Date() };
    await deps.models.imports.insert({ _id, ...run });
    expect((await production(_id)).counts).to.include({ created: 0, failed: 1 });
    expect((await deps.models.imports.find(_id))?.errors[0]?.code).to.equal('ID_NUMBER_FICTIONAL');
  });

  it('refuses a file that it cannot read as a whole, and says why', async () => {
    const gbk = Buffer.concat([Buffer.from(`${header}\n`), Buffer.from([0xd5, 0xc5, 0xc8, 0xfd, 0x0a])]);
    const withoutPhone = header.replace('phone,', '');
    const cases: [string | Buffer, string][] = [
      [Buffer.alloc(0), 'EMPTY_FILE'],
      [gbk, 'NOT_UTF8'],
      [`${withoutPhone}\n`, 'HEADER_MISSING_COLUMN'],
      [`${header},surprise\n`, 'HEADER_UNKNOWN_COLUMN'],
      [`${header},phone\n`, 'HEADER_DUPLICATE_COLUMN'],
      [`${header}\n"never closed`, 'CSV_SYNTAX'],
    ];
    for (const [text, code] of cases) {
      expect(await run(text), code).to.include({ status: 'failed', failure: code });
    }
    expect(await households().countDocuments()).to.equal(0);
  });

  it('has every household exactly once after it was killed in the middle and started again', async function () {
    this.timeout(60_000);
    const total = 3000;
    const text = [REGISTER_COLUMNS.join(','), ...manyHouseholds(total), ''].join('\n');
    const whole = Buffer.from(text);
    const run = { _id: uuidv7(), dryRun: false, regionCode: null };
    async function* dying(): AsyncGenerator<Buffer> {
      yield whole.subarray(0, Math.floor(whole.length / 2));
      throw new Error('killed');
    }
    const error = await importFile(deps, run, dying()).then(
      () => null,
      (e: unknown) => e as Error,
    );
    expect(error?.message).to.equal('killed');
    const half = await households().countDocuments();
    expect(half).to.be.within(1, total - 1);
    const again = await importFile(
      deps,
      run,
      (async function* () {
        yield whole;
      })(),
    );
    expect(again.counts).to.deep.equal({ rows: total, created: total - half, updated: 0, unchanged: half, failed: 0 });
    expect(await households().countDocuments()).to.equal(total);
  });

  it('imports the same file twice at once without doubling anything', async function () {
    this.timeout(60_000);
    const total = 3000;
    const whole = Buffer.from([REGISTER_COLUMNS.join(','), ...manyHouseholds(total), ''].join('\n'));
    const once = () =>
      importFile(
        deps,
        { _id: uuidv7(), dryRun: false, regionCode: null },
        (async function* () {
          yield whole;
        })(),
      );
    const [a, b] = await Promise.all([once(), once()]);
    expect(a.counts.created + b.counts.created).to.equal(total);
    expect(a.counts.failed + b.counts.failed).to.equal(0);
    expect(await households().countDocuments()).to.equal(total);
  });
});
