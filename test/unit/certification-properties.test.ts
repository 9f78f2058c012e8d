import fc from 'fast-check';
import { expect } from 'chai';
import { CERTIFICATION_EVENT_TYPES } from '../../domain/certification/evolve.ts';
import { certificationDecider } from '../../domain/certification/index.ts';
import { playLife } from '../support/random-case.ts';
import { randomCertification } from '../support/random-certification.ts';

describe('Any life of a certification', function () {
  this.timeout(110_000);

  it('stays on its table through 10,000 random lives; a township or above decides, never on its own people', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 8, maxLength: 30, size: 'max' }), (choice, choices) => {
        const { file, events } = playLife(randomCertification(choice), choices, (_before, after, news) => {
          reached.add(after.stage);
          for (const event of news) seen.add(event.type);
          if (after.review?.level === 'village') throw new Error('a village decides');
        });
        const { decidedBy, applicantId, householdId, stage } = file.state;
        if ((decidedBy !== null) !== ['approved', 'refused'].includes(stage)) throw new Error(`${stage}: decided?`);
        if (decidedBy?.id === applicantId) throw new Error('decided on himself');
        const ends = events.filter(({ type }) => type === 'certificationApproved' || type === 'certificationRefused');
        if (ends.length > 1) throw new Error('decided twice');
        const family = ends.some(({ actor }) => householdId !== undefined && actor.householdId === householdId);
        if (family) throw new Error('decided on his own household');
      }),
      { numRuns: 10_000 },
    );
    expect([...reached]).to.include.members(
      Object.keys(certificationDecider.table.stages).filter((stage) => stage !== 'draft'),
    );
    // `draft` has no clock before its first event, so nothing lapses there: the same event comes from `withdraw`.
    expect([...seen]).to.include.members(CERTIFICATION_EVENT_TYPES);
  });
});
