import { Schema } from 'mongoose';
import type { Authority } from '../domain/reviewed/types.ts';
import { newStanding, standingFields, type StandingRecord } from './standing.ts';

/** What the records of all reviewed cases have; each kind adds who asked, for what, and his words. */
export interface ReviewedRecord<Stage extends string> extends StandingRecord<Stage> {
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
  ...standingFields,
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
  ...newStanding(_id, new Date(now)),
  ...{ reviewLevel: null, decidedBy: null, open: true as const, policyVersion },
  ...{ createdAt: new Date(now), updatedAt: new Date(now) },
});
