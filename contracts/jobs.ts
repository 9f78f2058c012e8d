/**
 * What waits in the queues. Ids only: whoever carries a job out reads the record itself, so a job that is late, or comes
 * twice, never acts on old data, and no personal data lies in Redis.
 */

/** One queue per kind of work, so that a flood of one kind delays no other. */
export const QUEUE_NAMES = [
  'notifications',
  'statistics',
  'scores',
  'imports',
  'policyRuns',
  'sms',
  'maintenance',
] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** An event of a case happened (`_id` in the collection `events`). */
export interface EventJob {
  readonly eventId: string;
}

/** A register import waits to be carried out (`_id` in the collection `imports`). */
export interface ImportJob {
  readonly importId: string;
}

/** A what-if, or a migration of running cases, waits to be carried out (`_id` in the collection `policyRuns`). */
export interface PolicyRunJob {
  readonly runId: string;
}

/** A text message waits to be sent (`_id` in the collection `smsMessages`). */
export interface SmsJob {
  readonly smsId: string;
}

/** Rounds of the sweeper that take their time. `pending` is not among them: it must not wait for Redis. */
export const MAINTENANCE_STEPS = [
  'oldCases',
  'lostWorkflows',
  'lostRecords',
  'expiredDrafts',
  'orphanedPhotos',
  'lostImports',
  'checkpoint',
  'lostPolicyRuns',
  'retention',
  'dataRequests',
  'lostSms',
  'secondLooks',
] as const;
export type MaintenanceStep = (typeof MAINTENANCE_STEPS)[number];

export interface MaintenanceJob {
  readonly step: MaintenanceStep;
}

/** How far something is that a job carries out for somebody. */
export const RUN_STATUSES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export interface JobData {
  notifications: EventJob;
  statistics: EventJob;
  scores: EventJob;
  imports: ImportJob;
  policyRuns: PolicyRunJob;
  sms: SmsJob;
  maintenance: MaintenanceJob;
}

/** An event as the relay passes it on. */
export interface EventRef {
  readonly id: string;
  readonly type: string;
  /** Its link in the hash chain: two histories of one case (a restored backup) never share a job id. */
  readonly hash: string;
}

/** Job ids may hold no colon. While a job is kept, a second one with its id is ignored. */
export const eventJobId = ({ id, hash }: EventRef): string => `${id.replaceAll(':', '-')}-${hash.slice(0, 8)}`;
export const policyRunJobId = (runId: string): string => `policyrun-${runId}`;
export const smsJobId = (smsId: string): string => `sms-${smsId.replaceAll(':', '-')}`;
export const importJobId = (importId: string): string => `import-${importId}`;
