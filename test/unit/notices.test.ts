import { expect } from 'chai';
import fc from 'fast-check';
import { NEED_NOTICES } from '../../domain/notice/need.ts';
import { PLEDGE_NOTICES } from '../../domain/notice/pledge.ts';
import { NOTICES, noticesOf } from '../../domain/notice/notices.ts';
import { ratingNotice } from '../../domain/notice/rating.ts';
import { erasureNotice } from '../../domain/notice/data-request.ts';
import { render, shanghaiTime } from '../../domain/notice/render.ts';
import { TEXTS, type Template } from '../../domain/notice/texts.ts';
import { handoverDecider } from '../../domain/handover/index.ts';
import { initialNeed } from '../../domain/need/evolve.ts';
import type { NeedState, Review } from '../../domain/need/types.ts';
import { applicationDecider } from '../../domain/application/index.ts';
import { findingDecider } from '../../domain/finding/index.ts';
import { certificationDecider } from '../../domain/certification/index.ts';
import { complaintDecider } from '../../domain/complaint/index.ts';
import { offerDecider } from '../../domain/offer/index.ts';
import { sponsorshipDecider } from '../../domain/sponsorship/index.ts';
import { pledgeDecider } from '../../domain/pledge/index.ts';
import { loadReference } from '../../infra/reference.ts';
import { CLOCK, type CaseEvent, type CaseState, type JsonObject } from '../../domain/kernel/types.ts';

const REGION_PATH = ['36', '3607', '360735', '360735100', '360735100223'];
const review: Review = {
  of: 'posting',
  route: ['township'],
  level: 'township',
  since: 0,
  dueAt: Date.UTC(2026, 10, 24, 10),
  assigneeId: null,
  askedBy: null,
  advice: null,
};
const needSeed: JsonObject = {
  publisherId: 'p',
  householdId: 'h',
  publisherIsVillageCadre: false,
  regionPath: REGION_PATH,
  category: 'goods.quilt',
  urgency: 'normal',
  revisionId: 'r',
  lines: [],
  amountFen: 100,
};
const pledgeSeed: JsonObject = {
  ...needSeed,
  needId: 'n',
  donorId: 'd',
  urgency: 2,
  delivery: 'villagePoint',
  marks: [],
};
const needState: NeedState = { ...initialNeed('n', needSeed), review };
const applicationSeed: JsonObject = {
  applicantId: 'a',
  level: 'village',
  regionCode: '360735100223',
  regionPath: REGION_PATH,
};
const complaintSeed: JsonObject = {
  complainantId: 'c',
  about: 'platform',
  subjectId: null,
  accusedIds: [],
  partOf: null,
  regionPath: REGION_PATH,
};
const states: Record<string, CaseState> = {
  need: needState,
  pledge: pledgeDecider.initial('x', pledgeSeed),
  application: applicationDecider.initial('x', applicationSeed),
  certification: certificationDecider.initial('x', applicationSeed),
  handover: handoverDecider.initial('x', { ...applicationSeed, giverId: 'g', receiverId: 'r', needIds: ['n'] }),
  finding: findingDecider.initial('x', { kind: 'oldCase', about: 'need:x', regionPath: REGION_PATH }),
  complaint: complaintDecider.initial('x', complaintSeed),
  sponsorship: sponsorshipDecider.initial('x', { donorId: 'd', regionPath: REGION_PATH }),
  offer: offerDecider.initial('x', { ...applicationSeed, donorId: 'd', category: 'bedding' }),
};

