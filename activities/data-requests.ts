import type { Logger } from 'pino';
import { accountRef, householdRef } from '../domain/access/disclosure.ts';
import type { Crypto } from '../infra/crypto/index.ts';
import { archivePlace, type DataRequestRecord } from '../models/data-request.ts';
import type { Models } from '../models/index.ts';
import { createDataCopy } from './data-copy.ts';

/** Carries out what people asked about their own data: copies at once, erasures on their day. */

export interface DataRequestDeps {
  readonly models: Models;
  readonly crypto: Crypto;
  readonly log: Pick<Logger, 'warn'>;
}

export function createDataRequestSweep({ models, crypto, log }: DataRequestDeps) {
  const { dataRequests, erasures } = models;
  const everythingOf = createDataCopy({ models, crypto });

  /** @returns how many requests were carried out */
  return async function carryOut(now = new Date()): Promise<number> {
    let done = 0;
    for (const request of await dataRequests.queuedExports()) done += await makeCopy(request, now);
    for (const request of await dataRequests.dueErasures(now)) done += await erase(request, now);
    return done;
  };

  async function makeCopy(request: DataRequestRecord, now: Date): Promise<number> {
    try {
      const archive = crypto.fields.seal(archivePlace(request._id), await everythingOf(request));
      await dataRequests.move(request._id, 'queued', { stage: 'ready', archive, doneAt: now, doneBy: 'sweeper' });
    } catch (err) {
      log.warn({ err, requestId: request._id }, 'a copy of somebody’s data could not be made');
      await dataRequests.move(request._id, 'queued', { stage: 'failed', doneAt: now, doneBy: 'sweeper' });
    }
    return 1;
  }

  /** What has begun meanwhile must end first; the request waits and tells why. */
  async function erase(request: DataRequestRecord, now: Date): Promise<number> {
    const blockedBy = await erasures.blockers(request);
    if (blockedBy !== null) {
      await dataRequests.move(request._id, 'waiting', { stage: 'waiting', blockedBy });
      return 0;
    }
    if (!(await erasures.carryOut(request, { doneBy: 'sweeper' }, now))) return 0;
    await models.sessions.revokeAll(request.accountId, 'erased', now);
    await models.audit.append({
      action: 'data.erasure.execute',
      at: now,
      accountId: null,
      actor: null,
      target: { erasureId: request._id },
      requestId: request._id,
      status: 200,
      persons: [
        accountRef(request.accountId),
        ...(request.householdId === null ? [] : [householdRef(request.householdId)]),
      ],
      purpose: 'operations',
    });
    return 1;
  }
}
