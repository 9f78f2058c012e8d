import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import type { CommandEnvelope, CommandReceipt } from '../../api/gateway.ts';
import { recordingGateway, useApi } from '../support/api.ts';
import { addHousehold, bodyOf, type TestHousehold } from '../support/needs.ts';
import { deliverSms, text, textsOf, type Texted } from '../support/sms.ts';

/** 10:00 in Shanghai: nothing waits for the morning. */
const MORNING = Date.parse('2026-11-25T02:00:00Z');

describe('text messages from households', () => {
  let now = MORNING;
  let outcome: CommandReceipt | null = null;
  const recording = recordingGateway();
  const gateway = {
    ...recording,
    send: async (envelope: CommandEnvelope) => outcome ?? (await recording.send(envelope)),
  };
  const api = useApi({ deps: () => ({ gateway, now: () => now }) });
  let phone: string;
  let household: TestHousehold;
  let phones = 0;

  beforeEach(async () => {
    now = MORNING;
    outcome = null;
    recording.sent.length = 0;
    phone = `1371000${String((phones += 1)).padStart(4, '0')}`;
    household = await addHousehold(api, { phone });
  });

  async function addNeed(title: string, change: object = {}): Promise<string> {
    const _id = uuidv7();
    const at = new Date(now);
    const need = { _id, title, householdId: household.id, stage: 'published', submittedAt: at, ...change };
    await api.deps.models.needs.needs.insertOne(need as never);
    return _id;
  }
  /** Texts it and lets the answer arrive, a second later than what came before. */
  async function say(words: string, texted: Texted = {}): Promise<void> {
    now += 1000;
    expect((await text(api, phone, words, texted)).status).to.equal(200);
    await deliverSms(api);
  }
  const last = async (): Promise<string> => (await textsOf(api, phone))[0] ?? '';
  const status = (answer: { body: never }): string => bodyOf<{ status: string }>(answer as never).status;

  it('are believed only with the provider’s signature', async () => {
    const forged = await text(api, phone, '帮助', { secret: 'guessed' });
    expect(forged.status).to.equal(401);
    expect(forged.text).to.include('CALLBACK_SIGNATURE_WRONG');
    const body = { id: 'x', phone, text: '1', at: new Date(now).toISOString() };
    expect((await api.call('POST', '/v1/sms/inbound', { body })).status).to.equal(401);
    expect(await textsOf(api, phone)).to.deep.equal([]);
  });

  it('get the help text for anything that is no keyword', async () => {
    expect(status(await text(api, phone, '你们好，我家的被子呢？'))).to.equal('handled');
    expect(await last()).to.match(/^没有看懂您的短信/);
  });

  it('from phones that nobody has are answered politely once a day, and change nothing', async () => {
    const stranger = '13719990001';
    for (const words of ['撤回', '进度', '1']) expect(status(await text(api, stranger, words))).to.equal('ignored');
    expect(await textsOf(api, stranger)).to.deep.equal([
      '这个号码没有登记在帮扶平台，无法办理。需要帮助请联系所在村的村干部。',
    ]);
    expect(recording.sent).to.deep.equal([]);
  });

  it('withdraw only after a second word, by a command whose id comes from the message', async () => {
    const needId = await addNeed('冬天的棉被');
    await say('撤回');
    expect(await last()).to.match(/要撤回求助《冬天的棉被》吗/);
    expect(recording.sent).to.deep.equal([]);
    for (let n = 0; n < 2; n += 1) await say('确认撤回', { id: 'confirm-1' });
    expect(recording.sent).to.have.length(1);
    const [sent] = recording.sent;
    expect(sent).to.deep.include({ caseId: needId, name: 'withdraw' });
    expect(sent?.commandId).to.equal(api.deps.crypto.derive.mac('commandId', 'sms\nconfirm-1'));
    expect(sent?.actor).to.deep.equal({ id: household.id, role: 'household', householdId: household.id });
    expect(await last()).to.match(/正在办理/);
  });

  it('confirm nothing that was asked half an hour ago', async () => {
    await addNeed('冬天的棉被');
    await say('撤回');
    now += 31 * 60_000;
    await say('确认撤回');
    expect(recording.sent).to.deep.equal([]);
    expect(await last()).to.match(/请先回复“撤回”/);
  });

  it('choose among several needs, never one of another household', async () => {
    await addNeed('冬天的棉被', { householdId: 'another' });
    const first = await addNeed('孩子的书包');
    now += 1000;
    await addNeed('一口铁锅');
    await say('撤回');
    expect(await last())
      .to.include('1.一口铁锅，2.孩子的书包')
      .and.not.include('棉被');
    await say('撤回2');
    await say('确认撤回');
    expect(recording.sent.map((sent) => sent.caseId)).to.deep.equal([first]);
  });

  it('hear why a command was refused', async () => {
    await addNeed('冬天的棉被');
    await say('撤回');
    const refusal = { code: 'ALREADY_SENT' };
    const refused = {
      commandId: 'c',
      command: 'withdraw',
      status: 'refused' as const,
      seq: 3,
      stage: 'published',
      refusal,
    };
    outcome = { commandId: 'c', status: 'refused', outcome: refused };
    await say('确认撤回');
    expect(await last()).to.match(/没有办成：物品已寄出/);
  });

  it('say in plain Chinese why a need waits', async () => {
    await say('进度');
    expect(await last()).to.equal('您家目前没有进行中的求助。');
    await addNeed('冬天的棉被');
    await say('JD');
    expect(await last()).to.equal('《冬天的棉被》已提交，平台正在安排审核。');
  });

  it('answer the question that was asked last, once', async () => {
    await say('1');
    expect(await last()).to.match(/没有等待您回答的回访问题/);
    const needId = await addNeed('冬天的棉被', { stage: 'following' });
    const state = { stage: 'following', following: { asked: 1, answered: [] } };
    await api.deps.models.cases.cases.insertOne({
      _id: `need:${needId}`,
      caseType: 'need',
      caseId: needId,
      state,
    } as never);
    for (let n = 0; n < 3; n += 1) await say('一般', { id: `answer-${needId}` });
    expect(recording.sent.map(({ name, data }) => [name, data])).to.deep.equal([
      ['answer', { question: 1, answer: 'partly' }],
    ]);
  });

  it('stop the reminders and begin them again, as the household’s account can too', async () => {
    const member = await api.person({ householdId: household.id });
    await say('退订');
    const path = '/v1/my/sms-preference';
    expect(bodyOf(await api.call('GET', path, { as: member }))).to.deep.equal({ wanted: 'none' });
    await api.call('PUT', path, { as: member, body: { wanted: 'all' } });
    expect(await api.deps.models.sms.wanted([api.deps.crypto.index.of('phone', phone)])).to.equal('all');
  });

  it('from one phone without end are no longer answered', async () => {
    for (let n = 0; n < 30; n += 1) await text(api, phone, `第${n}条`);
    expect(status(await text(api, phone, '进度'))).to.equal('ignored');
    expect(await textsOf(api, phone)).to.have.length(30);
  });

  it('leave nothing readable in the database', async () => {
    await say('这是我家的秘密');
    await textsOf(api, phone);
    for (const name of ['smsMessages', 'smsInbound', 'smsSandbox']) {
      const raw = JSON.stringify(await api.deps.models.db.collection(name).find().toArray());
      expect(raw, name).not.to.include('秘密').and.not.include(phone);
    }
  });
});
