import mongoose from 'mongoose';

const { MongoNetworkError, MongoServerSelectionError, MongoOperationTimeoutError, MongoNotConnectedError } =
  mongoose.mongo;
const AWAY = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoOperationTimeoutError,
  MongoNotConnectedError,
] as const;
/** Stepping down, shutting down, recovering: the server is there and cannot serve. */
const AWAY_CODES = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);

/** True for an error that says nothing about the job, only that MongoDB is not there. */
export function isMongoAway(error: unknown): boolean {
  if (AWAY.some((kind) => error instanceof kind)) return true;
  return error instanceof mongoose.mongo.MongoServerError && AWAY_CODES.has(Number(error.code));
}
