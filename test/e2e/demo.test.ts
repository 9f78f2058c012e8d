import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Connection } from 'mongoose';
import { loadConfig } from '../../infra/config.ts';
import { connectMongo } from '../../models/db.ts';
import { faultsOf, reportLines } from '../../scripts/demo/report.ts';
import type { Part } from '../../scripts/demo/parts.ts';
import { runDemo, type DemoReport } from '../../scripts/demo/run.ts';
import { oneOfEach, readNeeds, STORIES } from '../../scripts/demo/sample.ts';
import { setup } from '../../scripts/setup.ts';
import { SPONSORED } from '../../scripts/demo/sponsor.ts';
import { createApps } from '../../stack/apps.ts';
import { deleteAtEnd } from '../../stack/guardian.ts';
import type { ServerProcess } from '../../stack/server-process.ts';
import { scansOf, watchScans } from '../support/scans.ts';
import { freePorts, useStack } from '../support/stack.ts';

/** Each new operation is shown by the demo, or at least not many are forgotten. */
const LEAST_SHARE_USED = 0.97;

/** What a part of the demo has shown; nothing may have gone wrong in it. */
function shown<T>({ title, shown: found, fault }: Part<T>): T {
  expect(fault, title).to.equal(null);
  return found as T;
}

describe('the whole system', function () {
  this.timeout(240_000);
  const stack = useStack();
  const needs = oneOfEach(readNeeds());
  let apps: ServerProcess[] = [];
  let report: DemoReport;
  let url = '';
  let db: Connection;

  before('the API and both workers, and the demo through them', async () => {
    const [api = 0, cases = 0, jobs = 0] = await freePorts(3);
    const env = {
      ...stack.env,
      BANGFU_PROFILE: 'demo',
      API_HOST: '127.0.0.1',
      API_PORT: String(api),
      WORKER_METRICS_PORT: String(cases),
      JOBS_METRICS_PORT: String(jobs),
    };
    const config = loadConfig(env);
    await setup(config, { demoData: true });
    db = await connectMongo(config);
    await watchScans(db);
    apps = createApps(config, env);
    await Promise.all(apps.map((app) => app.start()));
    url = `http://127.0.0.1:${api}`;
    report = await runDemo({ url, needs, progress: () => undefined });
  });

  after('the API and both workers', async () => {
    await Promise.all(apps.map((app) => app.stop()));
    await db.close();
  });

  it('takes one need of every story to its end, by the way it must go', () => {
    const wrong = report.results.filter(({ fault }) => fault !== null).map((r) => `${r.need.key}: ${r.fault ?? ''}`);
    expect(wrong).to.deep.equal([]);
    expect(faultsOf(report)).to.equal(0);
    const told = report.results.flatMap((result) => (result.kind === 'story' ? result.expected.story : []));
    expect(told).to.have.members([...STORIES]);
  });

  it('hands an application on, gives somebody a copy of his data and erases him, and finds the event log whole', () => {
    const { reassigned, copyBytes, kept, erased, checkpoints, eventsCovered } = shown(report.parts.operations);
    expect(reassigned).to.deep.equal(['township', 'county']);
    expect(copyBytes).to.be.above(200);
    expect(kept).to.be.above(3);
    expect(erased).to.equal(true);
    expect(checkpoints).to.be.above(0);
    expect(eventsCovered).to.be.above(0);
  });

  it('has a donor and a household rate each other, and a score corrected by an appeal, every point with its line', () => {
    expect(shown(report.parts.thanks).photos).to.equal(1);
    const { points, lines, rules } = shown(report.parts.scores);
    expect(points).to.be.above(0);
    expect(lines).to.be.at.least(3);
    expect(rules).to.include.members(['捐助的物品已确认收到', '受助家庭对捐助的评分', '评分申诉成立，更正分值']);
  });

  it('finds nothing changed under its own policy, and much under a tighter one', () => {
    expect(shown(report.parts.whatIf).same).to.deep.equal({ end: 0, course: 0, time: 0 });
    expect(shown(report.parts.whatIf).tighter.end).to.be.above(0);
  });

  it('opens a need step by step, and plays every scene in its own place', () => {
    const sights = report.results.flatMap((result) => (result.kind === 'story' ? result.sights : []));
    expect(sights.map(({ tier }) => tier)).to.include.members(['county', 'paired', 'nation']);
    for (const { widenedMs, seenMs } of sights) expect(seenMs).to.be.at.least(widenedMs);
    expect(report.scenes.filter(({ fault }) => fault !== null)).to.deep.equal([]);
    expect(report.scenes.length).to.be.at.least(15);
  });

  it('uses most of the API, and tells which operations it does not', () => {
    const { used, total, refused, unused } = shown(report.parts.usage);
    expect(used + refused.length + unused.length).to.equal(total);
    expect(used / total, unused.join(', ')).to.be.above(LEAST_SHARE_USED);
  });

  it('reads no collection of MongoDB from end to end to find a part of it', async () => {
    expect(await scansOf(db)).to.deep.equal([]);
  });

  it('makes somebody a cadre by his application, decided by the level above', () => {
    expect(shown(report.parts.application).way).to.deep.equal(['submitted', 'underReview', 'approved']);
  });

  it('has somebody whom the register does not confirm certified by his township', () => {
    expect(shown(report.parts.certification).way).to.deep.equal(['submitted', 'underReview', 'approved']);
  });

  it('lets a household act by itself, and has a complaint handled by none of those whom it is about', () => {
    expect(shown(report.parts.trust).why).to.match(/审核/);
    expect(shown(report.parts.trust).complaintHandledBy).to.not.equal('village');
    expect(shown(report.parts.trust).agreed).to.be.above(0);
  });

  it('has a need suggested to a donor who takes it on by a sponsorship', () => {
    const told = report.results.find(({ need }) => need.key === SPONSORED);
    expect([told?.kind, told?.fault]).to.deep.equal(['story', null]);
  });

  it('refuses at posting what must not be posted, each for its own reason', () => {
    const refused = report.results.flatMap((result) => (result.kind === 'refusal' ? [result] : []));
    expect(refused.map(({ expected }) => expected.refusedAtPosting)).to.include.members([
      'FORBIDDEN_ITEM',
      'AMOUNT_OVER_CAP',
      'PERSONAL_DATA',
      'PRICE_OUT_OF_BAND',
      'TITLE_LENGTH',
    ]);
    for (const { codes, expected } of refused) expect(codes).to.deep.equal([expected.refusedAtPosting]);
  });

  it('keeps a whole chain of events for every case, and links each story to the Temporal UI', () => {
    for (const result of report.results) {
      if (result.kind === 'story') expect(result.chainWhole, result.need.key).to.equal(true);
    }
    expect(shown(report.parts.links)).to.have.lengthOf(STORIES.length);
    for (const { url, story } of shown(report.parts.links))
      expect(url, story).to.match(/\/namespaces\/bangfu\/workflows\/need/);
  });

  it('tells the end of the demo in a table', () => {
    const text = reportLines(report).join('\n');
    expect(text).to.contain(`${needs.length} of ${needs.length} needs are where they must be`);
    for (const story of STORIES) expect(text).to.contain(story);
  });

  it('answers the commands of the README’s tour as a reader expects', async function () {
    const { status, output } = await runTour(`${url}/v1`);
    if (status === null) this.skip();
    expect(status, output).to.equal(0);
    for (const shown of ['FORBIDDEN_ITEM', '/title', '"published"', '"stage":"sent"', 'needPublished', '"items":[]']) {
      expect(output).to.contain(shown);
    }
    const problems = [...output.matchAll(/"type":"\/problems\/([\w-]+)"/g)].map(([, name]) => name);
    // What must not be asked for, and what a stranger may not know of (here only in its first seconds).
    expect(['posting-rules-broken', 'not-found']).to.include.members([...new Set(problems)]);
  });
});

/** Runs the shell commands of the README in an empty folder; status null where there is no bash or curl. */
async function runTour(api: string): Promise<{ status: number | null; output: string }> {
  const commands = /## Five minutes with curl.*?```sh\n(.*?)```/s.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'bangfu-tour-'));
  deleteAtEnd(folder);
  const options = { cwd: folder, env: { ...process.env, API: api }, timeout: 100_000 };
  return new Promise((resolve) => {
    execFile('bash', ['-c', `command -v curl >/dev/null || exit 127\n${commands}`], options, (error, output) => {
      const missing = error !== null && ('code' in error ? error.code === 'ENOENT' || error.code === 127 : false);
      if (missing) console.error('The README’s tour is not tried: there is no bash or no curl here.');
      resolve({ status: missing ? null : error === null ? 0 : 1, output: `${output}\n${error?.message ?? ''}` });
    });
  });
}
