import { readFileSync } from 'node:fs';
import { type Actor, type CalendarData, type JsonObject, SYSTEM } from '../../domain/kernel/types.ts';
import { needDecider } from '../../domain/need/index.ts';
import { RISK_FACTS } from '../../domain/need/risk.ts';
import type { NeedPolicy, NeedSeed, NeedState } from '../../domain/need/types.ts';
import { type Policy, policyOf } from '../../domain/policy.ts';
import * as people from './people.ts';
import { scaledPolicy } from './policies.ts';
import type { RandomCase } from './random-case.ts';

/** Random lives of a need: who probably sends what, sometimes nonsense. */

const read = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../../data/${file}`, import.meta.url), 'utf8')) as T;
const calendar = read<CalendarData>('calendar.json');
const real = ['default', 'demo'].map((name) => policyOf(read<Policy>(`policies/${name}.json`), 'need'));
/** Lifetimes of a day, so that they end while donors are still busy. */
const hasty = real.map((p): NeedPolicy => ({
  ...p,
  twoReviewersAboveFen: 45_000,
  decisionWorkingDays: 4,
  lifetimeDays: { urgent: 1, normal: 1, low: 2 },
  extensionDays: 1,
  widenDays: { urgent: 0.3, normal: 0.3, low: 0.3 },
}));
/** As it was before a need was shown step by step, and as it will be when money can be paid. */
const older = real.map((p): NeedPolicy => ({ ...p, widenDays: undefined, moneyHeldDays: undefined }));
const policies = [...real, ...hasty, ...older];

const { CADRES, DONOR, NEIGHBOUR, OPERATOR, PUBLISHER, RECIPIENT } = people;
const actors: Actor[] = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');

const lines = [
  { id: 'l1', quantity: 2, unitPriceFen: 12_000 },
  { id: 'l2', quantity: 1, unitPriceFen: 30_000 },
];
const seedOf = (choice: number): NeedSeed => ({
  publisherId: choice % 3 === 0 ? 'village-cadre' : PUBLISHER.id,
  householdId: 'household-1',
  publisherIsVillageCadre: choice % 3 === 0,
  regionPath: people.REGION_PATH,
  ...(choice % 5 === 0 && { pairedRegion: '3607' }),
  category: 'goods.bedding.quilt',
  ...(choice % 4 < 2 && { kind: choice % 4 === 0 ? ('money' as const) : ('service' as const) }),
  urgency: (['urgent', 'normal', 'low'] as const)[choice % 3] ?? 'low',
  revisionId: 'r1',
  lines,
  amountFen: choice % 2 === 0 ? 54_000 : 40_000,
  ...(choice % 4 === 1 && { categoryPath: ['medical', 'mobility-aids', 'wheelchair'] }),
});

function sender(command: string, state: NeedState, pick: (below: number) => number): Actor | null {
  const publisher: Actor = { id: state.publisherId, role: 'person' };
  const by: Record<string, Actor | null> = {
    screened: SYSTEM,
    reroute: SYSTEM,
    reportTally: SYSTEM,
    park: SYSTEM,
    advise: state.review === null ? null : CADRES[state.review.level],
    submit: publisher,
    resubmit: pickOf([publisher, RECIPIENT], pick),
    edit: publisher,
    renew: publisher,
    challenge: pickOf([DONOR, NEIGHBOUR, CADRES.province], pick),
    dismiss: triager(state),
    uphold: triager(state),
    accept: aidUnit(state),
    resolve: aidUnit(state),
    pin: pick(2) === 0 ? CADRES.county : OPERATOR,
    unpin: CADRES.county,
    pause: pick(2) === 0 ? publisher : CADRES.township,
    unpause: pick(2) === 0 ? publisher : CADRES.village,
    closeEarly: publisher,
    addPhotos: publisher,
    listHidden: SYSTEM,
    keepPhotos: CADRES.village,
    removePhotos: CADRES.township,
    giveConsent: RECIPIENT,
    recordPreview: pick(2) === 0 ? CADRES.village : CADRES.township,
    revokeConsent: RECIPIENT,
    restore: CADRES.county,
    openWithheld: OPERATOR,
    takeDown: pick(2) === 0 ? CADRES.county : OPERATOR,
    revoke: state.approver === null ? null : { id: state.approver.id, role: 'cadre' },
  };
  if (command in by) return by[command] ?? null;
  if (['approve', 'return', 'refuse', 'transfer', 'escalate', 'take', 'letGo'].includes(command)) {
    const cadre = reviewer(state);
    // Now and then he whose decision is looked at again tries in another office of his.
    const before = state.review?.of === 'appeal' ? state.decidedBy?.id : state.approver?.id;
    if (cadre !== null && before !== undefined && pick(6) === 0) return { ...cadre, id: before };
    return cadre === null || pick(3) > 0 ? cadre : { ...cadre, id: `${cadre.id}-${pick(2)}` };
  }
  if (['accept', 'resolve', 'resume', 'retry', 'skip', 'cancel', 'reassign'].includes(command)) return OPERATOR;
  return pick(2) === 0 ? RECIPIENT : publisher;
}

const aidUnit = ({ handOff }: NeedState): Actor | null =>
  handOff === null ? null : { id: 'unit', role: 'aidUnit', regionCode: CADRES[handOff.level].regionCode ?? '' };

const triager = ({ challenge }: NeedState): Actor | null => (challenge === undefined ? null : CADRES[challenge.level]);

function reviewer({ review }: NeedState): Actor | null {
  if (review === null) return null;
  const cadre = CADRES[review.level];
  return review.assigneeId === null ? cadre : { ...cadre, id: review.assigneeId };
}

/** Anything from harmless to alarming; now and then broken. */
const factsOf = (pick: (below: number) => number): JsonObject =>
  pick(30) === 0
    ? { amountFen: -1 }
    : Object.fromEntries(
        RISK_FACTS.map((fact) => [fact, pick(2) === 0 ? 0 : pick(fact.endsWith('Fen') ? 90_000 : 120)]),
      );

const EXTENTS = ['none', 'part', 'all'] as const;
const BOOLS = [true, true, true, false];

function data(command: string, state: NeedState, pick: (below: number) => number): JsonObject {
  if (pick(25) === 0) return { reasonCode: 7, lines: 'x', eligible: [], progress: null, version: -1 };
  const revision = {
    ...{ revisionId: `r${pick(99)}`, lines: lines.slice(pick(2)), amountFen: 10_000 + pick(90_000) },
    ...(pick(4) === 0 && { categoryPath: pick(2) === 0 ? ['medical', 'sense-aids'] : ['goods', 'bedding'] }),
  };
  const eligible = Object.fromEntries(Object.keys(CADRES).map((level) => [level, BOOLS[pick(4)] ?? true]));
  const all: Record<string, JsonObject> = {
    screened:
      pick(4) === 0 ? { eligible } : { eligible, facts: factsOf(pick), reviewers: { village: pick(3), township: 2 } },
    approve:
      pick(9) === 0
        ? { overLimit: pick(3) === 0 ? 7 : { code: 'RECEIVED_LIMIT', receivedFen: 9, limitFen: 5 } }
        : pick(9) === 0
          ? { brokenRules: pick(3) === 0 ? [] : [{ pointer: '/lines', code: 'AMOUNT_OVER_CAP', capFen: 1 }] }
          : pick(6) > 0
            ? pick(3) === 0
              ? { hiddenPhotos: ['p7', 'p8'] }
              : {}
            : { duplicates: ['n1', 'n2'], acknowledged: pick(2) === 0 ? ['n1'] : ['n2', 'n1'] },
    reroute: { eligible, goneId: state.review?.assigneeId ?? state.review?.taken?.by ?? 'cadre-1' },
    reassign: {
      level: pickOf(['village', 'county', 'city'], pick),
      ...(pick(2) === 0 && { toAccountId: `cadre-${pick(3)}` }),
    },
    resubmit: revision,
    edit: revision,
    recordPreview: { revisionId: state.revisionId, photo: 'paper-1', hasPhone: pick(2) === 0 },
    giveConsent: { revisionId: pick(5) > 0 ? state.revisionId : 'r0' },
    transfer: { toAccountId: `cadre-${pick(3)}` },
    advise: { advice: 'approve' },
    resolve: { outcome: 'helpedOtherwise' },
    answer: { question: 1 + pick(3), answer: 'stillUsed' },
    pin: { days: 1 + pick(8) },
    rate: { stars: 1 + pick(5) },
    thank: pick(3) === 0 ? {} : { feedbackId: 'thanks-1', photos: pick(8) === 0 ? ['p1', 'p1'] : ['p1', 'p2'] },
    addPhotos: { photos: ['p1', 'p2', 'p3'].slice(pick(3)) },
    listHidden: { photos: ['h1', 'h2'].slice(pick(2)) },
    keepPhotos: { photos: state.photosToLook?.photos.slice(pick(2)) ?? [] },
    removePhotos: { photos: state.photosToLook?.photos.slice(pick(2)) ?? [], reasonCode: 'childSeen' },
    postNews: { newsId: 'news-1', photos: [] },
    reopen: { lines: [{ lineId: 'l1', quantity: 1 + pick(2) }] },
    park: { reason: 'effect:screen', ...(pick(2) === 0 ? {} : { reaction: { effect: 'screen', args: {} } }) },
    reportTally: {
      version: Math.max(0, state.tallyVersion + pick(4) - 1),
      openPledges: pick(3),
      progress: { committed: pickOf(EXTENTS, pick), sent: pickOf(EXTENTS, pick), received: pickOf(EXTENTS, pick) },
    },
  };
  return all[command] ?? { reasonCode: 'photoUnclear' };
}

const pickOf = <T>(list: readonly [T, ...T[]], pick: (below: number) => number): T =>
  list[pick(list.length)] ?? list[0];

function policyFor(choice: number): NeedPolicy {
  const policy = policies[choice % policies.length];
  if (policy === undefined) throw new Error('no policy');
  return policy;
}

/** Straight to publication. */
function opening(choice: number): NonNullable<RandomCase<NeedState, NeedPolicy>['opening']> {
  const publisher: Actor = { id: seedOf(choice).publisherId, role: 'person' };
  const eligible = Object.fromEntries(Object.keys(CADRES).map((level) => [level, level !== 'village']));
  return [
    { name: 'submit', actor: publisher, data: {} },
    { name: 'screened', actor: SYSTEM, data: { eligible } },
    { name: 'approve', actor: CADRES.township, data: {} },
  ];
}

export const randomNeed = (choice: number): RandomCase<NeedState, NeedPolicy> => ({
  decider: needDecider,
  seed: seedOf(choice) as unknown as JsonObject,
  context: { policy: policyFor(choice), calendar },
  opening: choice % 2 === 0 ? opening(choice) : [],
  actors,
  first: 'draft',
  rare: [
    'cancel',
    'park',
    'withdraw',
    'refuse',
    'return',
    'takeDown',
    'closeEarly',
    'revokeConsent',
    'escalate',
    'transfer',
    'screened',
  ],
  sender,
  data,
  // The version that comes with payments, under which a money need opens.
  migratesTo: ({ moneyHeldDays: _held, ...rest }, pick) =>
    scaledPolicy(rest, [0.5, 1, 2][pick(3)] ?? 1, `other-${pick(1000)}`),
});
