import type { ClientSession, Connection } from 'mongoose';
import { erased, type Sealed } from '../contracts/sealed.ts';
import { CASES_ABOUT } from '../domain/retention/cases.ts';
import { GONE_NAME, RETENTION } from '../domain/retention/classes.ts';
import type { Erasure } from '../domain/retention/types.ts';
import { accountRepository } from './account.ts';
import { applicationRepository } from './application.ts';
import { certificationRepository } from './certification.ts';
import { complaintRepository } from './complaint.ts';
import { dataRequestRepository, type DataRequestRecord } from './data-request.ts';
import { endorsementRepository } from './endorsement.ts';
import { householdRepository } from './household.ts';
import { needRepository } from './need.ts';
import { offerRepository } from './offer.ts';
import { photoRepository } from './photo.ts';
import { recordingRepository } from './recording.ts';
import { pledgeRepository } from './pledge.ts';
import { sponsorshipRepository } from './sponsorship.ts';
import { inTransaction } from './transaction.ts';

/** Erasing a person: the data keys are destroyed, so that no backup brings the data back; ids stay where they stood. */

/** Whose data: the account's, and when asked for, that of its whole household. */
export interface Subject {
  readonly accountId: string;
  readonly householdId: string | null;
}

/** What must end before: somebody relies on it. */
export interface Blockers {
  readonly openNeeds: number;
  /** Sponsorships among them. */
  readonly openPledges: number;
  /** For an office, or for a certification. */
  readonly openApplications: number;
  /** Somebody works at them, and could read nothing any more. */
  readonly openComplaints: number;
  /** Offices must be given back or withdrawn first. */
  readonly offices: number;
}

const ENDED_NEEDS = ['closed', 'withdrawn', 'cancelled'] as const;
/** A draft that was not submitted goes with its owner. */
const OPEN_NEED = {
  $or: [{ stage: { $nin: [...ENDED_NEEDS, 'draft'] } }, { stage: 'draft', submittedAt: { $ne: null } }],
} as const;
const ENDED_PLEDGES = ['received', 'released', 'failed'] as const;
const ENDED_SPONSORSHIPS = ['completed', 'stopped', 'refused', 'withdrawn', 'cancelled'] as const;
const PRIVATE_ROLES = ['donor', 'household', 'person'];
const LIMIT = { maxTimeMS: 3000 };

/** Under which he, and his household where it goes too, stands in the records. */
const namesOf = ({ accountId, householdId }: Subject): string[] =>
  householdId === null ? [accountId] : [accountId, householdId];

/** A list as a value means any of its members. */
export const whereOf = (where: { readonly [field: string]: unknown }): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(where).map(([field, value]) => [field, Array.isArray(value) ? { $in: value } : value]),
  );

