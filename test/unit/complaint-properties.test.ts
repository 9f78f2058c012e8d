import fc from 'fast-check';
import { expect } from 'chai';
import { COMPLAINT_EVENT_TYPES } from '../../domain/complaint/evolve.ts';
import { complaintDecider } from '../../domain/complaint/index.ts';
import { isAbove } from '../../domain/region/region.ts';
import { playLife } from '../support/random-case.ts';
import { randomComplaint } from '../support/random-complaint.ts';

describe('Any life of a complaint', function () {
  this.timeout(120_000);

  it('stays on its table through 8,000 random lives; nobody handles what is about him or what he said himself', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 8, maxLength: 36, size: 'max' }), (choice, choices) => {
        const { file, events } = playLife(randomComplaint(choice), choices, (_before, after, news) => {
          reached.add(after.stage);
          for (const event of news) seen.add(event.type);
          const level = after.handling?.level;
          const { partOf } = after;
          if (level === undefined || level === 'operator') return;
          if (partOf === null || !isAbove(level, partOf)) throw new Error(`${level} is not above ${partOf ?? 'all'}`);
        });
        const { accusedIds, complainantId } = file.state;
        const decisions = events.filter(({ type }) => type === 'complaintUpheld' || type === 'complaintDismissed');
        for (const { actor } of decisions) {
          if (accusedIds.includes(actor.id)) throw new Error('decided by one whom it is about');
          if (actor.id === complainantId) throw new Error('decided by the complainant');
        }
        if (decisions.length > 2) throw new Error('decided a third time');
        const [first, second] = decisions;
        if (second !== undefined && first?.actor.id === second.actor.id) throw new Error('his own decision again');
        if (events.filter(({ type }) => type === 'complaintObjected').length > 1) throw new Error('objected twice');
      }),
      { numRuns: 8_000 },
    );
    expect([...reached]).to.include.members(
      Object.keys(complaintDecider.table.stages).filter((stage) => stage !== 'draft'),
    );
    expect([...seen]).to.include.members(COMPLAINT_EVENT_TYPES);
  });
});
