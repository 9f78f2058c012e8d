import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import { createHouseholdSms } from '../../activities/household-sms.ts';
import { createNotifier } from '../../activities/notify.ts';
import { createSandboxMailbox, createSmsSender, type SmsSenderDeps } from '../../activities/send-sms.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import { createCrypto, type Crypto } from '../../infra/crypto/index.ts';
import { createSmsProvider, SmsRefused, type SmsProvider } from '../../infra/providers/sms/index.ts';
import { loadReference } from '../../infra/reference.ts';
import { connectMongo } from '../../models/db.ts';
import { householdPlace } from '../../models/household.ts';
import { ensureIndexes } from '../../models/indexes.ts';
import { createModels, type Models } from '../../models/index.ts';
import { newSms, sandboxSmsPlace, type SmsRecord } from '../../models/sms.ts';
import { RECIPIENT, VILLAGE } from '../support/people.ts';
import { recordStory } from '../support/recorded.ts';
import { useStack } from '../support/stack.ts';
import { submittedNeed } from '../support/story.ts';

const RULES = { quietHours: { from: 21, to: 8 }, noticesPerDay: 100, codeMinutes: 10, codeTries: 5 };
/** 12:00 and 23:00 in Shanghai. */
const NOON = Date.parse('2026-03-02T04:00:00Z');
const NIGHT = NOON + 11 * 3_600_000;
const MORNING = NOON + 20 * 3_600_000;

