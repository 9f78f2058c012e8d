import { Schema } from 'mongoose';
import type { Authority } from '../domain/reviewed/types.ts';

/** What the records of all reviewed cases have; each kind adds who asked, for what, and his words. */
export interface ReviewedRecord<Stage extends string> {
  _id: string;
  rev: number;
  /** Owned by the case, through the recording. */
  stage: Stage;
  seq: number;
  stageSince: Date;
  dueAt: Date | null;
  waitingOn: string;
  /** Whose turn it is; null when nobody decides now. */
  reviewLevel: Authority | null;
  decidedBy: { id: string; level: Authority } | null;
  /** Present until the case has ended. */
  open?: true;
  regionNames: string[];
  policyVersion: string;
  createdAt: Date;
  updatedAt: Date;
}

const required = <T>(type: T) => ({ type, required: true }) as const;

/** The same as a Mongoose schema. */
export const reviewedFields = {
  _id: String,
  rev: required(Number),
  stage: required(String),
  seq: required(Number),
  stageSince: required(Date),
  dueAt: Date,
  waitingOn: String,
  reviewLevel: String,
  decidedBy: Schema.Types.Mixed,
  open: Boolean,
  regionNames: [String],
  policyVersion: required(String),
  createdAt: required(Date),
  updatedAt: required(Date),
} as const;

/** A record whose case is about to begin. */
export const newReviewed = (_id: string, now: number, policyVersion: string) => ({
  ...{ _id, rev: 1, stage: 'draft' as const, seq: 0, stageSince: new Date(now), dueAt: null, waitingOn: 'system' },
  ...{ reviewLevel: null, decidedBy: null, open: true as const, policyVersion },
  ...{ createdAt: new Date(now), updatedAt: new Date(now) },
});