export function erasureRepository(db: Connection) {
  const { accounts } = accountRepository(db);
  const { households } = householdRepository(db);
  const { needs } = needRepository(db);
  const { pledges } = pledgeRepository(db);
  const photos = photoRepository(db);
  const recordings = recordingRepository(db);
  const { offers } = offerRepository(db);
  const { sponsorships } = sponsorshipRepository(db);
  const { applications } = applicationRepository(db);
  const { certifications } = certificationRepository(db);
  const { complaints } = complaintRepository(db);
  const { endorsements } = endorsementRepository(db);
  const { move } = dataRequestRepository(db);

  async function openOf(donorId: string): Promise<number> {
    const [held, offered, sponsored] = await Promise.all([
      pledges.countDocuments({ donorId, stage: { $nin: [...ENDED_PLEDGES] } }, LIMIT),
      offers.countDocuments({ donorId, open: true }, LIMIT),
      sponsorships.countDocuments({ donorId, stage: { $nin: [...ENDED_SPONSORSHIPS] } }, LIMIT),
    ]);
    return held + offered + sponsored;
  }

  async function askedOf(applicantId: string): Promise<number> {
    const [offices, papers] = await Promise.all([
      applications.countDocuments({ applicantId, open: true }, LIMIT),
      certifications.countDocuments({ applicantId, open: true }, LIMIT),
    ]);
    return offices + papers;
  }

  const concerned = ({ accountId, householdId }: Subject) => ({
    $or: [{ publisherId: accountId }, ...(householdId === null ? [] : [{ householdId }])],
  });

  return {
    /** Null when nothing stands in the way. */
    async blockers(subject: Subject): Promise<Blockers | null> {
      const { accountId } = subject;
      const complainantId = { $in: namesOf(subject) };
      const [account, openNeeds, openPledges, openApplications, openComplaints] = await Promise.all([
        accounts.findOne({ _id: accountId }, { ...LIMIT, projection: { grants: 1 } }),
        needs.countDocuments({ $and: [concerned(subject), OPEN_NEED] as never }, LIMIT),
        openOf(accountId),
        askedOf(accountId),
        complaints.countDocuments({ complainantId, open: true }, LIMIT),
      ]);
      const offices = (account?.grants ?? []).filter(({ role }) => !PRIVATE_ROLES.includes(role)).length;
      const found = { openNeeds, openPledges, openApplications, openComplaints, offices };
      return Object.values(found).some((n) => n > 0) ? found : null;
    },

    /** With the end of its request: nobody is erased who has just changed his mind. @returns false then */
    carryOut: (
      request: DataRequestRecord,
      by: { readonly doneBy: string; readonly reason?: string },
      now: Date,
    ): Promise<boolean> =>
      inTransaction(db, async (session) => {
        const done = { stage: 'done' as const, blockedBy: null, doneAt: now, ...by };
        if (!(await move(request._id, 'waiting', done, session))) return false;
        await erase(request, now, session);
        return true;
      }),
  };

  /** All of it or nothing. Running it again changes nothing. */
  async function erase(subject: Subject, now: Date, session: ClientSession): Promise<void> {
    const phones = await phonesOf(subject, session);
    await eraseAccount(subject.accountId, now, session);
    if (subject.householdId !== null) await eraseHousehold(subject.householdId, now, session);
    const drafts = { $and: [concerned(subject), { stage: 'draft' as const, seq: 0, submittedAt: null }] };
    await needs.deleteMany(drafts, { session });
    const freed = await nobodys(phones, session);
    for (const [collection, { erase = [] }] of Object.entries(RETENTION)) {
      for (const rule of erase) await eraseFrom(collection, rule, { ...subject, freed }, now, session);
    }
  }

  /** Of the account and, when it goes too, of its household. */
  async function phonesOf({ accountId, householdId }: Subject, session: ClientSession): Promise<string[]> {
    const [account, household] = [
      await accounts.findOne({ _id: accountId }, { session, projection: { phoneIndex: 1 } }),
      await households.findOne({ _id: householdId ?? '' }, { session, projection: { phoneIndex: 1 } }),
    ];
    return [account?.phoneIndex, household?.phoneIndex].filter((index): index is string => typeof index === 'string');
  }

  /** Those that no account and no household has any more: what one of them still has goes on speaking for him. */
  async function nobodys(phones: readonly string[], session: ClientSession): Promise<string[]> {
    const having = { phoneIndex: { $in: [...phones] } };
    const holders = [
      ...(await accounts.find(having, { session, projection: { phoneIndex: 1 } }).toArray()),
      ...(await households.find(having, { session, projection: { phoneIndex: 1 } }).toArray()),
    ];
    return phones.filter((index) => !holders.some(({ phoneIndex }) => phoneIndex === index));
  }

  async function eraseAccount(_id: string, now: Date, session: ClientSession): Promise<void> {
    const account = await accounts.findOne({ _id }, { session });
    if (account === null) return;
    const $set = {
      // Unique, and the same for nobody: the number may be registered anew.
      phoneIndex: `erased:${_id}`,
      sealed: erased(account.sealed as Sealed),
      maskedPhone: '',
      publicName: GONE_NAME,
      passwordHash: '',
      grants: [],
      frozen: { at: now, by: _id, reason: 'erased' },
      homeRegion: null,
      householdId: null,
      updatedAt: now,
    };
    await accounts.updateOne(
      { _id },
      { $set, $unset: { idNumberIndex: '', realName: '', homeSince: '' }, $inc: { epoch: 1, rev: 1 } },
      { session },
    );
    // Who stood in for him does so no longer.
    await accounts.updateMany(
      { 'grants.standsInFor': _id },
      { $pull: { grants: { standsInFor: _id } }, $inc: { rev: 1 } },
      { session },
    );
    // He vouches for nobody any more.
    const vouched = await endorsements.distinct('needId', { accountId: _id }, { session });
    await needs.updateMany({ _id: { $in: vouched } }, { $inc: { endorsements: -1, rev: 1 } }, { session });
    const nobody = { $set: { helperId: null }, $inc: { rev: 1 } };
    await households.updateMany({ helperId: _id }, nobody, { session });
    await needs.updateMany({ helperId: _id }, nobody, { session });
  }

  async function eraseHousehold(_id: string, now: Date, session: ClientSession): Promise<void> {
    const household = await households.findOne({ _id }, { session });
    if (household === null) return;
    const gone = {
      idIndexes: [],
      phoneIndex: null,
      addressIndex: null,
      helperPhoneIndex: null,
      members: [],
      rowHash: null,
      consents: [],
    };
    const $set = { ...gone, sealed: erased(household.sealed), publicName: GONE_NAME, erasedAt: now, updatedAt: now };
    await households.updateOne({ _id }, { $set, $inc: { rev: 1 } }, { session });
    await accounts.updateMany({ householdId: _id }, { $set: { householdId: null }, $inc: { rev: 1 } }, { session });
  }

  async function eraseFrom(
    collection: string,
    { of, by, where = {}, how, photos: withPhotos }: Erasure,
    { accountId, householdId, freed }: Subject & { readonly freed: readonly string[] },
    now: Date,
    session: ClientSession,
  ): Promise<void> {
    if (of === 'household' && householdId === null) return;
    const records = db.collection<{ _id: string }>(collection);
    const his =
      of === 'phone'
        ? { [by]: { $in: [...freed] } }
        : await filterOf(of, of === 'account' ? accountId : (householdId ?? ''), by, session);
    const filter = { ...whereOf(where), ...his };
    if (withPhotos) {
      const found = await records.find(filter, { projection: { _id: 1 }, session }).toArray();
      const ids = found.map(({ _id }) => _id);
      await photos.releaseOf(ids, now, session);
      await recordings.releaseOf(ids, now, session);
    }
    if (how === 'delete') await records.deleteMany(filter, { session });
    else await records.updateMany(filter, { $set: how.set }, { session });
  }

  async function filterOf(
    of: 'account' | 'household',
    who: string,
    by: string,
    session: ClientSession,
  ): Promise<Record<string, unknown>> {
    if (by === 'needId') return { needId: { $in: await needsOf(who, session) } };
    if (by !== 'caseId' && by !== '_id') return { [by]: who };
    const cases = await casesAbout(of, who, session);
    if (cases.length === 0) return { _id: { $in: [] } };
    return {
      $or: cases.map(({ caseType, caseId }) => {
        const name = `${caseType}:${caseId}`;
        return by === 'caseId' ? { caseType, caseId } : { _id: { $gt: `${name}:`, $lt: `${name};` } };
      }),
    };
  }

  async function casesAbout(of: 'account' | 'household', who: string, session: ClientSession) {
    const found: { caseType: string; caseId: string }[] = [];
    for (const { caseType, collection, by } of CASES_ABOUT[of]) {
      const his = by === 'needId' ? { needId: { $in: await needsOf(who, session) } } : { [by]: who };
      const records = db.collection<{ _id: string }>(collection);
      const cases = await records.find(his, { projection: { _id: 1 }, session }).toArray();
      found.push(...cases.map(({ _id: caseId }) => ({ caseType, caseId })));
    }
    return found;
  }

  async function needsOf(householdId: string, session: ClientSession): Promise<string[]> {
    const found = await needs.find({ householdId }, { projection: { _id: 1 }, session }).toArray();
    return found.map(({ _id }) => _id);
  }
}
