import { expect } from 'chai';
import { fold, handle, openFile, refusalOf, REMEMBERED_OUTCOMES } from '../../domain/kernel/case-file.ts';
import { hash32, spread } from '../../domain/kernel/jitter.ts';
import { checkedTable, earliest } from '../../domain/kernel/table.ts';
import { CLOCK, type Command, SYSTEM } from '../../domain/kernel/types.ts';
import { needDecider } from '../../domain/need/index.ts';
import { OPERATOR, PUBLISHER, RECIPIENT, VILLAGE } from '../support/people.ts';
import { CALENDAR, DAY, MONDAY, needStory, publishedNeed, submittedNeed } from '../support/story.ts';

describe('A case', () => {
  it('applies a repeated command once and gives the original outcome, whatever happened since', () => {
    const need = submittedNeed();
    const first = need.try('approve', VILLAGE, {}, { id: 'same' });
    const { seq } = need.file;
    need.do('renew', PUBLISHER);
    const again = need.try('approve', VILLAGE, {}, { id: 'same' });
    expect(again).to.deep.equal(first);
    expect(need.file.seq).to.equal(seq + 1);
  });

  it('remembers a refusal too', () => {
    const need = submittedNeed();
    expect(need.try('renew', PUBLISHER, {}, { id: 'early' }).refusal?.code).to.equal('NOT_ALLOWED_IN_STAGE');
    need.do('approve', VILLAGE);
    expect(need.try('renew', PUBLISHER, {}, { id: 'early' }).status).to.equal('refused');
  });

  it('refuses a command that was meant for an older version', () => {
    const need = submittedNeed();
    const outcome = need.try('approve', VILLAGE, {}, { expectedSeq: need.file.seq - 1 });
    expect(outcome.refusal).to.deep.equal({ code: 'VERSION_MISMATCH', detail: { seq: need.file.seq } });
    expect(need.try('approve', VILLAGE, {}, { expectedSeq: need.file.seq }).status).to.equal('applied');
  });

  it('tells with each refusal the stage and what is allowed', () => {
    const need = submittedNeed();
    const { refusal } = need.try('approve', RECIPIENT);
    expect(refusal?.detail?.['stage']).to.equal('underReview');
    expect(refusal?.detail?.['allowed']).to.include.members(['approve', 'withdraw']);
    need.do('withdraw', RECIPIENT);
    expect(need.refused('approve', VILLAGE)).to.equal('CASE_CLOSED');
  });

  it('can be asked beforehand without changing', () => {
    const need = submittedNeed();
    const command: Command = { id: 'ask', name: 'approve', actor: RECIPIENT, data: {} };
    const context = { now: need.now, policy: need.policy, calendar: CALENDAR };
    expect(refusalOf(needDecider, need.file, command, context)?.code).to.equal('NOT_PERMITTED');
    expect(refusalOf(needDecider, need.file, { ...command, actor: VILLAGE }, context)).to.equal(null);
    expect(need.stage).to.equal('underReview');
  });

  it('remembers the last 200 outcomes only', () => {
    const need = submittedNeed();
    for (let i = 0; i < REMEMBERED_OUTCOMES + 5; i += 1) need.try('renew', PUBLISHER);
    expect(need.file.outcomes).to.have.length(REMEMBERED_OUTCOMES);
  });

  it('is the fold of its events, also after they were stored', () => {
    const need = publishedNeed();
    const stored = JSON.parse(JSON.stringify(need.events)) as typeof need.events;
    expect(fold(needDecider, 'case-1', openSeed(), stored)).to.deep.equal(need.state);
  });

  it('stops loudly when its decider leaves its own table', () => {
    const broken = {
      ...needDecider,
      evolve: () => ({ ...openFile(needDecider, 'x', openSeed()).state, stage: 'closed' as const }),
    };
    const command: Command = { id: 'c', name: 'submit', actor: PUBLISHER, data: {} };
    const context = { now: MONDAY, policy: needStory().policy, calendar: CALENDAR };
    expect(() => handle(broken, openFile(broken, 'x', openSeed()), command, context)).to.throw(/table does not say/);
  });

  const openSeed = () => JSON.parse(JSON.stringify(pickSeed(needStory().state))) as Record<string, never>;
});

