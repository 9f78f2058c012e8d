import { accountRef, householdRef } from '../domain/access/disclosure.ts';
import type { HouseholdPersonal } from '../domain/household/household.ts';
import { scoreName } from '../domain/score/merits.ts';
import { ErasedError, type Crypto, type Sealed } from '../infra/crypto/index.ts';
import type { AccountPersonal, AccountRecord } from '../models/account.ts';
import { certificationPlace } from '../models/certification.ts';
import { complaintPlace } from '../models/complaint.ts';
import type { DataRequestRecord } from '../models/data-request.ts';
import { householdPlace, type HouseholdRecord } from '../models/household.ts';
import type { Models } from '../models/index.ts';
import { inboundSmsPlace, smsPlace } from '../models/sms.ts';
import type { Place } from '../contracts/sealed.ts';

/** Everything that Bangfu has about a person and, as far as it is his, about his household: what his copy holds. */

/** MongoDB takes 16 MiB per document; more than this nobody has. */
const MOST_RECORDS = 5000;
const LIMIT = { maxTimeMS: 10_000 };

/** Under which names somebody stands in the records. */
interface Whose {
  /** His account and his household: one that has no account acts by its own id. */
  readonly ids: readonly string[];
  readonly householdId: string | null;
  readonly needs: readonly string[];
  readonly scores: readonly string[];
  readonly persons: readonly string[];
  readonly phones: readonly string[];
}

interface Copied {
  /** Its name in the copy, where that is not the collection's. */
  readonly as?: string;
  readonly of: (whose: Whose) => object;
  /** Who else it was, and marks for searching: no data of his. */
  readonly hide?: readonly string[];
  /** What is sealed is in his own words again. */
  readonly sealedAt?: (id: string) => Place;
}

const by =
  (...fields: readonly string[]) =>
  ({ ids }: Whose) => ({ $or: fields.map((field) => ({ [field]: { $in: ids } })) });
/** What others wrote or did about his household, too. */
const concerning =
  (field: string) =>
  ({ ids, householdId }: Whose) => ({
    $or: [{ [field]: { $in: ids } }, ...(householdId === null ? [] : [{ householdId }])],
  });
const ofHousehold = ({ householdId }: Whose) => ({ householdId: { $in: householdId === null ? [] : [householdId] } });

/** Collection by collection; a test compares with those that there are. */
export const COPIED: { readonly [collection: string]: Copied | readonly Copied[] } = {
  needs: { of: concerning('publisherId'), hide: ['searchTerms', 'payee.sealed'] },
  revisions: {
    of: ({ ids, needs }) => ({ $or: [{ createdBy: { $in: ids } }, { needId: { $in: needs } }] }),
    hide: ['searchTerms', 'payee.sealed'],
  },
  endorsements: [
    { of: by('accountId') },
    { as: 'vouchedFor', of: ({ needs }) => ({ needId: { $in: needs } }), hide: ['accountId', 'photos'] },
  ],
  pledges: [
    { of: by('donorId') },
    {
      as: 'givenToHousehold',
      of: ({ needs }) => ({ needId: { $in: needs } }),
      hide: ['donorId', 'publisherId', 'marks', 'shipment'],
    },
  ],
  donors: { as: 'donorRecord', of: by('_id') },
  applications: { of: by('applicantId') },
  certifications: { of: by('applicantId'), sealedAt: certificationPlace },
  complaints: { of: concerning('complainantId'), hide: ['accusedIds'], sealedAt: complaintPlace },
  offers: { of: by('donorId') },
  matches: { of: by('donorId') },
  sponsorships: { of: by('donorId') },
  handovers: { of: by('giverId', 'receiverId') },
  follows: { of: by('accountId') },
  news: { of: concerning('authorId'), hide: ['takenDown.by', 'photosHeld.by'] },
  feedback: { of: concerning('authorId'), hide: ['takenDown'] },
  ratings: {
    of: ({ ids, householdId }) => ({
      $or: [{ raterId: { $in: ids } }, { donorId: { $in: ids } }, ...(householdId === null ? [] : [{ householdId }])],
    }),
    hide: ['commandId', 'raterId'],
  },
  outcomeChecks: { of: ofHousehold, hide: ['answeredBy', 'approverIds', 'checkedBy', 'commandId', 'publisherId'] },
  scores: { as: 'scoreSums', of: ({ scores }) => ({ _id: { $in: scores } }) },
  scoreEntries: { as: 'scores', of: ({ scores }) => ({ score: { $in: scores } }) },
  reviewers: { as: 'reviewerRecord', of: by('_id') },
  photos: { of: by('uploadedBy'), hide: ['hashes', 'bands', 'sha256'] },
  recordings: { of: concerning('uploadedBy'), hide: ['uploadedBy', 'sha256', 'keyId', 'key'] },
  inbox: { as: 'messages', of: by('accountId') },
  smsMessages: {
    as: 'textMessages',
    of: ({ phones, householdId }) => ({
      $or: [{ phoneIndex: { $in: phones } }, ...(householdId === null ? [] : [{ householdId }])],
      // Codes are secrets as long as they are good, and nothing afterwards.
      kind: { $ne: 'code' },
    }),
    hide: ['phoneIndex', 'providerId'],
    sealedAt: smsPlace,
  },
  smsInbound: {
    as: 'textsFromYou',
    of: ({ phones }) => ({ phoneIndex: { $in: phones } }),
    hide: ['phoneIndex'],
    sealedAt: inboundSmsPlace,
  },
  smsPreferences: { as: 'textMessagesWanted', of: ({ phones }) => ({ _id: { $in: phones } }), hide: ['_id'] },
  smsConsents: {
    as: 'consentsByCode',
    of: ({ ids, householdId }) => ({
      $or: [{ askedBy: { $in: ids } }, ...(householdId === null ? [] : [{ householdId }])],
    }),
    hide: ['phoneIndex', 'maskedPhone'],
  },
  commands: {
    as: 'words',
    of: ({ ids }) => ({ 'actor.id': { $in: ids }, note: { $type: 'string' } }),
    hide: ['bodyHash', 'start'],
  },
  sessions: { of: by('accountId'), hide: ['device', 'householdPhone'] },
  dataRequests: { as: 'requests', of: by('accountId'), hide: ['archive'] },
  audit: {
    as: 'readBy',
    of: ({ ids, persons }) => ({ persons: { $in: persons }, accountId: { $nin: ids } }),
    hide: ['accountId', 'requestId', 'actor.id'],
  },
};

