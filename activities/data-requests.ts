import type { Logger } from 'pino';
import { accountRef, householdRef } from '../domain/access/disclosure.ts';
import { certificationPlace, type CertificationRecord } from '../models/certification.ts';
import { complaintPlace, type ComplaintRecord } from '../models/complaint.ts';
import { scoreName } from '../domain/score/merits.ts';
import type { HouseholdPersonal } from '../domain/household/household.ts';
import type { Crypto, Sealed } from '../infra/crypto/index.ts';
import type { AccountPersonal } from '../models/account.ts';
import { archivePlace, type DataRequestRecord } from '../models/data-request.ts';
import { householdPlace } from '../models/household.ts';
import type { Models } from '../models/index.ts';
import { inTransaction } from '../models/transaction.ts';

/** Carries out what people asked about their own data: copies at once, erasures on their day. */

export interface DataRequestDeps {
  readonly models: Models;
  readonly crypto: Crypto;
  readonly log: Pick<Logger, 'warn'>;
}

/** MongoDB takes 16 MiB per document; more than this nobody has. */
const MOST_RECORDS = 5000;
const LIMIT = { maxTimeMS: 10_000 };

export function createDataRequestSweep({ models, crypto, log }: DataRequestDeps) {
  const { dataRequests, erasures, db } = models;

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
    await inTransaction(db, (session) => erasures.erase(request, now, session));
    await models.sessions.revokeAll(request.accountId, 'erased', now);
    await dataRequests.move(request._id, 'waiting', { stage: 'done', blockedBy: null, doneAt: now, doneBy: 'sweeper' });
    await models.audit.append({
      action: 'data.erasure.execute',
      at: now,
      accountId: null,
      actor: null,
      target: { erasureId: request._id },
      requestId: request._id,
      status: 200,
      persons: [accountRef(request.accountId)],
      purpose: 'operations',
    });
    return 1;
  }

  /** All that is kept about him and, as far as it is his, about his household. Marks for searching are no data. */
  async function everythingOf({ accountId, householdId }: DataRequestRecord): Promise<object> {
    const list = <T extends object>(collection: string, filter: object, hide: readonly string[] = []): Promise<T[]> =>
      db
        .collection(collection)
        .find(filter, { ...LIMIT, projection: Object.fromEntries(hide.map((field) => [field, 0])) })
        .limit(MOST_RECORDS)
        .toArray() as unknown as Promise<T[]>;
    const account = await models.accounts.find(accountId);
    if (account === null) throw new Error('no such account');
    const { sealed, phoneIndex: _p, idNumberIndex: _i, passwordHash: _w, epoch: _e, ...known } = account;
    const place = { collection: 'accounts', id: accountId, field: 'sealed' };
    const household = householdId === null ? null : await householdOf(householdId);
    const own = { $or: [{ publisherId: accountId }, ...(householdId === null ? [] : [{ householdId }])] };
    const concerned = householdId === null ? [] : [{ householdId }];
    const rated = { $or: [{ raterId: accountId }, { donorId: accountId }, ...concerned] };
    const complained = { $or: [{ complainantId: accountId }, ...concerned] };
    const persons = [accountRef(accountId), ...(householdId === null ? [] : [householdRef(householdId)])];
    const ofHousehold = householdId === null ? [] : [scoreName({ kind: 'household', id: householdId })];
    const scores = [
      ...(['donor', 'reviewer'] as const).map((kind) => scoreName({ kind, id: accountId })),
      ...ofHousehold,
    ];
    return {
      madeAt: new Date().toISOString(),
      account: { ...known, ...crypto.fields.open<AccountPersonal>(place, sealed as Sealed) },
      household,
      needs: await list('needs', own, ['searchTerms']),
      revisions: await list('revisions', { createdBy: accountId }, ['searchTerms']),
      pledges: await list('pledges', { donorId: accountId }),
      donorRecord: await list('donors', { _id: accountId }),
      applications: await list('applications', { applicantId: accountId }),
      certifications: (await list<CertificationRecord>('certifications', { applicantId: accountId })).map((record) =>
        opened(record, certificationPlace),
      ),
      complaints: (await list<ComplaintRecord>('complaints', complained, ['accusedIds'])).map((record) =>
        opened(record, complaintPlace),
      ),
      offers: await list('offers', { donorId: accountId }),
      feedback: await list('feedback', { authorId: accountId }, ['takenDown']),
      ratings: await list('ratings', rated, ['commandId', 'raterId']),
      scores: await list('scoreEntries', { score: { $in: scores } }),
      photos: await list('photos', { uploadedBy: accountId }, ['hashes', 'bands', 'sha256']),
      recordings: await list('recordings', { $or: [{ uploadedBy: accountId }, ...concerned] }, [
        'uploadedBy',
        'sha256',
        'keyId',
        'key',
      ]),
      messages: await list('inbox', { accountId }),
      textMessagesWanted: await models.sms.wanted([account.phoneIndex]),
      words: await list('commands', { 'actor.id': accountId, note: { $type: 'string' } }, ['bodyHash', 'start']),
      sessions: await list('sessions', { accountId }, ['device']),
      readBy: await list('audit', { persons: { $in: persons }, accountId: { $ne: accountId } }, [
        'accountId',
        'requestId',
        'actor.id',
      ]),
    };
  }

  /** In his own words again. */
  function opened({ sealed, ...known }: ComplaintRecord | CertificationRecord, placeOf: typeof complaintPlace): object {
    const words = sealed === null ? {} : crypto.fields.open<object>(placeOf(known._id), sealed as Sealed);
    return { ...known, ...words };
  }

  async function householdOf(householdId: string): Promise<object | null> {
    const household = await models.households.find(householdId);
    if (household === null || household.erasedAt !== null) return null;
    const { sealed, idIndexes: _i, phoneIndex: _p, helperPhoneIndex: _h, rowHash: _r, ...known } = household;
    return { ...known, people: crypto.fields.open<HouseholdPersonal>(householdPlace(householdId), sealed) };
  }
}
