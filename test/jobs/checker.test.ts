import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import { loadReference } from '../../infra/reference.ts';
import { createCaseActivities } from '../../activities/case-activities.ts';
import { checkAll, INVARIANTS, type Invariant, type WorkflowLook } from '../../activities/check.ts';
import type { ClientLog } from '../../activities/check-log.ts';
import { createScores } from '../../activities/scores.ts';
import { createStatistics } from '../../activities/statistics.ts';
import type { RecordEntry } from '../../contracts/cases.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import type { CasePolicy, CaseState } from '../../domain/kernel/types.ts';
import { connectMongo } from '../../models/db.ts';
import { ensureIndexes } from '../../models/indexes.ts';
import { createModels, type Models } from '../../models/index.ts';
import type { NeedRecord } from '../../models/need.ts';
import type { PledgeRecord } from '../../models/pledge.ts';
import { DONOR, RECIPIENT } from '../support/people.ts';
import { heldPledge, NEED_LINES, PLEDGE_LINES, publishedNeed, type Story } from '../support/story.ts';
import { useStack } from '../support/stack.ts';

const REFERENCE = loadReference({ profile: 'test' });

/** A whole and healthy small world first; then one damage for each invariant, which the checker must name. */
describe('The checker', function () {
  this.timeout(60_000);
  const stack = useStack();
  let db: Connection;
  let models: Models;
  let needId: string;
  let pledgeId: string;
  let workflows: Map<string, 'running' | 'closed' | 'missing'>;
  let chains: Map<string, number>;
  let log: ClientLog;

  before(async () => {
    db = await connectMongo(stack.config);
    models = createModels(db);
    await ensureIndexes(db);
  });
  after(() => db?.close());

  beforeEach(async () => {
    await Promise.all(Object.values(db.models).map((model) => model.collection.deleteMany({})));
    needId = uuidv7();
    pledgeId = uuidv7();
    const need = publishedNeed();
    await models.needs.needs.insertOne(needRecord(needId));
    await recordTold(need, needId);
    const lines = PLEDGE_LINES;
    expect(await models.needs.reserve({ needId, lines })).to.not.equal(null);
    await models.pledges.pledges.insertOne(pledgeRecord(pledgeId, needId));
    const pledge = heldPledge({ needId, lines });
    pledge.do('send', DONOR, { lines: [{ lineId: 'quilt', quantity: 2 }] });
    pledge.do('confirm', RECIPIENT);
    await recordTold(pledge, pledgeId);
    workflows = new Map([
      [`need:${needId}`, 'running'],
      [`pledge:${pledgeId}`, 'closed'],
    ]);
    chains = new Map([
      [`need:${needId}`, 1],
      [`pledge:${pledgeId}`, 1],
    ]);
    log = { acknowledged: [{ caseType: 'need', caseId: needId }], told: [], unsure: [] };
  });

  async function recordTold<S extends CaseState, P extends CasePolicy>(story: Story<S, P>, caseId: string) {
    const entries: RecordEntry[] = [];
    for (const event of story.events) {
      const commandId = `${caseId}:${event.commandId}`;
      const stage = stageAfter(story, event.seq);
      const outcome = { commandId, command: 'told', status: 'applied' as const, seq: event.seq, stage };
      const last = entries.at(-1);
      const told = { ...event, commandId };
      if (last?.outcome.commandId === commandId)
        entries.splice(-1, 1, { ...last, outcome, events: [...last.events, told] });
      else entries.push({ outcome, actor: event.actor, events: [told] });
    }
    const { record } = createCaseActivities({ models, reference: REFERENCE, dispatch: () => Promise.resolve() });
    const { type: caseType } = story.decider;
    const { version: policyVersion, time } = story.policy;
    await record({ caseType, caseId, entries, policyVersion, dayMs: time.dayMs, seed: story.seed });
    const count = createStatistics({ db, deciders: CASE_DECIDERS });
    await count(`${caseType}:${caseId}:${story.file.seq}`);
    const score = createScores({ db, deciders: CASE_DECIDERS, currentPolicy: REFERENCE.currentPolicy });
    for (const { seq } of story.events) await score(`${caseType}:${caseId}:${seq}`);
  }

  const look: WorkflowLook = {
    status: (id) => Promise.resolve(workflows.get(id) ?? 'missing'),
    chains: () => Promise.resolve(chains),
  };
  const check = () => checkAll({ models, look, log, now: publishedNeed().now });
  async function finds(invariant: Invariant): Promise<void> {
    const { faults } = await check();
    expect(faults.map((fault) => fault.invariant)).to.include(invariant);
  }
  const firstEvent = { _id: '' };
  beforeEach(() => (firstEvent._id = `need:${needId}:1`));

  it('finds nothing in records that are whole', async () => {
    const { faults, counts } = await check();
    expect(faults).to.deep.equal([]);
    expect(counts).to.deep.include({ cases: 2, needs: 1, pledges: 1, acknowledged: 1 });
  });

  const damages: { readonly [invariant in Invariant]: { readonly [what: string]: () => Promise<unknown> | void } } = {
    acknowledged: {
      'a case is gone': () => models.cases.cases.deleteOne({ _id: `need:${needId}` }),
      'a claim never became a case': () => models.pledges.pledges.insertOne({ ...pledgeRecord(uuidv7(), needId) }),
      'a client was told of a need that is not there': () => {
        log = { ...log, acknowledged: [...log.acknowledged, { caseType: 'need', caseId: uuidv7() }] };
      },
    },
    oneWorkflow: {
      'an open case has no workflow': () => void workflows.delete(`need:${needId}`),
      'a workflow ended before its case': () => void workflows.set(`need:${needId}`, 'closed'),
      'a case was started twice': () => void chains.set(`need:${needId}`, 2),
      'a workflow has no record': () => void chains.set(`need:${uuidv7()}`, 1),
    },
    units: {
      'units are kept for a pledge that has ended': () =>
        models.pledges.pledges.updateOne({ _id: pledgeId }, { $set: { reserved: [{ lineId: 'lamp', quantity: 1 }] } }),
      'somebody waits who is not there': () => models.needs.needs.updateOne({ _id: needId }, { $set: { waiting: 1 } }),
      'a unit was sold twice': () =>
        models.needs.needs.updateOne({ _id: needId, 'lines.id': 'lamp' }, { $inc: { 'lines.$.free': 1 } }),
      'the count of a line was changed': () =>
        models.needs.needs.updateOne(
          { _id: needId, 'lines.id': 'quilt' },
          { $inc: { 'lines.$.received': -1, 'lines.$.free': 1 } },
        ),
      'a line grew': () =>
        models.needs.needs.updateOne(
          { _id: needId, 'lines.id': 'lamp' },
          { $inc: { 'lines.$.quantity': 1, 'lines.$.free': 1 } },
        ),
      'an open pledge is counted that is none': () =>
        models.needs.needs.updateOne({ _id: needId }, { $inc: { openPledges: 1 } }),
    },
    holds: {
      'a hold was counted that is none': () =>
        models.donors.donors.updateOne({ _id: DONOR.id }, { $inc: { holds: 1 } }),
      'a received pledge does not count for its donor': () =>
        models.donors.donors.updateOne({ _id: DONOR.id }, { $inc: { received: -1 } }),
      'an ended pledge counts as a hold': () =>
        models.pledges.pledges.updateOne({ _id: pledgeId }, { $set: { hold: true } }),
    },
    commandOnce: {
      'one command stands at two places': () =>
        models.events.events.updateOne({ _id: `need:${needId}:4` }, { $set: { commandId: `${needId}:command-1` } }),
      'an outcome was doubled': async () => {
        const stored = await models.commands.commands.findOne({ _id: `${needId}:command-1` });
        if (stored !== null) await models.commands.commands.insertOne({ ...stored, _id: 'copy' });
      },
    },
    fold: {
      'the state was edited': () =>
        models.cases.cases.updateOne({ _id: `need:${needId}` }, { $set: { 'state.resubmissions': 7 } }),
      'the need stands elsewhere than its case': () =>
        models.needs.needs.updateOne({ _id: needId }, { $set: { stage: 'matched' } }),
    },
    chain: {
      'an event was edited': () => models.events.events.updateOne(firstEvent, { $set: { 'data.clock': {} } }),
      'the actor of an event was edited': () =>
        models.events.events.updateOne(firstEvent, { $set: { 'actor.id': 'somebody' } }),
      'an event was dropped': () => models.events.events.deleteOne({ _id: `need:${needId}:2` }),
      'the last event was dropped': () => models.events.events.deleteOne({ _id: `pledge:${pledgeId}:3` }),
    },
    outcome: {
      'an applied command is gone': () => models.commands.commands.deleteOne({ _id: `${needId}:command-1` }),
      'an outcome was turned around': () =>
        models.commands.commands.updateOne({ _id: `${needId}:command-1` }, { $set: { 'outcome.status': 'refused' } }),
      'an outcome names another stage': () =>
        models.commands.commands.updateOne({ _id: `${needId}:command-1` }, { $set: { 'outcome.stage': 'matched' } }),
    },
    told: {
      'a client was told that a refused command was applied': () => {
        log = { ...log, told: [{ commandId: `${needId}:command-1`, status: 'refused' }] };
      },
      'a client was told another place': () => {
        log = { ...log, told: [{ commandId: `${needId}:command-1`, status: 'applied', seq: 9, stage: 'submitted' }] };
      },
      'an acknowledged command is not kept': () => {
        log = { ...log, told: [{ commandId: 'nowhere', status: 'pending' }] };
      },
    },
    indeterminate: {
      'a call without an answer was done twice': async () => {
        const stored = await models.commands.commands.findOne({ _id: `${needId}:command-1` });
        if (stored === null) return;
        await models.commands.commands.insertOne({ ...stored, _id: 'second' });
        const { name, actor } = stored;
        log = { ...log, unsure: [{ caseType: 'need', caseId: needId, name, actorId: actor.id }] };
      },
    },
    stuck: {
      'a deadline passed unseen': () =>
        models.cases.cases.updateOne({ _id: `need:${needId}` }, { $set: { dueAt: new Date(0) } }),
      'an open case has no deadline': () =>
        models.cases.cases.updateOne({ _id: `need:${needId}` }, { $set: { dueAt: null } }),
      'a command waits for ever': () =>
        models.commands.commands.updateOne(
          { _id: `${needId}:command-1` },
          { $set: { status: 'pending', createdAt: new Date(0) }, $unset: { outcome: '' } },
        ),
    },
    counters: {
      'a counter was raised twice': () => models.statistics.statistics.updateOne({}, { $inc: { n: 1 } }),
      'a counter is gone': () => models.statistics.statistics.deleteOne({}),
    },
    scores: {
      'a line of the ledger was changed': () => models.scores.ledger.updateOne({}, { $inc: { points: 1 } }),
      'a line is gone': () => models.scores.ledger.deleteOne({}),
      'a line was given to somebody else': () =>
        models.scores.ledger.updateOne({}, { $set: { score: 'donor:somebody' } }),
      'a line comes from nothing': async () => {
        const line = await models.scores.ledger.findOne({});
        if (line !== null) await models.scores.ledger.insertOne({ ...line, _id: 'made up' });
      },
      'a sum was changed': () => models.scores.scores.updateOne({}, { $inc: { points: 1 } }),
      'a sum is gone': () => models.scores.scores.deleteOne({}),
    },
  };

  for (const invariant of INVARIANTS) {
    for (const [what, damage] of Object.entries(damages[invariant])) {
      it(`sees when ${what} (${invariant})`, async () => {
        await damage();
        await finds(invariant);
      });
    }
  }
});

