import type { Connection } from 'mongoose';
import { publicTitle, tellsOfHealth, type CategoryTree } from '../domain/category/category.ts';
import type { CaseEvent, CaseState, Level } from '../domain/kernel/types.ts';
import { householdSms } from '../domain/notice/household-sms.ts';
import { noticesOf } from '../domain/notice/notices.ts';
import { asksForReview, readsAsPublic, type Notice } from '../domain/notice/notice.ts';
import { render, type NoticeFacts } from '../domain/notice/render.ts';
import type { LikenessPolicy } from '../domain/offer/fit.ts';
import { codeAt, levelAbove } from '../domain/region/region.ts';
import { accountRepository } from '../models/account.ts';
import { applicationRepository } from '../models/application.ts';
import { certificationRepository } from '../models/certification.ts';
import { commandRepository } from '../models/command.ts';
import { followRepository } from '../models/follow.ts';
import { handoverRepository } from '../models/handover.ts';
import { complaintRepository } from '../models/complaint.ts';
import { householdRepository } from '../models/household.ts';
import { inboxRepository, type InboxRecord } from '../models/inbox.ts';
import type { audienceFilter } from '../domain/need/audience.ts';
import { createOfferDonors } from './offer-donors.ts';
import { offerRepository, placeNamesOf } from '../models/offer.ts';
import type { NeedState } from '../domain/need/types.ts';
import { needRepository, type NeedRecord } from '../models/need.ts';
import { pledgeRepository } from '../models/pledge.ts';
import { sponsorshipRepository } from '../models/sponsorship.ts';
import { createTies } from '../models/ties.ts';
import type { TellHousehold } from './household-sms.ts';
import { historyReader, parseEventId, type Deciders, type Step } from './case-history.ts';

export interface NotifyDeps {
  readonly db: Connection;
  readonly deciders: Deciders;
  /** Who sees what: without them only what is open to the whole country counts as seen. */
  readonly regions?: Parameters<typeof audienceFilter>[1];
  /** What counts as the same thing, as of now; without it what did before it was a value of the policy. */
  readonly likeness?: () => LikenessPolicy;
  /** By them what a stranger may read of a title. */
  readonly categories: Pick<CategoryTree, 'find'>;
  /** What people read for the code of a reason. */
  readonly words: NonNullable<NoticeFacts['words']>;
  /** Text messages to households; without it there are none. */
  readonly tellHousehold?: TellHousehold;
}

/** What the states of needs and pledges have in common, as far as somebody must be told. */
type Concerned = CaseState & {
  readonly publisherId?: string;
  readonly householdId?: string;
  readonly donorId?: string;
  readonly needId?: string;
  readonly applicantId?: string;
  readonly complainantId?: string;
  readonly accusedIds?: readonly string[];
  readonly regionPath?: readonly string[];
  readonly approver?: { readonly id: string } | null;
};

/**
 * The consumer that writes the messages of one event into the inboxes, and has the household told by text message. Whoever
 * is concerned gets one message, however often the event is handled; the one who did it gets none.
 * @returns how many messages were new
 */
