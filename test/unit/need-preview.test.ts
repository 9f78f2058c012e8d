import { expect } from 'chai';
import { previewMissing } from '../../domain/need/preview.ts';
import { whyNeedSentence, whyNeedWaits } from '../../domain/need/why-waiting.ts';
import { householdSms } from '../../domain/notice/household-sms.ts';
import { noticesOf } from '../../domain/notice/notices.ts';
import { SYSTEM } from '../../domain/kernel/types.ts';
import { COUNTY, OPERATOR, PUBLISHER, RECIPIENT, TOWNSHIP, VILLAGE, VILLAGE_2 } from '../support/people.ts';
import { ALL_LEVELS, NEED_LINES, needStory, publishedNeed, submittedNeed, type NeedStory } from '../support/story.ts';

const MEDICAL = ['medical', 'mobility-aids', 'wheelchair'];
const medical = (seed: object = {}): NeedStory => submittedNeed({ categoryPath: MEDICAL, ...seed });
const seen = (need: NeedStory) => ({ revisionId: need.state.revisionId });
const shown = (need: NeedStory, more: object = {}) => ({ ...seen(need), photo: 'paper', hasPhone: false, ...more });
const revision = (categoryPath?: string[]) => ({
  ...{ revisionId: 'r-new', lines: NEED_LINES.map((line) => ({ ...line })), amountFen: 30_000 },
  ...(categoryPath && { categoryPath }),
});