describe('Text messages', function () {
  this.timeout(60_000);
  const stack = useStack();
  let db: Connection;
  let models: Models;
  let crypto: Crypto;

  before(async () => {
    db = await connectMongo(stack.config);
    models = createModels(db);
    await ensureIndexes(db);
    crypto = createCrypto(stack.config.keys);
  });
  after(() => db?.close());

  const sender = (change: Partial<SmsSenderDeps> = {}) =>
    createSmsSender({
      db,
      crypto,
      provider: createSmsProvider(stack.config.sms, createSandboxMailbox(db, crypto)),
      rules: () => RULES,
      report: (finding) => models.findings.report(finding),
      now: () => NOON,
      ...change,
    });
  const failing = (error: Error): SmsProvider => ({ name: 'away', send: () => Promise.reject(error) });

  async function message(change: Partial<Parameters<typeof newSms>[1]> = {}): Promise<SmsRecord> {
    const own = { id: uuidv7(), kind: 'notice', template: 'need.published', phone: '13800004321', now: NOON } as const;
    const sms = newSms(crypto, { ...own, text: '需求《棉被》已公开', ...change });
    await models.sms.add(sms);
    return sms;
  }
  const stored = async ({ _id }: SmsRecord): Promise<SmsRecord> => {
    const found = await models.sms.find(_id);
    if (found === null) throw new Error('it is gone');
    return found;
  };
  const textsOf = async (phone: string): Promise<string[]> => {
    const rows = await models.sms.inSandbox(crypto.index.candidates('phone', phone), 50);
    return rows.map(({ _id, sealed }) => crypto.fields.open<{ text: string }>(sandboxSmsPlace(_id), sealed).text);
  };

  it('reach the sandbox once, however often and side by side they are sent, and keep no words behind', async () => {
    const sms = await message({ phone: '13800000001' });
    await Promise.all([1, 2, 3].map(() => sender()(sms._id, false)));
    expect(await textsOf('13800000001')).to.deep.equal(['需求《棉被》已公开']);
    const after = await stored(sms);
    expect(after).to.include({ status: 'sent', maskedPhone: '138****0001' });
    expect(after.sealed.key).to.equal(null);
    const raw = JSON.stringify(await db.collection('smsSandbox').find().toArray());
    expect(raw + JSON.stringify(after)).not.to.match(/13800000001|棉被/);
  });

  it('wait for the morning, but not codes', async () => {
    const [notice, code] = [await message(), await message({ kind: 'code' })];
    expect(await sender({ now: () => NIGHT })(notice._id, false)).to.deep.equal({ later: MORNING });
    expect(await stored(notice)).to.deep.include({ status: 'waiting', attempts: 0, dueAt: new Date(MORNING) });
    expect(await sender({ now: () => NIGHT })(code._id, false)).to.equal('done');
    expect(await sender({ now: () => MORNING })(notice._id, false)).to.equal('done');
    expect((await stored(notice)).status).to.equal('sent');
  });

  it('come in moderation: what is more than a day’s share comes tomorrow, unless it is urgent', async () => {
    const phone = '13800000002';
    const send = sender({ rules: () => ({ ...RULES, noticesPerDay: 2 }) });
    for (let n = 0; n < 2; n += 1) expect(await send((await message({ phone }))._id, false)).to.equal('done');
    expect(await send((await message({ phone }))._id, false)).to.deep.equal({ later: MORNING });
    expect(await send((await message({ phone, urgent: true }))._id, false)).to.equal('done');
    expect(await textsOf(phone)).to.have.length(3);
  });

  it('stay away from a phone that wants none, or only what is urgent', async () => {
    const phone = '13800000003';
    await models.sms.want(crypto.index.of('phone', phone), 'urgent', new Date(NOON));
    const [plain, urgent] = [await message({ phone }), await message({ phone, urgent: true })];
    for (const { _id } of [plain, urgent]) await sender()(_id, false);
    expect(await stored(plain)).to.include({ status: 'dropped', failure: 'UNWANTED' });
    expect((await stored(urgent)).status).to.equal('sent');
  });

  it('are tried again while the provider is away, and become a finding when he stays away', async () => {
    const sms = await message();
    const send = sender({ provider: failing(new Error('no route')) });
    await send(sms._id, false).then(
      () => expect.fail('a failed try must fail its job'),
      (error: unknown) => expect((error as Error).message).to.equal('no route'),
    );
    expect(await stored(sms)).to.include({ status: 'waiting', attempts: 1 });
    expect(await send(sms._id, true)).to.equal('done');
    expect(await stored(sms)).to.include({ status: 'failed', failure: 'PROVIDER_AWAY' });
    const finding = await models.findings.findings.findOne({ _id: `smsFailed:sms:${sms._id}` });
    expect(finding?.detail).to.equal('need.published PROVIDER_AWAY');
  });

  it('are not tried again when the provider refuses the number', async () => {
    const sms = await message();
    await sender({ provider: failing(new SmsRefused('NO_SUCH_NUMBER', true)) })(sms._id, false);
    expect(await stored(sms)).to.include({ status: 'failed', failure: 'NO_SUCH_NUMBER', attempts: 1 });
  });

  it('become a finding when the provider reports later that they have not arrived', async () => {
    const sms = await message();
    await sender()(sms._id, false);
    expect(await models.sms.undelivered(sms._id, 'NO_SIGNAL', new Date(NOON))).to.equal(true);
    expect((await models.sms.overdue(new Date(NOON + 1), 100)).map(({ _id }) => _id)).to.include(sms._id);
    await sender()(sms._id, false);
    expect(await stored(sms)).to.include({ status: 'failed', failure: 'NO_SIGNAL' });
    expect(await models.sms.undelivered(sms._id, 'NO_SIGNAL', new Date(NOON))).to.equal(false);
    const finding = await models.findings.findings.findOne({ _id: `smsFailed:sms:${sms._id}` });
    expect(finding?.detail).to.equal('need.published NO_SIGNAL');
  });

  describe('of a need', () => {
    const enqueued: string[] = [];
    let notify: (eventId: string) => Promise<number>;

    before(async () => {
      const enqueue = (id: string) => Promise.resolve(enqueued.push(id) > 0);
      const tellHousehold = createHouseholdSms({ db, crypto, enqueue, now: () => NOON });
      notify = createNotifier({
        db,
        deciders: CASE_DECIDERS,
        words: loadReference({ profile: 'test' }).reasonWords,
        categories: loadReference({ profile: 'test' }).categories,
        tellHousehold,
      });
      const head = { name: '赖秀英', phone: '13800000009', idNumber: '994489196001152722' };
      const sealed = crypto.fields.seal(householdPlace('household-1'), { head, members: [] });
      const place = { number: 'H-1', villageCode: '360735100223', regionPath: [], erasedAt: null };
      await models.households.households.insertOne({ _id: 'household-1', sealed, ...place, idIndexes: [] } as never);
    });

    const eventIds = async (caseId: string): Promise<string[]> =>
      (await models.events.events.find({ caseId }).sort({ seq: 1 }).toArray()).map(({ _id }) => _id);
    const messages = (caseId: string) => models.sms.messages.find({ caseId }).sort({ at: 1, _id: 1 }).toArray();

    it('tell the household’s registered phone, account or not, each once, with the deadline of a return', async () => {
      const need = submittedNeed();
      need.do('return', VILLAGE, { reasonCode: 'photoUnclear' });
      const caseId = await recordStory(db, need);
      const ids = await eventIds(caseId);
      await Promise.all([...ids, ...ids].map((id) => notify(id)));
      const told = await messages(caseId);
      expect(told.map(({ template, urgent }) => [template, urgent])).to.deep.equal([
        ['need.submitted', false],
        ['need.returned', true],
      ]);
      expect(new Set(enqueued)).to.deep.equal(new Set(told.map(({ _id }) => _id)));
      for (const { _id } of told) await sender()(_id, false);
      const texts = await textsOf('13800000009');
      expect(texts.join()).to.match(/被村级退回修改。原因：照片不清楚。请在\d+月\d+日 \d\d:\d\d前修改后重新提交/);
    });

    it('say nothing of what somebody of the household did himself', async () => {
      const need = submittedNeed();
      need.do('withdraw', RECIPIENT);
      const caseId = await recordStory(db, need);
      for (const id of await eventIds(caseId)) await notify(id);
      expect((await messages(caseId)).map(({ template }) => template)).to.deep.equal(['need.submitted']);
    });
  });
});
