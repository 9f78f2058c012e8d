/** What the records of all cases have. */
interface CaseRow<Stage extends string> {
  readonly _id: string;
  readonly rev: number;
  readonly seq: number;
  readonly stage: Stage;
  readonly stageSince: Date;
  readonly dueAt: Date | null;
}

/** Where a case stands: the values of `standing` in the contracts. */
export const standingOf = <Stage extends string>(record: CaseRow<Stage>) => ({
  id: record._id,
  rev: record.rev,
  seq: record.seq,
  stage: record.stage,
  stageSince: record.stageSince.toISOString(),
  dueAt: record.dueAt?.toISOString() ?? null,
});
