/** Where a case stands: what the records of all cases begin with. */
export interface StandingRecord<Stage extends string> {
  _id: string;
  /** Counts every write: the ETag. */
  rev: number;
  /** Owned by the case, through the recording. */
  stage: Stage;
  seq: number;
  stageSince: Date;
  dueAt: Date | null;
  waitingOn: string;
}

const required = <T>(type: T) => ({ type, required: true }) as const;

/** The same as a Mongoose schema. */
export const standingFields = {
  _id: String,
  rev: required(Number),
  stage: required(String),
  seq: required(Number),
  stageSince: required(Date),
  dueAt: Date,
  waitingOn: String,
} as const;

/** Where it stands while its case is about to begin. */
export const newStanding = (_id: string, stageSince: Date) => ({
  _id,
  rev: 1,
  stage: 'draft' as const,
  seq: 0,
  stageSince,
  dueAt: null,
  waitingOn: 'system',
});
