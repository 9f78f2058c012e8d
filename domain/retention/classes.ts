import { SMS_RETENTION } from './sms.ts';
import type { Retention } from './types.ts';

/**
 * How long each collection keeps what, and what erasing a person does to it. Every collection has its entry (a test
 * compares); the sweeper carries out `ends`, an erasure carries out `erase`. Days are in data/retention.json.
 */

/** What stands where words or a name were. */
export const GONE_WORDS = '（内容已删除）';
export const GONE_NAME = '已注销';

const ENDED_NEED = ['closed', 'withdrawn', 'cancelled'];
const NEED_WORDS = { title: GONE_WORDS, details: '', searchTerms: [], photos: [] } as const;

/** Said so that an index can hold those records alone which still have something to lose. */
const WORDS = { $gt: '' };
const ANYTHING = { $gt: {} };

const technical: Retention = { class: 'technical' };

export const RETENTION: { readonly [collection: string]: Retention } = {
  accounts: { class: 'personal', kept: '账号编号（不含姓名、电话和证件号），用于保证历史记录可以核对' },
  households: { class: 'personal', kept: '户号和所在村（不含家庭成员信息），用于帮扶统计' },
  applications: {
    class: 'timed',
    ends: [{ after: 'applications', since: 'updatedAt', where: { statement: WORDS }, how: { set: { statement: '' } } }],
    erase: [{ of: 'account', by: 'applicantId', how: { set: { statement: '' } } }],
  },
  // With the seal goes the key that opened it.
  certifications: {
    class: 'timed',
    kept: '实名认证申请的办理级别和结果（不含文字和证件照片），用于监督检查',
    ends: [
      {
        after: 'papers',
        since: 'updatedAt',
        where: { stage: ['approved', 'refused', 'withdrawn', 'cancelled'], sealed: ANYTHING },
        how: { set: { sealed: null, photos: [] } },
        photos: true,
      },
    ],
    erase: [{ of: 'account', by: 'applicantId', how: { set: { sealed: null, photos: [] } }, photos: true }],
  },
  complaints: {
    class: 'timed',
    kept: '投诉的类别、办理级别和结果（不含文字和照片），用于监督检查',
    ends: [
      {
        after: 'words',
        since: 'updatedAt',
        where: { stage: ['closed', 'withdrawn', 'cancelled'], sealed: ANYTHING },
        how: { set: { sealed: null, photos: [] } },
        photos: true,
      },
    ],
    erase: [
      { of: 'account', by: 'complainantId', how: { set: { sealed: null, photos: [] } }, photos: true },
      { of: 'household', by: 'householdId', how: { set: { sealed: null, photos: [] } }, photos: true },
    ],
  },
  follows: { class: 'personal', erase: [{ of: 'account', by: 'accountId', how: 'delete' }] },
  news: {
    class: 'timed',
    ends: [{ after: 'words', since: 'at', how: 'delete', photos: true }],
    erase: [
      { of: 'account', by: 'authorId', how: 'delete', photos: true },
      { of: 'household', by: 'householdId', how: 'delete', photos: true },
    ],
  },
  feedback: {
    class: 'timed',
    ends: [{ after: 'words', since: 'at', how: 'delete', photos: true }],
    erase: [
      { of: 'account', by: 'authorId', how: 'delete', photos: true },
      { of: 'household', by: 'householdId', how: 'delete', photos: true },
    ],
  },
  outcomeChecks: {
    class: 'timed',
    kept: '回访抽查的结果（不含姓名和文字），用于评价帮扶成效',
    ends: [
      {
        after: 'words',
        since: 'createdAt',
        where: { title: WORDS },
        how: { set: { title: '', recipientPublicName: GONE_NAME, text: null } },
      },
    ],
    erase: [
      {
        of: 'household',
        by: 'householdId',
        how: { set: { title: GONE_WORDS, recipientPublicName: GONE_NAME, text: null } },
      },
    ],
  },
  sessions: { class: 'timed', expires: true, erase: [{ of: 'account', by: 'accountId', how: 'delete' }] },
  // Sealed answers, gone within a day.
  idempotency: { class: 'timed', expires: true },
  inbox: {
    class: 'timed',
    ends: [{ after: 'inbox', since: 'at', how: 'delete' }],
    erase: [
      { of: 'account', by: 'accountId', how: 'delete' },
      // What others were told of his cases: a need's title, and why somebody decided as he did.
      ...(['account', 'household'] as const).map((of) => ({ of, by: '_id', how: { set: { text: GONE_WORDS } } })),
    ],
  },
  audit: {
    class: 'timed',
    kept: '查阅个人信息的记录（只含编号），法律要求至少保存三年',
    ends: [{ after: 'audit', since: 'at', how: 'delete' }],
  },
  needs: {
    class: 'personal',
    kept: '求助的类别、金额、地区和办理结果（不含姓名和文字内容），用于帮扶资金和物资的核查',
    ends: [
      {
        after: 'words',
        since: 'updatedAt',
        where: { stage: ENDED_NEED, details: WORDS },
        how: { set: { details: '', consent: null, payee: null, dismissed: [], photos: [] } },
        photos: true,
      },
    ],
    erase: [
      {
        of: 'household',
        by: 'householdId',
        how: {
          set: {
            ...NEED_WORDS,
            ...{ consent: null, payee: null, arrangement: null, dismissed: [], recipientPublicName: GONE_NAME },
          },
        },
        photos: true,
      },
    ],
  },
  endorsements: {
    class: 'timed',
    ends: [
      {
        after: 'words',
        since: 'createdAt',
        where: { text: WORDS },
        how: { set: { text: '', photos: [] } },
        photos: true,
      },
    ],
    erase: [
      { of: 'account', by: 'accountId', how: 'delete', photos: true },
      { of: 'household', by: 'needId', how: 'delete', photos: true },
    ],
  },
  revisions: {
    class: 'timed',
    ends: [
      {
        after: 'words',
        since: 'createdAt',
        where: { details: WORDS },
        how: { set: { details: '', photos: [], payee: null } },
      },
    ],
    erase: [{ of: 'household', by: 'needId', how: { set: { ...NEED_WORDS, payee: null } } }],
  },
  rechecks: {
    class: 'timed',
    ends: [
      {
        after: 'words',
        since: 'createdAt',
        where: { details: WORDS },
        how: { set: { details: '', photos: [], reason: null } },
      },
    ],
    erase: [{ of: 'household', by: 'householdId', how: { set: { title: GONE_WORDS, details: '', photos: [] } } }],
  },
  pledges: {
    class: 'personal',
    kept: '捐助的物品数量和结果（不含姓名），用于捐赠核查',
    ends: [
      {
        after: 'words',
        since: 'updatedAt',
        where: { shipment: ANYTHING, stage: ['received', 'released', 'failed'] },
        how: { set: { shipment: null } },
      },
      // Whoever was there to receive it is in the picture.
      {
        after: 'words',
        since: 'updatedAt',
        where: { receiptPhotoId: WORDS, stage: ['received', 'failed'] },
        how: { set: { receiptPhotoId: null } },
        photos: true,
      },
    ],
    erase: [
      { of: 'account', by: 'donorId', how: { set: { shipment: null } } },
      {
        of: 'household',
        by: 'needId',
        how: { set: { needTitle: GONE_WORDS, shipment: null, receiptPhotoId: null } },
        photos: true,
      },
    ],
  },
  handovers: {
    class: 'timed',
    ends: [{ after: 'words', since: 'updatedAt', where: { reason: WORDS }, how: { set: { reason: '' } } }],
    erase: [
      { of: 'account', by: 'giverId', how: { set: { giverName: GONE_NAME, reason: '' } } },
      { of: 'account', by: 'receiverId', how: { set: { receiverName: GONE_NAME } } },
    ],
  },
  // Reasons and notes in people's words; the command itself stays, by ids.
  commands: {
    class: 'publicRecord',
    ends: [
      {
        after: 'words',
        since: 'createdAt',
        where: { note: { $type: 'string' } },
        how: { set: { note: GONE_WORDS, bodyHash: '' } },
      },
    ],
    erase: [
      {
        of: 'account',
        by: 'actor.id',
        where: { note: { $type: 'string' } },
        how: { set: { note: GONE_WORDS, bodyHash: '' } },
      },
      // What others wrote about him, and about the household's needs and what was given to it.
      ...(['account', 'household'] as const).map((of) => ({
        of,
        by: 'caseId',
        where: { note: { $type: 'string' } },
        how: { set: { note: GONE_WORDS, bodyHash: '' } },
      })),
    ],
  },
  offers: {
    class: 'personal',
    kept: '捐赠意向的类别、数量和结果（不含姓名和文字内容），用于捐赠核查',
    erase: [{ of: 'account', by: 'donorId', how: { set: { donorName: GONE_NAME, itemName: GONE_WORDS } } }],
  },
  matches: { class: 'publicRecord' },
  sponsorships: {
    class: 'publicRecord',
    erase: [{ of: 'account', by: 'donorId', how: { set: { organisation: GONE_NAME } } }],
  },
  sponsorship_chunks: { class: 'publicRecord' },
  events: { class: 'publicRecord', kept: '事项办理过程的记录（只含编号和时间），用于监督，不可更改' },
  cases: { class: 'publicRecord' },
  checkpoints: { class: 'publicRecord' },
  photos: { class: 'personal' },
  // Sealed: without its key nobody hears it. What is left goes with the needs that were posted with it.
  recordings: { class: 'personal', erase: [{ of: 'household', by: 'householdId', how: { set: { key: null } } }] },
  donors: { class: 'publicRecord' },
  ratings: {
    class: 'timed',
    kept: '互评的星级（不含文字），用于评分的核对',
    ends: [{ after: 'words', since: 'at', where: { text: WORDS }, how: { set: { text: '' } } }],
    erase: [
      { of: 'account', by: 'raterId', how: { set: { text: '' } } },
      // What donors said of the household, too.
      { of: 'household', by: 'householdId', how: { set: { text: '' } } },
    ],
  },
  reviewers: { class: 'publicRecord' },
  scores: { class: 'publicRecord', kept: '评分和每一笔分值的来源（只含编号、规则和时间），用于核对和申诉' },
  scoreEntries: { class: 'publicRecord' },
  imports: { class: 'timed', ends: [{ after: 'imports', since: 'createdAt', how: 'delete' }] },
  // Sealed, and deleted with the import's end.
  importFiles: { class: 'timed', expires: true },
  findings: {
    class: 'timed',
    ends: [{ after: 'findings', since: 'seenAt', where: { stage: ['closed', 'cancelled'] }, how: 'delete' }],
  },
  dataRequests: {
    class: 'timed',
    kept: '您的导出和注销申请本身（只含编号）',
    ends: [
      {
        after: 'dataExports',
        since: 'createdAt',
        where: { kind: 'export', stage: ['ready', 'failed'] },
        how: { set: { stage: 'expired', archive: null } },
      },
      { after: 'audit', since: 'createdAt', how: 'delete' },
    ],
    erase: [{ of: 'account', by: 'accountId', how: { set: { archive: null } } }],
  },
  ...SMS_RETENTION,
  impressions: { class: 'technical', expires: true },
  policies: technical,
  policyDrafts: technical,
  policyOverrides: technical,
  policyRuns: technical,
  migrationResults: technical,
  regions: technical,
  settings: technical,
  relayState: technical,
  sweepRounds: technical,
  statistics: technical,
  statisticsCounted: technical,
};

/** What stays after an erasure, in words for the person. */
export const keptAfterErasure = (): string[] =>
  Object.values(RETENTION).flatMap(({ kept }) => (kept === undefined ? [] : [kept]));
