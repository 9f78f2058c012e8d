import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { MongoBulkWriteError, MongoServerSelectionError } from 'mongodb';
import { toProblem } from '../../api/middleware/errors.ts';
import { isProblemCode, problem, problemBody, problemForRefusal, PROBLEMS } from '../../contracts/problems.ts';

const root = join(import.meta.dirname, '../..');
const sources = (folder: string): { file: string; text: string }[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file: `${folder}/${file}`, text: readFileSync(join(root, folder, file), 'utf8') }));

/** `refuse('X')`, `{ code: 'X' }`, `return 'X'` and both branches of a conditional, in the deciders' files. */
const REFUSALS = /(?:refuse\(\s*|code: |return |\? |: )'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g;

describe('the catalogue of problems', () => {
  it('knows every code that a decider refuses with', () => {
    const deciders = ['domain/kernel', 'domain/need', 'domain/pledge', 'domain/application'].flatMap(sources);
    // posting.ts names faults of single fields, which travel in `errors`.
    const refused = deciders
      .filter(({ file }) => !file.endsWith('posting.ts'))
      .flatMap(({ file, text }) => [...text.matchAll(REFUSALS)].map((match) => ({ file, code: match[1] ?? '' })));
    expect(refused.length).to.be.above(20);
    expect(refused.filter(({ code }) => !isProblemCode(code))).to.deep.equal([]);
  });

  it('has no code that nobody uses', () => {
    const used = ['domain', 'api', 'activities', 'contracts/http', 'infra']
      .flatMap(sources)
      .map(({ text }) => text)
      .join('\n');
    expect(Object.keys(PROBLEMS).filter((code) => !used.includes(`'${code}'`))).to.deep.equal([]);
  });

  it('has a Chinese and an English title and an error status for each', () => {
    for (const [code, { status, zh, en }] of Object.entries(PROBLEMS)) {
      expect(status, code).to.be.within(400, 599);
      expect(zh, code).to.match(/\p{Script=Han}/u);
      expect(en, code).to.match(/^[A-Z][^\p{Script=Han}]+$/u);
    }
  });

  it('tells the stage and what is allowed with a refusal', () => {
    const wrong = problemForRefusal({ code: 'INVALID_REQUEST', detail: { member: 'lines' } });
    expect(problemBody(wrong, 'en', '/v1/x', 'r').errors.map(({ pointer }) => pointer)).to.deep.equal(['/body/lines']);
    const p = problemForRefusal({ code: 'NOT_ALLOWED_IN_STAGE', detail: { stage: 'draft', allowed: ['submit'] } });
    expect(problemBody(p, 'en', '/v1/x', 'r')).to.deep.equal({
      type: '/problems/not-allowed-in-stage',
      title: 'Not allowed in this stage',
      status: 409,
      instance: '/v1/x',
      code: 'NOT_ALLOWED_IN_STAGE',
      requestId: 'r',
      errors: [],
      stage: 'draft',
      allowed: ['submit'],
    });
  });

  it('never lets extra members replace the standard ones', () => {
    const p = problem('NOT_FOUND', { members: { status: 200, code: 'OK' } });
    expect(problemBody(p, 'zh', '/x', 'r')).to.include({ status: 404, code: 'NOT_FOUND' });
  });

  it('takes a bulk write that could not reach the database for its absence, not for our fault', () => {
    const away = new MongoServerSelectionError('connect ECONNREFUSED', {} as never);
    const wrapped = new MongoBulkWriteError(away as never, {} as never);
    expect(toProblem(wrapped)).to.include({ code: 'UNAVAILABLE', status: 503 });
    const failed = { message: 'E11000', code: 11000, writeErrors: [{ code: 11000, index: 0 }] };
    expect(toProblem(new MongoBulkWriteError(failed as never, {} as never)).status).to.equal(500);
  });
});
