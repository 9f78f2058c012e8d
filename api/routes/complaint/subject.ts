import type { z } from 'zod';
import type { complaintBody } from '../../../contracts/http/complaint.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { scopeFilter, scopeOf } from '../../../domain/access/scope.ts';
import {
  involvedAccount,
  involvedInCase,
  involvedOffice,
  PLATFORM,
  type Involved,
} from '../../../domain/complaint/subject.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import { KNOWN_STAGES } from '../../../models/need.ts';
import { seenBy } from '../../audience.ts';
import { loadInScope } from '../../case-command.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Caller } from '../../route.ts';
import { checkOffice, found } from '../account.ts';

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
export async function subjectOf({ deps, body, caller, actor }: Asked): Promise<Subject> {
  const { accountId: me } = caller;
  switch (body.about) {
    case 'need': {
      const isPublic = { stage: { $in: [...KNOWN_STAGES] }, ...seenBy(deps, caller) };
      const reached = { submittedAt: { $ne: null }, ...scopeFilter(scopeOf(actor, 'need')) };
      const filter = { $and: [{ _id: body.needId }, { $or: [isPublic, reached] }] };
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
      const household = caller.householdId === null ? null : await householdOf(deps, caller.householdId);
      const place = household ?? { offices: [...caller.grants], homeRegion: caller.homeRegion };
      return { subjectId: me, ...involvedAccount({ id: me, ...place }, me) };
    }
    case 'platform':
      return { subjectId: null, ...PLATFORM };
  }
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