describe('What tells of a household’s health', () => {
  it('is approved by the last level only once the household has approved its preview', () => {
    const need = medical();
    expect(need.refused('approve', VILLAGE)).to.equal('PREVIEW_MISSING');
    expect(whyNeedSentence(whyNeedWaits(need.state))).to.match(/公开前须受助家庭看过公开的内容并同意/);
    need.do('giveConsent', RECIPIENT, seen(need));
    expect(whyNeedWaits(need.state).code).to.equal('review.posting');
    expect(need.do('approve', VILLAGE)).to.equal('published');
  });

  it('passes the levels before the last one meanwhile', () => {
    const need = medical({ amountFen: 60_000 });
    expect(need.do('approve', VILLAGE)).to.equal('underReview');
    expect(need.refused('approve', TOWNSHIP)).to.equal('PREVIEW_MISSING');
    need.do('giveConsent', RECIPIENT, seen(need));
    expect(need.do('approve', TOWNSHIP)).to.equal('published');
  });

  it('needs a new word after every change, also when only the change made it so', () => {
    const need = medical();
    need.do('giveConsent', RECIPIENT, seen(need));
    need.do('approve', VILLAGE);
    need.do('edit', PUBLISHER, revision());
    expect(need.refused('approve', VILLAGE)).to.equal('PREVIEW_MISSING');
    const bedding = submittedNeed({ categoryPath: ['goods', 'bedding'] });
    bedding.do('return', VILLAGE, { reasonCode: 'photoUnclear' });
    bedding.do('resubmit', PUBLISHER, revision(MEDICAL));
    bedding.do('screened', { id: 'system', role: 'system' }, { eligible: ALL_LEVELS });
    expect(bedding.refused('approve', VILLAGE)).to.equal('PREVIEW_MISSING');
  });

  it('asks nobody in cases and under policies from before, nor in other categories', () => {
    for (const need of [
      submittedNeed(),
      submittedNeed({ categoryPath: ['goods', 'bedding'] }),
      submittedNeed({ categoryPath: MEDICAL }, ALL_LEVELS, { previewFirst: undefined }),
    ]) {
      expect(need.do('approve', VILLAGE)).to.equal('published');
    }
  });

  it('asks nothing more of a household that has taken its consent back: nothing is shown then', () => {
    const need = medical();
    need.do('giveConsent', RECIPIENT, seen(need));
    need.do('approve', VILLAGE);
    need.tally('part', 'none', 'none', 1);
    need.do('edit', PUBLISHER, revision());
    need.do('revokeConsent', RECIPIENT);
    expect(need.do('approve', VILLAGE)).to.equal('paused');
  });

  it('may be shown in person to a household without a phone, by somebody free, who has it signed on paper', () => {
    const need = medical({ publisherId: VILLAGE.id });
    expect(need.refused('recordPreview', VILLAGE, shown(need))).to.equal('OWN_POSTING');
    expect(need.refused('recordPreview', { ...VILLAGE_2, tie: 'own' }, shown(need))).to.equal('OWN_POSTING');
    expect(need.refused('recordPreview', { ...VILLAGE_2, tie: 'helped' }, shown(need))).to.equal('HELPED_HOUSEHOLD');
    expect(need.refused('recordPreview', VILLAGE_2, shown(need, { ownPhone: true }))).to.equal('PREVIEW_BY_OWN_PHONE');
    expect(need.refused('recordPreview', RECIPIENT, shown(need))).to.equal('NOT_PERMITTED');
    expect(need.refused('recordPreview', VILLAGE_2, seen(need))).to.equal('INVALID_REQUEST');
    expect(need.refused('recordPreview', VILLAGE_2, shown(need, { revisionId: 'r0' }))).to.equal('PREVIEW_OUTDATED');
    need.do('recordPreview', VILLAGE_2, shown(need));
    expect(need.state.previewApproved).to.deep.include({ photo: 'paper' });
    expect(need.refused('recordPreview', COUNTY, shown(need))).to.equal('ALREADY_DONE');
    expect(previewMissing(need.state)).to.equal(false);
    expect(need.do('approve', VILLAGE_2)).to.equal('published');
  });

  it('is shown in person to a household with a phone only after it did not answer by it', () => {
    const need = medical();
    const reached = shown(need, { hasPhone: true });
    expect(need.refused('recordPreview', VILLAGE, reached)).to.equal('HOUSEHOLD_HAS_PHONE');
    need.wait(1);
    need.do('recordPreview', VILLAGE, reached);
    const event = need.events.at(-1);
    if (event === undefined) throw new Error('nothing happened');
    const step = { event, before: need.state, after: need.state };
    expect(householdSms('need', step, [])).to.deep.include({ urgent: true, add: '不属实请回复“不同意”。' });
  });

  it('waits for the answer from when the household is asked: not while the need was screened, nor with an operator', () => {
    const late = needStory({ categoryPath: MEDICAL });
    late.do('submit', PUBLISHER);
    late.wait(1).do('screened', SYSTEM, { eligible: ALL_LEVELS });
    const reached = shown(late, { hasPhone: true });
    expect(late.refused('recordPreview', VILLAGE, reached)).to.equal('HOUSEHOLD_HAS_PHONE');
    late.wait(0.5).do('park', SYSTEM, { reason: 'test' });
    late.wait(3).do('resume', OPERATOR);
    expect(late.refused('recordPreview', VILLAGE, reached)).to.equal('HOUSEHOLD_HAS_PHONE');
    late.wait(0.5).do('recordPreview', VILLAGE, reached);
    const older = { previewFirst: { categories: ['medical'], answerDays: 1 } };
    const before = needStory({ categoryPath: MEDICAL }, older);
    before.do('submit', PUBLISHER);
    before.wait(1).do('screened', SYSTEM, { eligible: ALL_LEVELS });
    before.do('recordPreview', VILLAGE, shown(before, { hasPhone: true }));
  });

  it('asks the household, too, where an operator had to find the reviewer', () => {
    const need = needStory({ categoryPath: MEDICAL });
    need.do('submit', PUBLISHER);
    need.do('screened', SYSTEM, { eligible: {} });
    expect(need.stage).to.equal('parked');
    expect(need.refused('giveConsent', RECIPIENT, seen(need))).to.equal('NOT_ALLOWED_IN_STAGE');
    need.wait(2).do('reassign', OPERATOR, { level: 'county' });
    expect(need.state.previewSince).to.equal(need.now);
    const reassigned = need.events.at(-1);
    if (reassigned === undefined) throw new Error('nothing happened');
    const told = noticesOf('need', { event: reassigned, before: need.state, after: need.state });
    expect(told.map(({ template }) => template)).to.include.members(['need.previewAsked', 'need.previewAwaited']);
  });

  it('hears the household also while its review waits for an operator', () => {
    const need = medical();
    need.do('park', SYSTEM, { reason: 'test' });
    expect(need.do('giveConsent', RECIPIENT, seen(need))).to.equal('parked');
    need.do('resume', OPERATOR);
    expect(need.do('approve', VILLAGE)).to.equal('published');
    const unwilling = medical();
    unwilling.do('park', SYSTEM, { reason: 'test' });
    expect(unwilling.do('revokeConsent', RECIPIENT)).to.equal('withdrawn');
    expect(unwilling.state).not.to.have.property('parked');
    const matched = publishedNeed();
    matched.do('park', SYSTEM, { reason: 'test' });
    expect(matched.refused('revokeConsent', RECIPIENT)).to.equal('NOT_ALLOWED_IN_STAGE');
  });

  it('tells the household and its helper that their word is waited for, and the reviewer that it came', () => {
    const need = medical();
    const started = need.events.find(({ type }) => type === 'reviewStarted');
    if (started === undefined) throw new Error('no review');
    const told = (event: typeof started) =>
      noticesOf('need', { event, before: need.state, after: need.state }).map(
        ({ to, template }) => `${to} ${template}`,
      );
    expect(told(started)).to.include.members(['recipient need.previewAsked', 'helper need.previewAwaited']);
    expect(told({ ...started, type: 'reviewerReminded', data: { level: 'village' } })).to.include(
      'recipient need.previewAsked',
    );
    expect(told({ ...started, type: 'consentGiven', data: seen(need) })).to.include('cadres review.previewApproved');
  });
});
