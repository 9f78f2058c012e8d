import { expect } from 'chai';
import { audienceKey, NOBODY } from '../../domain/need/audience.ts';
import { whyNeedSentence, whyNeedWaits } from '../../domain/need/why-waiting.ts';
import { COUNTY, NEIGHBOUR, PUBLISHER, RECIPIENT, TOWNSHIP, VILLAGE } from '../support/people.ts';
import { publishedNeed, submittedNeed, type NeedStory } from '../support/story.ts';

const seen = (need: NeedStory) => ({ revisionId: need.state.revisionId });

describe('A household’s consent', () => {
  it('is its own to give, for the content that it has seen, once', () => {
    const need = publishedNeed();
    expect(need.refused('giveConsent', PUBLISHER, seen(need))).to.equal('NOT_PERMITTED');
    expect(need.refused('giveConsent', VILLAGE, seen(need))).to.equal('NOT_PERMITTED');
    expect(need.refused('giveConsent', RECIPIENT, { revisionId: 'an-older-one' })).to.equal('PREVIEW_OUTDATED');
    expect(need.do('giveConsent', RECIPIENT, seen(need))).to.equal('published');
    expect(need.refused('giveConsent', RECIPIENT, seen(need))).to.equal('ALREADY_DONE');
    const { lines } = need.state;
    need.do('edit', PUBLISHER, { revisionId: 'r-new', lines: lines.map((l) => ({ ...l })), amountFen: 30_000 });
    expect(need.do('giveConsent', RECIPIENT, seen(need))).to.equal('underReview');
  });

  it('taken back withdraws what nobody has claimed, under review too', () => {
    const need = publishedNeed();
    expect(need.refused('revokeConsent', PUBLISHER)).to.equal('NOT_PERMITTED');
    expect(need.do('revokeConsent', RECIPIENT)).to.equal('withdrawn');
    expect(need.state.outcome).to.equal('consentRevoked');
    expect(need.reactions.map(({ effect }) => effect)).to.deep.equal(['voidPledges']);
    const early = submittedNeed();
    early.do('screened', { id: 'system', role: 'system' }, { eligible: { village: true } });
    expect(early.do('revokeConsent', RECIPIENT)).to.equal('withdrawn');
  });

  it('taken back while donors are at it pauses the need and hides it, until the household consents again', () => {
    const need = publishedNeed();
    need.tally('part', 'none', 'none', 1);
    expect(need.do('revokeConsent', RECIPIENT)).to.equal('paused');
    expect(audienceKey(need.state)).to.equal(NOBODY);
    expect(whyNeedSentence(whyNeedWaits(need.state))).to.match(/收回了同意，求助不再公开.*等待受助家庭处理/);
    expect(need.refused('revokeConsent', RECIPIENT)).to.equal('ALREADY_DONE');
    for (const somebody of [PUBLISHER, VILLAGE, COUNTY]) {
      expect(need.refused('unpause', somebody)).to.equal('CONSENT_REVOKED');
    }
    need.wait(5);
    expect(need.do('giveConsent', RECIPIENT, seen(need))).to.equal('published');
    expect(audienceKey(need.state)).to.not.equal(NOBODY);
    expect(need.daysTo('expire')).to.equal(40);
  });

  it('that does not come back ends the need: withdrawn, or what was sent is waited for', () => {
    const held = publishedNeed();
    held.tally('part', 'none', 'none', 1);
    held.do('revokeConsent', RECIPIENT);
    expect(held.tickUntil('endPause')).to.equal('withdrawn');
    expect(held.reactions.map(({ effect }) => effect)).to.deep.equal(['voidPledges']);

    const sent = publishedNeed();
    sent.tally('part', 'part', 'none', 1);
    sent.do('revokeConsent', RECIPIENT);
    expect(sent.tickUntil('endPause')).to.equal('matched');
    expect(audienceKey(sent.state)).to.equal(NOBODY);
    expect(sent.tally('part', 'part', 'part', 0)).to.equal('following');
    expect(sent.refused('reopen', RECIPIENT, { lines: [{ lineId: 'quilt', quantity: 1 }] })).to.equal(
      'CONSENT_REVOKED',
    );
  });

  it('taken back during a doubt or a review keeps the need from the public whatever comes of them', () => {
    const need = publishedNeed();
    need.tally('part', 'none', 'none', 1);
    need.do('challenge', NEIGHBOUR, { reasonCode: 'notPoor' });
    expect(need.do('revokeConsent', RECIPIENT)).to.equal('challenged');
    expect(need.do('dismiss', TOWNSHIP, { reasonCode: 'verified' })).to.equal('paused');
    expect(need.reactions.map(({ effect }) => effect)).to.deep.equal(['resumePledges']);

    const edited = publishedNeed();
    edited.tally('part', 'none', 'none', 1);
    const lines = edited.state.lines.map((l) => ({ ...l }));
    edited.do('edit', PUBLISHER, { revisionId: 'r-new', lines, amountFen: 30_000 });
    expect(edited.do('revokeConsent', RECIPIENT)).to.equal('underReview');
    edited.do('approve', VILLAGE);
    expect(edited.stage).to.equal('paused');
  });
});
