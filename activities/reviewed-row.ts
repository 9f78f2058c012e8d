import type { ReviewedState } from '../domain/reviewed/types.ts';
import type { CaseState } from '../domain/kernel/types.ts';
import type { CaseRecord } from '../models/case.ts';

/** What a read model takes over from its case's record. */
export const caseRow = <S extends CaseState>(
  { seq, stageSince, dueAt, waitingOn, updatedAt }: CaseRecord,
  { stage }: S,
) => ({ stage: stage as S['stage'], seq, stageSince, dueAt, waitingOn, updatedAt });

/** The same of a reviewed case. */
export const reviewedRow = <S extends ReviewedState>(record: CaseRecord, state: S) => ({
  ...caseRow(record, state),
  reviewLevel: state.review?.level ?? null,
  decidedBy: state.decidedBy,
});

/** An ended case is nobody's open one any more. */
export const openedOrEnded = ({ terminal }: CaseRecord) => ({
  ...(terminal && { $unset: { open: '' as const } }),
  $inc: { rev: 1 },
});
