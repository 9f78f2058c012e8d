import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { complaintBody } from '../../../contracts/http/complaint.ts';
import type { OwnScore } from '../../../contracts/http/score.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { contestedOffice } from '../../../domain/access/office.ts';
import { scopeFilter, scopeOf } from '../../../domain/access/scope.ts';
import {
  contesting,
  involvedAccount,
  involvedInCase,
  involvedOffice,
  PLATFORM,
  type Involved,
} from '../../../domain/complaint/subject.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import { scoreName } from '../../../domain/score/merits.ts';
import type { ScoreSubject } from '../../../domain/score/types.ts';
import type { AccountRecord } from '../../../models/account.ts';
import type { OfferRecord } from '../../../models/offer.ts';
import { seenBy } from '../../audience.ts';
import { loadInScope } from '../../case-command.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Caller } from '../../route.ts';
import { checkOffice } from '../account/checks.ts';
import { found } from '../account/record.ts';

export interface Subject extends Involved {
  readonly subjectId: string | null;
}

interface Asked {
  readonly deps: ApiDeps;
  readonly body: z.output<typeof complaintBody>;
  readonly caller: Caller;
  readonly actor: Actor;
}

/** What it is about, as far as the caller may know of it. @throws Problem NOT_FOUND, REGION_UNKNOWN … */
export async function subjectOf(asked: Asked): Promise<Subject> {
  const { deps, body, caller } = asked;
  const frozen = caller.frozen === true ? (await found(deps, caller.accountId)).frozen : null;
  if (caller.frozen === true) assertAboutFreeze(body, frozen);
  const subject = await namedBy(asked);
  return frozen === null ? subject : { ...subject, ...contesting(subject, frozen) };
}

/** Whose account is frozen complains of that alone. @throws Problem ACCOUNT_FROZEN */
function assertAboutFreeze(body: Asked['body'], frozen: AccountRecord['frozen']): void {
  const contest = frozen === null ? null : contestedOffice(frozen);
  const office = body.about === 'office' ? { about: body.about, level: body.level, regionCode: body.regionCode } : null;
  const about = office ?? { about: body.about };
  if (contest === null || !isDeepStrictEqual(about, { ...contest })) {
    throw fieldProblem('ACCOUNT_FROZEN', '/body/about', 'only about the freeze, as `contest` of getMyFreeze names it');
  }
}

async function namedBy({ deps, body, caller, actor }: Asked): Promise<Subject> {
  const { accountId: me } = caller;
  switch (body.about) {
    case 'need': {
      // How it was handled may show only after it has left the list.
      const wasPublic = { publishedAt: { $ne: null }, ...seenBy(deps, caller) };
      const reached = { submittedAt: { $ne: null }, ...scopeFilter(scopeOf(actor, 'need')) };
      const filter = { $and: [{ _id: body.needId }, { $or: [wasPublic, reached] }] };
      const need = await deps.models.needs.needs.findOne(filter, { maxTimeMS: 3000 });
      if (need === null) throw problem('NOT_FOUND');
      const actors = await actorsOf(deps, 'need', need._id);
      const { regionPath, publisherId } = need;
      return { subjectId: need._id, ...involvedInCase({ regionPath, people: [publisherId], actors }, me) };
    }
    case 'pledge': {
      const { _id, regionPath, publisherId, donorId } = await loadInScope(deps, 'pledge', body.pledgeId, actor);
      const actors = await actorsOf(deps, 'pledge', _id);
      return { subjectId: _id, ...involvedInCase({ regionPath, people: [publisherId, donorId], actors }, me) };
    }
    case 'offer': {
      const { _id, regionPath, donorId } = await offerKnownTo(deps, body.offerId, actor);
      const actors = await actorsOf(deps, 'offer', _id);
      return { subjectId: _id, ...involvedInCase({ regionPath, people: [donorId], actors }, me) };
    }
    case 'account': {
      if (body.accountId === me) throw fieldProblem('INVALID_REQUEST', '/body/accountId', 'that is you');
      const { _id: id, grants, homeRegion = null } = await found(deps, body.accountId);
      return { subjectId: id, ...involvedAccount({ id, offices: grants, homeRegion }, me) };
    }
    case 'office': {
      const { level, regionCode } = body;
      checkOffice(deps, { role: 'cadre', level, regionCode });
      const holders = await deps.models.accounts.holders({ role: 'cadre', level, regionCode });
      return { subjectId: regionCode, ...involvedOffice({ level, regionCode, holders }, me) };
    }
    case 'score': {
      const score = scoreOf(body.score, caller);
      const of = score.kind === 'reviewer' ? null : caller.householdId;
      const household = of === null ? null : await householdOf(deps, of);
      const place = household ?? { offices: [...caller.grants], homeRegion: caller.homeRegion };
      return { subjectId: scoreName(score), ...involvedAccount({ id: me, ...place }, me) };
    }
    case 'platform':
      return { subjectId: null, ...PLATFORM };
  }
}

/** Once approved it was public; before that it is for its donor and the staff of its region. @throws Problem NOT_FOUND */
async function offerKnownTo(deps: ApiDeps, offerId: string, actor: Actor): Promise<OfferRecord> {
  const open = { _id: offerId, approvedAt: { $ne: null } };
  const known = await deps.models.offers.offers.findOne(open, { maxTimeMS: 3000 });
  return known ?? loadInScope(deps, 'offer', offerId, actor);
}

/** His own only. Without a word it is what most people have: the household's, else the donor's. */
function scoreOf(kind: OwnScore | undefined, { accountId, householdId, grants, byNumber }: Caller): ScoreSubject {
  const named = kind ?? (householdId === null ? 'donor' : 'household');
  const id = named === 'household' ? householdId : accountId;
  const noAccount = byNumber === true && named !== 'household';
  const none = id === null || noAccount || (named === 'reviewer' && !grants.some(({ role }) => role === 'cadre'));
  if (none) throw fieldProblem('INVALID_REQUEST', '/body/score', 'you have no such score');
  return { kind: named, id };
}

/** Whoever acted in the case, in the capacity in which he did. */
async function actorsOf({ models }: ApiDeps, caseType: string, caseId: string): Promise<Actor[]> {
  const events = await models.events.of(caseType, caseId);
  return events.map(({ actor }) => actor).filter(({ role }) => role === 'cadre' || role === 'operator');
}

/** Appeals of a household begin at its township, as if its village had given the points. */
async function householdOf({ models }: ApiDeps, householdId: string) {
  const household = await models.households.households.findOne(
    { _id: householdId },
    { projection: { villageCode: 1 }, maxTimeMS: 3000 },
  );
  if (household === null) return null;
  return { offices: [{ role: 'household' as const, regionCode: household.villageCode }], homeRegion: null };
}
