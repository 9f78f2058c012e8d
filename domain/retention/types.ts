/** How a collection's retention is said. */

export type RetentionClass =
  /** Kept for good: the public record of what was decided, by ids only. */
  | 'publicRecord'
  /** As long as the person or household is with Bangfu; erased on request. */
  | 'personal'
  /** Ends by itself after a time. */
  | 'timed'
  /** What Bangfu needs to work; tells nothing of people. */
  | 'technical';

/** Names of the periods in data/retention.json. */
export type Period = 'audit' | 'inbox' | 'imports' | 'findings' | 'words' | 'applications' | 'papers' | 'dataExports';

type Plain = string | number | boolean | null;
type Condition = Plain | readonly Plain[] | { readonly [key: string]: unknown };

export interface Ending {
  readonly after: Period;
  /** The date it counts from. */
  readonly since: string;
  readonly where?: { readonly [field: string]: Condition };
  /** `delete`, or the fields that lose their words while the record stays. */
  readonly how: 'delete' | { readonly set: { readonly [field: string]: Plain | readonly Plain[] } };
  /** Its photos and recordings are nobody's then, and their files go too. */
  readonly photos?: true;
}

export interface Erasure {
  /** Whose erasure: the account's, that of the whole household, or of their phone numbers, once nobody else here has them. */
  readonly of: 'account' | 'household' | 'phone';
  /**
   * The field that names him. `needId`: any need of the household; `caseId`: any case that is about him (cases.ts); of
   * messages `_id`, which begins with the event of such a case.
   */
  readonly by: string;
  readonly where?: Ending['where'];
  readonly how: Ending['how'];
  readonly photos?: true;
}

export interface Retention {
  readonly class: RetentionClass;
  /** For who asks, in plain Chinese: what is kept and why. Only where something stays after an erasure. */
  readonly kept?: string;
  readonly ends?: readonly Ending[];
  /** A TTL index of MongoDB deletes it. */
  readonly expires?: true;
  readonly erase?: readonly Erasure[];
}