export function createNotifier({
  db,
  deciders,
  words,
  categories,
  tellHousehold,
  regions = NO_REGIONS,
  likeness = () => ({}),
}: NotifyDeps): (eventId: string) => Promise<number> {
  const read = historyReader(db, deciders);
  const accounts = accountRepository(db);
  const applications = applicationRepository(db);
  const certifications = certificationRepository(db);
  const handovers = handoverRepository(db);
  const complaints = complaintRepository(db);
  const follows = followRepository(db);
  const households = householdRepository(db);
  const needs = needRepository(db);
  const offers = offerRepository(db);
  const sponsorships = sponsorshipRepository(db);
  const offerDonors = createOfferDonors(db, regions, likeness);
  const { pledges } = pledgeRepository(db);
  const commands = commandRepository(db);
  const inbox = inboxRepository(db);
  const ties = createTies(db);

  return async function notify(eventId) {
    const { caseType, caseId, seq } = parseEventId(eventId);
    const history = await read(caseType, caseId, seq, Number.MAX_SAFE_INTEGER);
    const [step, ...later] = history?.steps.slice(seq - 1) ?? [];
    if (step === undefined) return 0;
    const told = await addressed(caseType, step);
    const sameCommand = later.filter(({ event }) => event.commandId === step.event.commandId);
    const sms = tellHousehold === undefined ? null : householdSms(caseType, step, sameCommand);
    for (const next of sameCommand) {
      if (told.size === 0) break;
      for (const accountId of (await addressed(caseType, next)).keys()) told.delete(accountId);
    }
    if (told.size === 0 && sms === null) return 0;
    const facts = await factsOf(caseType, (step.after as Concerned).needId ?? caseId, step.event);
    const at = new Date(step.event.at);
    const { householdId } = step.after as Concerned;
    if (sms !== null && householdId !== undefined) {
      const text = render(sms.notice.template, sms.notice.args, facts(sms.notice));
      await tellHousehold?.(sms, text, { eventId, caseType, caseId, householdId });
    }
    const messages = [...told].map(([accountId, notice]): InboxRecord => {
      const { template, args } = notice;
      const text = render(template, args, facts(notice));
      return { _id: `${eventId}:${accountId}`, accountId, template, caseType, caseId, eventId, text, at, readAt: null };
    });
    return inbox.deliver(messages);
  };

  /** Whom one event speaks to, and with which words: one message per account. */
  async function addressed(caseType: string, step: Step): Promise<Map<string, Notice>> {
    const told = new Map<string, Notice>();
    for (const notice of noticesOf(caseType, step)) {
      const { accusedIds } = step.after as Concerned;
      for (const accountId of await receivers(notice, step)) {
        // Whom a complaint is about hears nothing of it, whatever office he holds.
        if (accusedIds?.includes(accountId) === true) continue;
        if (accountId === step.event.actor.id && notice.evenActor !== true) continue;
        if (!told.has(accountId)) told.set(accountId, notice);
      }
    }
    return told;
  }

  async function receivers(notice: Notice, { before, after, event }: Step): Promise<readonly string[]> {
    const state: Concerned = after;
    const { publisherId, householdId, donorId, regionPath = [], approver } = state;
    switch (notice.to) {
      case 'publisher':
        return present(publisherId);
      case 'recipient':
        return householdId === undefined ? [] : accounts.ofHousehold(householdId);
      case 'helper':
        return helper(householdId);
      case 'donor':
        return present(donorId);
      case 'followers':
        return tellsOfHealth((after as NeedState).category, categories) ? [] : follows.followers(state.id);
      case 'donors':
        return pledges.distinct('donorId', { needId: state.id, stage: 'received' });
      case 'approver':
        return present(approver?.id);
      case 'pointKeeper':
        return accounts.holders({ role: 'pointKeeper', regionCode: regionPath.at(-1) ?? '' });
      case 'applicant':
        return present(state.applicantId);
      case 'complainant':
        // A household without an account is told by its phone.
        return householdId === undefined ? present(state.complainantId) : [];
      case 'challenger':
      case 'owner':
        return present(notice.accountId);
      case 'offerDonors':
        return offerDonors(after as NeedState, event.type === 'audienceWidened' ? (before as NeedState) : null);
      case 'aidUnits':
        return aidUnits(notice.level ?? 'county', regionPath);
      case 'operators':
        return accounts.holders({ role: 'operator' });
      case 'cadres':
        return cadres(notice, state);
    }
  }

  /** What the message is about: a need, or something that has a place and no title. */
  async function subjectOf(caseType: string, id: string) {
    if (caseType === 'offer') {
      const offer = await offers.find(id);
      return offer && { ...called(offer.itemName), regionNames: placeNamesOf(offer) };
    }
    if (caseType === 'finding') return null;
    if (caseType === 'sponsorship') {
      const sponsorship = await sponsorships.find(id);
      return sponsorship && { ...called(''), regionNames: placeNamesOf(sponsorship) };
    }
    const placed = {
      ...{ application: applications, certification: certifications },
      ...{ handover: handovers, complaint: complaints },
    }[caseType];
    if (placed === undefined) return titled(await needs.find(id));
    const record = await placed.find(id);
    return record && { ...called(''), regionNames: record.regionNames };
  }

  function titled(need: NeedRecord | null) {
    return need && { ...need, publicTitle: publicTitle(need.title, need.category, categories) };
  }

  async function helper(householdId: string | undefined): Promise<readonly string[]> {
    const household = householdId === undefined ? null : await households.find(householdId);
    const account = household?.helperId == null ? null : await accounts.find(household.helperId);
    const inOffice = account?.frozen === null && account.grants.some(({ role }) => role === 'helper');
    return inOffice ? [account._id] : [];
  }

  async function aidUnits(level: Level, regionPath: readonly string[]): Promise<readonly string[]> {
    const regionCode = codeAt(regionPath, level) ?? '';
    const units = await accounts.holders({ role: 'aidUnit', regionCode });
    return units.length > 0 ? units : accounts.holders({ role: 'operator' });
  }

  /** Nobody is asked about his own posting, pledge or household, nor to review for one that he helps; nor his stand-in. */
  async function cadres(notice: Notice, state: Concerned): Promise<readonly string[]> {
    if (notice.accountId !== undefined) return [notice.accountId];
    const {
      publisherId = state.applicantId ?? state.complainantId ?? state.donorId,
      householdId,
      regionPath = [],
    } = state;
    const by = asksForReview(notice) ? (['own', 'helped'] as const) : (['own'] as const);
    const bound = householdId === undefined ? [] : await ties.boundTo(householdId, by);
    const not = [...present(publisherId), ...present(state.donorId), ...bound];
    const holders = async (level: Level): Promise<readonly string[]> => {
      const regionCode = codeAt(regionPath, level);
      if (regionCode === null) return [];
      const found = await accounts.holders({ role: 'cadre', level, regionCode }, not);
      const above = notice.orAbove === true && found.length === 0 ? levelAbove(level) : null;
      return above === null ? found : holders(above);
    };
    return holders(notice.level ?? 'village');
  }

  /** What is put in, for whom it may be read by. */
  async function factsOf(caseType: string, id: string, event: CaseEvent): Promise<(notice: Notice) => NoticeFacts> {
    const [subject, command] = await Promise.all([subjectOf(caseType, id), commands.find(event.commandId)]);
    const note = command?.note;
    const place = subject?.regionNames.slice(-2).join('') ?? '';
    return (notice) => ({
      need: (readsAsPublic(notice) ? subject?.publicTitle : subject?.title) ?? '',
      ...{ place, ...(note !== undefined && { note }), words },
    });
  }
}

const NO_REGIONS = { find: () => null, partnersWest: () => [] };

const present = (accountId: string | undefined): readonly string[] => (accountId === undefined ? [] : [accountId]);

/** No title that tells of anybody's health. */
const called = (title: string) => ({ title, publicTitle: title });
