import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect } from 'chai';
import { playPart, type Part } from '../../scripts/demo/parts.ts';
import { faultyParts, isRight, reportLines } from '../../scripts/demo/report.ts';
import { runDemo, type DemoReport } from '../../scripts/demo/run.ts';

const silent = (): void => undefined;
const well = <T>(title: string, shown: T): Part<T> => ({ title, shown, fault: null });
const gone = (title: string): Part<never> => ({ title, shown: null, fault: 'the donor was not thanked' });

const differ = { end: 0, course: 0, time: 0 };
const parts: DemoReport['parts'] = {
  register: well('The register', { rows: 2, created: 1, unchanged: 1 }),
  application: well('An application', { place: '长乐村', way: ['submitted', 'approved'] }),
  certification: well('A certification', { place: '长乐村', way: ['submitted', 'approved'] }),
  kinds: well('Kinds', { service: 'published', money: 'withheld' }),
  operations: well('Operators', {
    ...{ reassigned: ['township', 'county'], copyBytes: 1, kept: 1, erased: true },
    ...{ checkpoints: 1, eventsCovered: 1 },
  }),
  thanks: well('Thanks', { need: '棉被', photos: 1 }),
  scores: well('Scores', { points: 1, lines: 1, rules: ['捐助的物品已确认收到'] }),
  trust: well('Trust', { why: '审核中', complaintHandledBy: 'county', agreed: 1 }),
  whatIf: well('What if', { compared: 1, same: differ, tighter: { ...differ, end: 1 }, examples: [] }),
  usage: well('Usage', { total: 1, used: 1, refused: [], unused: [] }),
  links: well('Links', []),
};
const report: DemoReport = {
  ...{ results: [], timings: [], retries: 0, seconds: 1, parts, scenes: [well('A scene', ['it was shown'])] },
  ...{ policyVersion: 'demo', dayMs: 1000 },
};

describe('the demo', () => {
  it('is right when every part has shown what it is for', () => {
    expect(isRight(report)).to.equal(true);
    expect(reportLines(report).join('\n')).not.to.match(/wrong/i);
  });

  it('is wrong when any part or scene is, and says so at its place and at the end', () => {
    for (const name of Object.keys(parts)) {
      const faulty: DemoReport = { ...report, parts: { ...parts, [name]: gone('What failed') } };
      expect(isRight(faulty), name).to.equal(false);
      const lines = reportLines(faulty);
      expect(lines[lines.indexOf('What failed') + 1], name).to.equal('  wrong: the donor was not thanked');
      expect(lines.indexOf('  What failed: the donor was not thanked'), name).to.be.above(lines.indexOf('Wrong'));
      expect(lines.at(-1), name).to.match(/1 of what is shown beside them went wrong/);
    }
    expect(isRight({ ...report, scenes: [gone('A scene')] })).to.equal(false);
  });

  it('takes what a part throws as its result', async () => {
    const said: string[] = [];
    const part = await playPart(
      'A part',
      () => Promise.reject(new Error('no donor came')),
      (line) => said.push(line),
    );
    expect(part).to.deep.equal({ title: 'A part', shown: null, fault: 'no donor came' });
    expect(said).to.deep.equal(['✗ A part: no donor came']);
    expect(await playPart('A part', () => Promise.resolve(7), silent)).to.deep.equal(well('A part', 7));
  });

  describe('through an API that knows its policy and nothing else', () => {
    let server: Server;
    before('such an API', async () => {
      server = createServer(({ url }, response) => {
        const isPolicy = url === '/v1/policy';
        response.writeHead(isPolicy ? 200 : 404, { 'Content-Type': 'application/json' });
        const nothing = { code: 'NOT_FOUND', title: 'Not found', errors: [] };
        response.end(JSON.stringify(isPolicy ? { version: 'demo', dayMs: 1000 } : nothing));
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
    });
    after('such an API', () => {
      server.close();
      server.closeAllConnections();
    });

    it('goes on to its end, and each part and scene tells its fault', async () => {
      const { port } = server.address() as AddressInfo;
      const found = await runDemo({ url: `http://127.0.0.1:${port}`, needs: [], progress: silent });
      expect(faultyParts(found)).to.have.length(Object.keys(found.parts).length + found.scenes.length);
      expect(isRight(found)).to.equal(false);
    });
  });
});