/** Data with everything that any event type carries. */
const DATA: JsonObject = {
  review: JSON.parse(JSON.stringify(review)) as JsonObject,
  clock: { lapse: 1 },
  handling: { level: 'county', since: 0, dueAt: 1 },
  measure: 'cadreWarned',
  skipped: ['village'],
  level: 'county',
  from: 'village',
  to: 'township',
  reasonCode: 'photosUnclear',
  because: 'lapsed',
  of: 'posting',
  expiresAt: 1,
  until: 1,
  tier: 'county',
  heldUntil: 1,
  answerUntil: 1,
  outcome: 'unmet',
  advice: 'approve',
  question: 1,
  stars: 5,
  stage: 'atPoint',
  by: 'ruled',
  ownerId: 'operator-2',
  reason: 'effect:screen',
  totals: { tried: 5, claimed: 3, units: 3, valueFen: 100 },
  failed: { nothingFree: 2 },
  sent: 3,
  held: 1,
};
const eventOf = (type: string, data: JsonObject = DATA): CaseEvent => ({
  seq: 3,
  type,
  at: 0,
  actor: CLOCK,
  data,
  commandId: 'c',
});
const told = (caseType: string, type: string, data: JsonObject = DATA, more: object = {}) => {
  const known = states[caseType];
  const state = known && { ...known, ...more };
  if (state === undefined) throw new Error(caseType);
  return noticesOf(caseType, { event: eventOf(type, data), before: state, after: state });
};
/** What only a need under a doubt tells. */
const DOUBTED = { stage: 'challenged', challenge: { by: 'n', level: 'township', reasonCode: 'notPoor' } };
const everyEvent = Object.entries(NOTICES).flatMap(([caseType, table]) =>
  Object.keys(table).map((type) => [caseType, type] as const),
);

