import type { Connection } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import { createPolicyRuns } from '../activities/policy-runs.ts';
import { createWhatIfWork } from '../activities/what-if.ts';
import { CASE_DECIDERS } from '../domain/cases.ts';
import { handle, openFile, type CaseFile } from '../domain/kernel/case-file.ts';
import { isTerminal } from '../domain/kernel/table.ts';
import { CLOCK, SYSTEM, type Actor, type CaseEvent, type Command, type JsonObject } from '../domain/kernel/types.ts';
import { policyOf } from '../domain/policy.ts';
import { emptyReport } from '../domain/what-if/index.ts';
import { MONGO_DATABASE } from '../infra/config.ts';
import type { Reference } from '../infra/reference.ts';
import type { CaseRecord } from '../models/case.ts';
import { connectMongo } from '../models/db.ts';
import { createModels } from '../models/index.ts';
import { ensureIndexes } from '../models/indexes.ts';
import type { CommandRecord } from '../models/command.ts';
import { chain, type EventRecord } from '../models/event.ts';
import { needRecord, REGION_PATH, seedOf } from './needs.ts';
import type { Row } from './report.ts';
import { timed } from './stats.ts';
import type { World } from './world.ts';

const CADRE: Actor = { id: 'bench-cadre', role: 'cadre', level: 'village', regionCode: REGION_PATH[4] ?? '' };
const BATCH = 500;

interface Stored {
  readonly record: CaseRecord;
  readonly events: EventRecord[];
  readonly commands: CommandRecord[];
}

/** Cases per second of a what-if over stored lives: reading their events, replaying each twice, comparing. */
export async function whatIfs({ reference, config }: World, cases: number): Promise<Row[]> {
  // A database of its own: the relay would pass all these events on.
  const uri = config.mongo.uri.replace(`/${MONGO_DATABASE}`, '/bench_what_if');
  const db = await connectMongo({ mongo: { uri } });
  try {
    await db.dropDatabase();
    await ensureIndexes(db);
    return await measured(db, reference, cases);
  } finally {
    await db.dropDatabase();
    await db.close();
  }
}

async function measured(db: Connection, reference: Reference, cases: number): Promise<Row[]> {
  const models = createModels(db);
  const from = Date.now() - 400 * 86_400_000;
  let stored = 0;
  let events = 0;
  for (let at = 0; at < cases; at += BATCH) {
    const lives = Array.from({ length: Math.min(BATCH, cases - at) }, (_, i) => lifeOf(at + i, from));
    await models.cases.cases.insertMany(lives.map(({ record }) => record));
    await models.events.events.insertMany(lives.flatMap((life) => life.events));
    await models.commands.commands.insertMany(lives.flatMap((life) => life.commands));
    stored += lives.length;
    events += lives.reduce((sum, life) => sum + life.events.length, 0);
  }
  const run = {
    ...({ _id: uuidv7(), kind: 'whatIf', requestedBy: 'bench', createdAt: new Date() } as const),
    request: {
      change: { values: { need: { reviewWorkingDays: { village: 1 } } } },
      ...{
        region: null,
        caseTypes: ['need'],
        startedFrom: new Date(from - 1),
        startedBefore: new Date(from + 86_400_000),
      },
    },
    report: emptyReport(),
  };
  await models.policyRuns.insert(run);
  const log = { error: (error: unknown) => console.error(error) };
  const work = { whatIf: createWhatIfWork({ db, reference }), migration: () => Promise.resolve() };
  const ms = await timed(() => createPolicyRuns({ db, work, log: log as never })(run._id));
  const done = await models.policyRuns.find('whatIf', run._id);
  if (done?.report.compared !== stored) throw new Error(`what-if: ${JSON.stringify(done?.report)}`);
  return [
    {
      what: `What-if over ${stored.toLocaleString('en')} stored cases, cases/s`,
      ours: `${Math.round((stored / ms) * 1000)}/s`,
      bare: '–',
      ratio: null,
      spread: `${(ms / 1000).toFixed(1)} s in all`,
      target: null,
      note: `${(events / stored).toFixed(0)} events per case, each replayed under its own and the changed policy; ${done.report.differ.end} would have ended otherwise`,
    },
  ];

  /** A need that the village approves after one to three days, and that nobody takes on. */
  function lifeOf(n: number, startedAt: number): Stored {
    const decider = CASE_DECIDERS['need'];
    if (decider === undefined) throw new Error('no needs');
    const need = needRecord(n);
    const seed = seedOf(need);
    const policy = policyOf(reference.currentPolicy(Date.now()), 'need');
    const context = { policy, calendar: reference.calendar };
    const told: CaseEvent[] = [];
    const commands: CommandRecord[] = [];
    let file: CaseFile = openFile(decider, need._id, seed);
    let now = startedAt;
    const tell = (name: string, actor: Actor, data: JsonObject = {}): void => {
      const command: Command = { id: `${need._id}:${file.seq}:${name}`, name, actor, data };
      const handled = handle(decider, file, command, { ...context, now });
      file = handled.file;
      told.push(...handled.events);
      const { outcome } = handled;
      const sent = { createdAt: new Date(now), sendAfter: new Date(now), attempts: 0, bodyHash: '' };
      const start = name === 'submit' ? { start: { seed, policyVersion: policy.version } } : {};
      commands.push({
        _id: command.id,
        caseType: 'need',
        caseId: need._id,
        name,
        actor,
        data,
        status: outcome.status,
        outcome,
        ...sent,
        ...start,
      });
    };
    tell('submit', { id: need.publisherId, role: 'helper' });
    tell('screened', SYSTEM, { eligible: { village: true, township: true, county: true, city: true, province: true } });
    now += (1 + (n % 3)) * 86_400_000;
    tell('approve', CADRE);
    for (let acts = 0; acts < 40 && !isTerminal(decider.table, file.state); acts += 1) {
      const due = decider.deadline(file.state);
      if (due === null) break;
      now = Math.max(now, due.at);
      tell(due.command, CLOCK);
    }
    const records = chain('', 'need', need._id, told);
    const { state, seq } = file;
    const view = decider.view(state);
    const record: CaseRecord = {
      ...{ _id: `need:${need._id}`, caseType: 'need', caseId: need._id, stage: state.stage, seq, state, seed },
      ...{ stageSince: new Date(state.stageSince), hash: records.at(-1)?.hash ?? '', dueAt: null, dueCommand: null },
      ...{
        waitingOn: view.waitingOn,
        parkedReason: null,
        regionPath: [...view.regionPath],
        category: view.category ?? null,
      },
      ...{ urgency: view.urgency, terminal: isTerminal(decider.table, state), policyVersion: policy.version },
      ...{ reportAfter: null, startedAt: new Date(startedAt), updatedAt: new Date(now) },
    };
    return { record, events: records, commands };
  }
}
