import type { Collection, Filter } from 'mongodb';
import type { CaseType } from '../contracts/cases.ts';
import type { Level } from '../domain/kernel/types.ts';
import { judgeOf } from '../domain/pledge/view.ts';
import type { ApiDeps } from './deps.ts';

/** What waits for a level of the administration, kind by kind: it must not stay with a level that has nobody any more. */

/** Whose it is, as far as it decides who may not act on it. */
export interface WorkRecord {
  _id: string;
  regionPath: string[];
  publisherId?: string;
  applicantId?: string;
  complainantId?: string;
  /** Of a complaint: whom it is about, and who has decided it before an objection. */
  accusedIds?: string[];
  decidedBy?: { id: string } | null;
  donorId?: string;
  householdId?: string;
}

export interface Work {
  readonly caseType: CaseType;
  readonly collection: Collection<WorkRecord>;
  readonly filter: Filter<WorkRecord>;
  /** Who may not act on it besides the one who asked. */
  readonly except?: (record: WorkRecord) => string[];
}

type WorkOf = (deps: ApiDeps, level: Level) => Work;

export const workOf = (
  caseType: CaseType,
  collection: unknown,
  filter: object,
  more: Pick<Work, 'except'> = {},
): Work => ({
  caseType,
  collection: collection as Collection<WorkRecord>,
  filter: filter as Filter<WorkRecord>,
  ...more,
});

const turn = (level: Level) => ({ open: true, stage: 'underReview', reviewLevel: level });

export const OFFICE_WORK: readonly WorkOf[] = [
  ({ models: { needs } }, level) =>
    workOf('need', needs.needs, { stage: { $in: ['underReview', 'challenged'] }, reviewLevel: level }),
  ({ models: { pledges } }, level) =>
    workOf(
      'pledge',
      pledges.pledges,
      { stage: 'disputed', waitingOn: judgeOf(level) ?? 'nobody' },
      { except: ({ donorId }) => (donorId === undefined ? [] : [donorId]) },
    ),
  ({ models: { offers } }, level) => workOf('offer', offers.offers, turn(level)),
  ({ models: { applications } }, level) => workOf('application', applications.applications, turn(level)),
  ({ models: { certifications } }, level) => workOf('certification', certifications.certifications, turn(level)),
  ({ models: { complaints } }, level) =>
    workOf(
      'complaint',
      complaints.complaints,
      { open: true, stage: 'handling', handlingLevel: level },
      { except: ({ accusedIds = [], decidedBy }) => [...accusedIds, ...(decidedBy == null ? [] : [decidedBy.id])] },
    ),
];
