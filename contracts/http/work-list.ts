import { z } from 'zod';
import { needRow } from './need.ts';
import { pledgeRow } from './pledge.ts';
import { outcomeCheckRow } from './outcome-check.ts';
import { recheckRow } from './recheck.ts';
import { id, instant, pageOf, pageQuery, personal } from './common.ts';

const count = z.int().meta({ description: 'Exact up to 1000' });

/** How much waits; boxes that are not the caller's business are 0. */
export const workCountsSchema = z
  .strictObject({
    reviews: z.strictObject({ mine: count, level: count, overdue: count, nearing: count, advice: count }),
    parcels: count,
    visits: count,
    challenges: count,
    disputes: count,
    handOffs: count,
    applications: count,
    certifications: count,
    handovers: count,
    complaints: count,
    offers: count,
    addedPhotos: count.meta({
      description: 'Needs with photos that nobody has looked at yet: added after the approval, or hidden since',
    }),
    rechecks: count.meta({ description: 'Second reviews' }),
    outcomeChecks: count.meta({ description: 'Outcomes to ask a second time' }),
    newsPhotos: count.meta({ description: 'News whose photos nobody has looked at yet' }),
  })
  .meta({ id: 'WorkCounts' });

export const addedPhotosRow = z
  .strictObject({
    needId: id,
    title: personal(z.string()),
    place: z.string(),
    stage: z.string(),
    photos: z.array(id).meta({
      description: 'Nobody has looked at these. Where a child is concerned they are hidden meanwhile, else public',
    }),
    dueAt: instant,
  })
  .meta({ id: 'AddedPhotos' });
export const addedPhotosPage = pageOf(addedPhotosRow).meta({ id: 'AddedPhotosPage' });

const some = <T extends z.ZodType>(item: T) => z.strictObject({ count, items: z.array(item) });
/** Of a visit to a household that did not answer what it was asked, or where nobody confirms that help came. */
const visitRow = z.discriminatedUnion('about', [
  z.strictObject({ about: z.literal('outcome'), ...needRow.shape }),
  z.strictObject({ about: z.literal('receipt'), ...pledgeRow.shape }),
]);
export const todaySchema = z
  .strictObject({
    reviews: some(needRow),
    overdue: count,
    parcels: some(pledgeRow),
    visits: some(visitRow),
    addedPhotos: some(addedPhotosRow),
    rechecks: some(recheckRow),
    outcomeChecks: some(outcomeCheckRow),
  })
  .meta({ id: 'Today' });

export const reviewBox = z.enum(['mine', 'level', 'overdue', 'nearing', 'advice', 'below']).meta({
  description:
    'mine: transferred to you; level: what you may decide of what waits for your level, without what was transferred to a ' +
    'colleague or needs another than you; overdue, nearing: of these, late or due within a day; ' +
    'advice: your level was asked for advice; below: at lower levels of your region, for oversight',
});

export const reviewsQuery = z.strictObject({ box: reviewBox.optional(), ...pageQuery });
export const boxQuery = z.strictObject(pageQuery);
export const reviewPage = pageOf(needRow).meta({ id: 'ReviewPage' });
export const visitPage = pageOf(visitRow).meta({ id: 'VisitPage' });
export const pledgeWorkPage = pageOf(pledgeRow).meta({ id: 'PledgeWorkPage' });
