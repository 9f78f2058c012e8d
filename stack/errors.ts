/** A failure that is the user's to solve: its message is one clear sentence and is shown without a stack trace. */
export class UserFacingError extends Error {
  override name = 'UserFacingError';
}

/** The message of anything thrown, for use inside a sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
