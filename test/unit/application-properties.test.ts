import fc from 'fast-check';
import { expect } from 'chai';
import { APPLICATION_EVENT_TYPES } from '../../domain/application/evolve.ts';
import { applicationDecider } from '../../domain/application/index.ts';
import { isAbove } from '../../domain/region/region.ts';
import { playLife } from '../support/random-case.ts';
import { randomApplication } from '../support/random-application.ts';

describe('Any life of an application', function () {
  this.timeout(120_000);

  it('stays on its table through 10,000 random lives; only who is above the office decides, never on himself', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 8, maxLength: 30, size: 'max' }), (choice, choices) => {
        const { file, events } = playLife(randomApplication(choice), choices, (_before, after, news) => {
          reached.add(after.stage);
          for (const event of news) seen.add(event.type);
          const level = after.review?.level;
          if (level !== undefined && level !== 'operator' && !isAbove(level, after.level)) throw new Error('not above');
        });
        const { decidedBy, applicantId, level, stage } = file.state;
        if ((decidedBy !== null) !== ['approved', 'refused'].includes(stage)) throw new Error(`${stage}: decided?`);
        if (decidedBy?.id === applicantId) throw new Error('decided on his own application');
        if (decidedBy !== null && decidedBy.level !== 'operator' && !isAbove(decidedBy.level, level)) {
          throw new Error('decided from below');
        }
        const ends = events.filter(({ type }) => type === 'applicationApproved' || type === 'applicationRefused');
        if (ends.length > 1) throw new Error('decided twice');
      }),
      { numRuns: 10_000 },
    );
    expect([...reached]).to.include.members(
      Object.keys(applicationDecider.table.stages).filter((stage) => stage !== 'draft'),
    );
    // `draft` has no clock before its first event, so nothing lapses there: the same event comes from `withdraw`.
    expect([...seen]).to.include.members(APPLICATION_EVENT_TYPES);
  });
});