function pickSeed(state: ReturnType<typeof needStory>['state']) {
  const { publisherId, householdId, publisherIsVillageCadre, regionPath, category, urgency } = state;
  const { revisionId, lines, amountFen } = state;
  const where = { publisherId, householdId, publisherIsVillageCadre, regionPath, category, urgency };
  return { ...where, revisionId, lines, amountFen };
}

describe('The clock of a case', () => {
  it('is the only one to send its commands, and only when they are due', () => {
    const need = submittedNeed();
    expect(need.refused('expireReview', OPERATOR)).to.equal('NOT_PERMITTED');
    expect(need.refused('expireReview', CLOCK)).to.equal('NOT_DUE');
    need.wait(3);
    expect(need.do('expireReview', CLOCK)).to.equal('underReview');
  });

  it('acts on the earliest deadline, on ties in the order of names', () => {
    expect(earliest({ b: 5, a: 5, c: 9 })).to.deep.equal({ command: 'a', at: 5 });
    expect(earliest({})).to.equal(null);
  });

  it('spreads cases that are due together, never before their time', () => {
    const times = ['a', 'b', 'c', 'd'].map((id) => spread(id, 1000, 600_000));
    expect(new Set(times).size).to.equal(4);
    for (const at of times) expect(at).to.be.within(1000, 601_000);
    expect(spread('a', 1000, 0)).to.equal(1000);
    expect(hash32('need:1')).to.equal(hash32('need:1'));
  });
});

describe('Parking', () => {
  it('only an operator takes a case out; retry and skip need something that failed', () => {
    const need = publishedNeed();
    expect(need.refused('park', OPERATOR, { reason: 'x' })).to.equal('NOT_PERMITTED');
    need.do('park', SYSTEM, { reason: 'effect:screen' });
    expect(need.refused('retry', OPERATOR)).to.equal('NOTHING_TO_RETRY');
    expect(need.refused('withdraw', RECIPIENT)).to.equal('NOT_ALLOWED_IN_STAGE');
    expect(need.do('resume', OPERATOR)).to.equal('published');
  });

  it('retry asks for the failed effect again, skip goes on without it', () => {
    const failed = { reason: 'effect:screen', reaction: { effect: 'screen', args: { needId: 'case-1' } } };
    const need = needStory();
    need.do('submit', PUBLISHER);
    need.do('park', SYSTEM, failed);
    need.do('retry', OPERATOR);
    expect(need.reactions).to.deep.equal([failed.reaction]);
    need.do('park', SYSTEM, failed);
    need.do('skip', OPERATOR);
    expect(need.reactions).to.deep.equal([]);
    expect(need.tickUntil('screenTimeout')).to.equal('underReview');
  });

  it('shifts the clock by the time spent parked; what was overdue gets one more working day', () => {
    const need = submittedNeed();
    need.wait(1).do('park', SYSTEM, { reason: 'recording' });
    need.wait(2).do('resume', OPERATOR);
    expect(need.daysTo('expireReview')).to.equal(2);
    expect(need.state.review?.dueAt).to.equal(need.state.clock['expireReview']);
    need.wait(3).do('park', SYSTEM, { reason: 'recording' });
    need.do('resume', OPERATOR);
    expect(need.daysTo('expireReview')).to.be.within(1, 3);
    expect(need.now % DAY).to.equal(MONDAY % DAY);
  });
});

describe('A table', () => {
  const end = { terminal: true as const, commands: {}, clock: {}, maxDays: 1 };
  const go = { by: ['operator' as const], to: ['end'] };

  it('with a stage that has no exit, no deadline or an unknown next stage is refused, with every fault named', () => {
    const stages = {
      stuck: { commands: { wait: { by: ['operator' as const], to: ['same'] } }, clock: {}, maxDays: 1 },
      lost: { commands: { go: { by: ['operator' as const], to: ['nowhere'] } }, clock: { tick: ['end'] }, maxDays: 1 },
      end: { ...end, commands: { go } },
    };
    expect(() => checkedTable('x', { first: 'begin', stages })).to.throw(
      'table of x: stuck has no exit; stuck has no deadline; lost leads to the unknown stage nowhere; terminal stage end has commands; first stage begin is unknown',
    );
  });

  it('that is whole is taken as it is', () => {
    const table = {
      first: 'begin',
      stages: { begin: { commands: { go }, clock: { tick: ['end'] }, maxDays: 1 }, end },
    };
    expect(checkedTable('x', table)).to.equal(table);
  });
});