/** Of what somebody has in others, there is nothing more about him: his record in it, or the work of his office. */
export const NOT_COPIED: { readonly [collection: string]: string } = {
  accounts: 'opened as `account`',
  households: 'opened as `household`',
  rechecks: 'copies of needs, made for who looks at them blind',
  events: 'what happened in his cases: each case shows its own',
  cases: 'the fold of the events',
  importFiles: 'sealed, and gone with the import',
  oneTimeCodes: 'hashes, for minutes',
  smsSandbox: 'not in earnest',
  idempotency: 'answers that he has got, for a day',
  impressions: 'counted per need, of nobody',
  sponsorship_chunks: 'parts of a sponsorship, by ids of needs',
  checkpoints: 'hashes',
  findings: 'about cases',
  imports: 'work of an office: line numbers',
  policyDrafts: 'work of an office',
  policyOverrides: 'rules',
};

interface Deps {
  readonly models: Models;
  readonly crypto: Crypto;
}

export function createDataCopy({ models, crypto }: Deps) {
  const { db } = models;

  return async function everythingOf({ accountId, householdId }: DataRequestRecord): Promise<object> {
    const account = await models.accounts.find(accountId);
    const register = householdId === null ? null : await models.households.find(householdId);
    const household = register?.erasedAt === null ? register : null;
    if (account === null && household === null) throw new Error('nobody has this id');
    const whose = await whoseOf(account, household, accountId);
    const copy: Record<string, unknown> = {
      madeAt: new Date().toISOString(),
      account: account === null ? null : openAccount(account),
      household: household === null ? null : openHousehold(household),
    };
    for (const [collection, kinds] of Object.entries(COPIED)) {
      for (const kind of [kinds].flat()) copy[kind.as ?? collection] = await list(collection, kind, whose);
    }
    return copy;
  };

  async function whoseOf(
    account: AccountRecord | null,
    household: HouseholdRecord | null,
    accountId: string,
  ): Promise<Whose> {
    const householdId = household?._id ?? null;
    const own = { projection: { _id: 1 }, ...LIMIT } as const;
    const needs = householdId === null ? [] : await models.needs.needs.find({ householdId }, own).toArray();
    const home = householdId === null ? [] : [householdId];
    return {
      ids: [...new Set([accountId, ...home])],
      householdId,
      needs: needs.map(({ _id }) => _id),
      scores: [
        ...(['donor', 'reviewer'] as const).map((kind) => scoreName({ kind, id: accountId })),
        ...home.map((id) => scoreName({ kind: 'household', id })),
      ],
      persons: [accountRef(accountId), ...home.map(householdRef)],
      phones: [account?.phoneIndex, household?.phoneIndex].filter((index) => typeof index === 'string'),
    };
  }

  async function list(collection: string, { of, hide = [], sealedAt }: Copied, whose: Whose): Promise<object[]> {
    const records = await db
      .collection<{ _id: string; sealed?: Sealed | null }>(collection)
      .find(of(whose), { ...LIMIT, projection: Object.fromEntries(hide.map((field) => [field, 0])) })
      .limit(MOST_RECORDS)
      .toArray();
    if (sealedAt === undefined) return records;
    return records.map(({ sealed, ...known }) => ({ ...known, ...words(sealed ?? null, sealedAt(known._id)) }));
  }

  /** Nothing once they are gone with their key. */
  function words(sealed: Sealed | null, place: Place): object {
    if (sealed === null) return {};
    try {
      return crypto.fields.open<object>(place, sealed);
    } catch (error) {
      if (error instanceof ErasedError) return {};
      throw error;
    }
  }

  function openAccount({ sealed, ...record }: AccountRecord): object {
    const { phoneIndex: _p, idNumberIndex: _i, passwordHash: _w, epoch: _e, ...known } = record;
    const place = { collection: 'accounts', id: record._id, field: 'sealed' };
    return { ...known, ...crypto.fields.open<AccountPersonal>(place, sealed as Sealed) };
  }

  function openHousehold({ sealed, ...record }: HouseholdRecord): object {
    const { idIndexes: _i, phoneIndex: _p, helperPhoneIndex: _h, addressIndex: _a, rowHash: _r, ...known } = record;
    return { ...known, people: crypto.fields.open<HouseholdPersonal>(householdPlace(record._id), sealed) };
  }
}