describe('notices', () => {
  it('have an entry for every event a decider can evolve, and refuse to be silent about an unknown one', () => {
    expect(everyEvent.length).to.be.greaterThan(50);
    expect(() => told('need', 'somethingNew')).to.throw(/nobody said whom somethingNew concerns/);
    expect(() => told('need', 'toString')).to.throw(/nobody said/);
    const step = { event: eventOf('anything'), before: needState, after: needState };
    expect(noticesOf('toyCase', step)).to.deep.equal([]);
  });

  it('leave no gap in any text, for every event and any note', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...everyEvent),
        fc.option(fc.string(), { nil: undefined }),
        ([caseType, type], note) => {
          for (const notice of told(caseType, type)) {
            const text = render(notice.template, notice.args, {
              need: '两床棉被',
              place: '横江镇长乐村',
              ...(note !== undefined && { note: note.replace(/[{}]/g, '') }),
            });
            expect(text).not.to.match(/[{}]|undefined|NaN|Invalid/);
            expect(text.length).to.be.greaterThan(8);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('speak to nobody twice with one event', () => {
    for (const [caseType, type] of everyEvent) {
      const audiences = told(caseType, type).map(({ to, level, accountId }) => [to, level, accountId].join(' '));
      expect(new Set(audiences).size, type).to.equal(audiences.length);
    }
  });

  it('name a level for every message to cadres', () => {
    for (const [caseType, type] of everyEvent) {
      for (const notice of told(caseType, type)) {
        if (notice.to === 'cadres') expect(notice.level, type).to.be.a('string');
      }
    }
  });

  it('use every text that is written', () => {
    const variants: JsonObject[] = [
      DATA,
      ...[
        'donor',
        'lapsed',
        'waitedOut',
        'queueClosed',
        'shipmentCancelled',
        'needEnded',
        'declined',
        'unanswered',
      ].map((because) => ({
        ...DATA,
        because,
        by: 'confirmed',
        stage: 'sent',
      })),
      ...['met', 'sent', 'closed'].map((outcome) => ({ ...DATA, outcome, by: 'operator' })),
      { ...DATA, photo: 'paper', hiddenPhotos: ['photo'] },
    ];
    const used = new Set(
      variants.flatMap((data) =>
        everyEvent.flatMap(([c, t]) =>
          [{}, { previewAsked: 1 }, DOUBTED].flatMap((more) => told(c, t, data, more).map((n) => n.template)),
        ),
      ),
    );
    for (const by of ['donor', 'recipient'] as const) used.add(ratingNotice(by, 5).template);
    used.add(erasureNotice(0).template);
    const unused = (Object.keys(TEXTS) as Template[]).filter((template) => !used.has(template));
    expect(unused).to.deep.equal([]);
  });

  it('tell the household whatever ends or stops its need', () => {
    for (const type of [
      'needWithdrawn',
      'needTakenDown',
      'reviewRefused',
      'reviewReturned',
      'needClosed',
      'needCancelled',
      'needHandedOff',
    ]) {
      expect(
        told('need', type).map(({ to }) => to),
        type,
      ).to.include.members(['publisher', 'recipient', 'helper']);
    }
    for (const type of ['pledgeFailed', 'pledgeReceived', 'pledgeDisputed']) {
      expect(
        told('pledge', type).map(({ to }) => to),
        type,
      ).to.include.members(['donor', 'recipient', 'helper']);
    }
  });

  it('cover the types of both deciders by construction', () => {
    expect(Object.keys(NEED_NOTICES)).to.include.members(['needSubmitted', 'needPublished', 'needClosed']);
    expect(Object.keys(PLEDGE_NOTICES)).to.include.members(['pledgeHeld', 'pledgeReceived', 'pledgeReleased']);
  });

  it('speak of services, jobs and help from hand to hand as such: nobody posts a lesson', () => {
    const data = {
      heldUntil: Date.UTC(2026, 10, 24),
      clock: {},
      lines: [],
      moves: [],
      by: 'confirmed',
      because: 'lapsed',
    };
    const facts = { need: '补课', place: '长乐村' };
    const textsOf = (change: object): string[] =>
      Object.keys(PLEDGE_NOTICES).flatMap((type) => {
        const state = { ...states['pledge'], delivery: 'faceToFace', ...change } as CaseState;
        const event = { type, data, seq: 1, at: 0, actor: CLOCK, commandId: 'c' } as CaseEvent;
        return noticesOf('pledge', { before: state, after: state, event }).map((n) =>
          render(n.template, n.args, facts),
        );
      });
    const parcelsAlone = /包裹|服务点|取件码|您登记的物品|爱心人士确认|匹配/;
    for (const kind of ['service', 'employment']) {
      const told = textsOf({ kind }).filter((text) => !parcelsAlone.test(text));
      expect(told.filter((text) => /寄|物品|查收|包裹/.test(text))).to.deep.equal([]);
      expect(told.join('')).to.include(kind === 'service' ? '服务' : '岗位');
    }
    expect(textsOf({}).filter((text) => !parcelsAlone.test(text) && text.includes('寄'))).to.deep.equal([]);
    expect(textsOf({}).join('')).to.include('请当面接收');
    const need = noticesOf('need', {
      ...{ before: needState, after: { ...needState, kind: 'employment' } as NeedState },
      event: { type: 'allCommitted', data: {}, seq: 1, at: 0, actor: CLOCK, commandId: 'c' } as CaseEvent,
    });
    expect(need.map((n) => render(n.template, n.args, facts))[0]).to.equal(
      '好消息：需求《补课》已全部被认领，等待爱心人士落实岗位。',
    );
  });

  it('say the reason of a code in Chinese, then what was written; what a case says of itself keeps its own words', () => {
    const { reasonWords: words, reasons } = loadReference({ profile: 'test' });
    const facts = { need: '棉被', place: '', note: '请重拍', words };
    expect(render('need.refused', { level: 'village', reasonCode: 'notEligible' }, facts)).to.equal(
      '需求《棉被》未通过村级审核。原因：不符合帮扶条件，请重拍。您可以申诉一次。',
    );
    expect(render('need.closed', { outcome: 'refused' }, { ...facts, note: '' })).to.include('未通过审核');
    expect(words).to.include.keys(reasons.acts.flatMap(({ codes }) => Object.keys(codes)));
    for (const text of Object.values(words)) expect(text).to.match(/^[\p{Script=Han}]+$/u);
  });

  it('show times as a reader in China reads them', () => {
    expect(shanghaiTime(Date.UTC(2026, 11, 31, 16, 5))).to.equal('1月1日 00:05');
    const args = { reasonCode: 'x', level: 'village', until: Date.UTC(2026, 11, 31, 16, 5) };
    expect(render('need.returned', args, { need: '棉被', place: '', note: '照片不清楚' })).to.equal(
      '需求《棉被》被村级退回修改。原因：照片不清楚。请在1月1日 00:05前修改后重新提交，逾期视为撤回。',
    );
  });
});