/** The stage after event `seq`. */
function stageAfter<S extends CaseState, P extends CasePolicy>(story: Story<S, P>, seq: number): string {
  let state = story.decider.initial('case-1', story.seed);
  for (const event of story.events.slice(0, seq)) state = story.decider.evolve(state, event);
  return state.stage;
}

function needRecord(_id: string): NeedRecord {
  const { regionPath, publisherId, householdId } = publishedNeed().state;
  const now = new Date();
  const lines = NEED_LINES.map((line) => ({
    ...line,
    ...{ name: line.id, unit: '件', condition: 'new', free: line.quantity, held: 0, sent: 0, received: 0 },
  }));
  const none = { committed: 'none', sent: 'none', received: 'none' };
  return {
    ...{ _id, rev: 1, stage: 'draft', seq: 0, stageSince: now, dueAt: null, waitingOn: 'system', reviewLevel: null },
    ...{ reviewAssigneeId: null, publishedAt: null, expiresAt: null, revisionId: 'revision-1', kind: 'goods' },
    ...{ householdId, publisherId, recipientPublicName: '赖**', relation: 'self', regionPath: [...regionPath] },
    ...{ regionNames: [], consent: null, tallyVersion: 0, openPledges: 0, progress: none, policyVersion: 'x' },
    ...{ searchTerms: [], submittedAt: now, createdAt: now, updatedAt: now, title: '', details: '', photos: [] },
    ...{ category: 'goods.bedding.quilt', urgency: 'normal', lines, amountFen: 30_000 },
  } as unknown as NeedRecord;
}

function pledgeRecord(_id: string, needId: string): PledgeRecord {
  const now = new Date();
  const { regionPath, publisherId, householdId } = publishedNeed().state;
  return {
    ...{ _id, rev: 1, stage: 'offered', seq: 0, stageSince: now, dueAt: null, waitingOn: 'system', needId },
    ...{ needTitle: '', donorId: DONOR.id, publisherId, householdId, regionPath: [...regionPath], marks: [] },
    ...{ delivery: 'villagePoint', lines: [...PLEDGE_LINES], receivedLines: [], shipment: null, receiptPhotoId: null },
    ...{ pickupTries: 0, penalty: false, createdAt: now, updatedAt: now },
  } as unknown as PledgeRecord;
}
