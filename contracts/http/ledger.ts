import { z } from 'zod';
import { day, fen, regionCode } from './common.ts';

export const ledgerQuery = z.strictObject({
  from: day.meta({ description: 'First day, in Shanghai' }),
  to: day.meta({ description: 'Last day' }),
  county: regionCode.optional().meta({ description: 'For cities and provinces: one of their counties' }),
});

const n = z.int();
const slept = z.strictObject({ village: n, township: n, county: n, city: n, province: n });

const figures = {
  posted: n.meta({ description: 'Submitted in the period: reviewing, reviewed and endedUndecided together' }),
  reviewing: n.meta({ description: 'Waiting for a decision now, for the first time or again' }),
  reviewed: n.meta({ description: 'Decided: approved or refused' }),
  endedUndecided: n.meta({ description: 'Withdrawn or cancelled before anybody had decided' }),
  refused: n.meta({ description: 'Refused and not taken up again by an appeal, closed by now or not' }),
  published: n,
  matched: n.meta({ description: 'Wholly claimed' }),
  delivered: n.meta({ description: 'Wholly received' }),
  handedOff: n.meta({ description: 'Ever handed off, resolved by now or not' }),
  withdrawn: n.meta({ description: 'By publisher or household, before or after a decision' }),
  cancelled: n.meta({ description: 'By an operator, before or after a decision' }),
  amountFen: fen,
  overdue: n.meta({
    description:
      'Deadlines of the period’s days that a level let pass: reviews, doubts, hand-offs, disputes, applications, offers, complaints. The total also has those of the whole county.',
  }),
  slept: slept.meta({ description: 'The same by the level that slept' }),
};

export const ledgerSchema = z
  .strictObject({
    county: regionCode,
    from: day,
    to: day,
    rows: z.array(z.strictObject({ regionCode, name: z.string(), ...figures })),
    total: z.strictObject(figures),
  })
  .meta({ id: 'Ledger' });
