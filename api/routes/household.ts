import { z } from 'zod';
import { id } from '../../contracts/http/common.ts';
import {
  addressBody,
  helperBody,
  householdPage,
  householdQuery,
  householdSchema,
  linkBody,
  linkSchema,
  personalSchema,
  purpose,
} from '../../contracts/http/household.ts';
import { fieldProblem, problem } from '../../contracts/problems.ts';
import { shownTo } from '../../domain/access/disclosure.ts';
import { scopeFilter, scopeOf } from '../../domain/access/scope.ts';
import { addressKey, type HouseholdPerson, type HouseholdPersonal } from '../../domain/household/household.ts';
import type { Actor } from '../../domain/kernel/types.ts';
import { maskIdNumber } from '../../domain/people/masking.ts';
import { normaliseIdNumber } from '../../domain/people/id-number.ts';
import { householdPlace, type HouseholdRecord } from '../../models/household.ts';
import { pagingOf } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { askRegister } from '../real-name.ts';
import { defineRoute, requireVersion, type AnyRoute } from '../route.ts';

const params = z.strictObject({ householdId: id });

/** What staff see of a household without opening its seal. */
const view = (household: HouseholdRecord, { reference }: ApiDeps): z.input<typeof householdSchema> => ({
  id: household._id,
  rev: household.rev,
  number: household.number,
  publicName: household.publicName,
  villageCode: household.villageCode,
  place: reference.regions.names(household.regionPath).join(''),
  property: household.property,
  mainCause: household.mainCause,
  otherCauses: household.otherCauses,
  incomePerCapitaFen: household.incomePerCapitaFen,
  identifiedOn: household.identifiedOn,
  removedOn: household.removedOn,
  members: household.members.length + 1,
  helperId: household.helperId,
  updatedAt: household.updatedAt.toISOString(),
});

/** Within the caller's reach; for a member it is his own household. */
const within = (actor: Actor): Record<string, unknown> => scopeFilter(scopeOf(actor, 'household'), '_id');

/** @throws Problem NOT_FOUND */
export async function findHousehold({ models }: ApiDeps, householdId: string, actor: Actor): Promise<HouseholdRecord> {
  const filter = { $and: [{ _id: householdId }, within(actor)] };
  const household = await models.households.households.findOne(filter, { maxTimeMS: 3000 });
  if (household === null) throw problem('NOT_FOUND');
  return household;
}

const listHouseholds = defineRoute({
  method: 'get',
  path: '/v1/households',
  operationId: 'listHouseholds',
  summary: 'The register within your reach, masked: your region, the households you help, your own',
  tags: ['Households'],
  access: { signedIn: true, scope: 'party' },
  request: { query: householdQuery },
  responses: { 200: householdPage },
  problems: ['INVALID_CURSOR'],
  audit: 'household.list',
  personal: 'administration',
  async handler({ deps, query, actor }) {
    const { number, region } = query;
    const list = `households ${actor.id} ${region ?? ''} ${number ?? ''}`;
    const paging = pagingOf<HouseholdRecord>(deps.crypto, list, query, (household) => [household.number]);
    const [after] = paging.keys ?? [];
    const filters: Record<string, unknown>[] = [within(actor)];
    if (region !== undefined) filters.push({ regionPath: region });
    if (number !== undefined) filters.push({ number });
    if (after !== undefined) filters.push({ number: { $gt: String(after) } });
    const rows = await deps.models.households.households
      .find({ $and: filters }, { projection: { sealed: 0, consents: 0 }, maxTimeMS: 3000 })
      .sort({ number: 1 })
      .limit(paging.fetch)
      .toArray();
    const { page, next } = paging.cut(rows);
    const persons = concernedBy(actor, page);
    return { status: 200, persons, body: { items: page.map((household) => view(household, deps)), next } };
  },
});

const getHousehold = defineRoute({
  method: 'get',
  path: '/v1/households/{householdId}',
  operationId: 'getHousehold',
  summary: 'One household, masked',
  tags: ['Households'],
  access: { signedIn: true, scope: 'party' },
  request: { params },
  responses: { 200: householdSchema },
  audit: 'household.read',
  personal: 'administration',
  async handler({ deps, params: { householdId }, actor }) {
    const household = await findHousehold(deps, householdId, actor);
    const persons = concernedBy(actor, [household]);
    return { status: 200, etag: household.rev, persons, body: view(household, deps) };
  },
});

const readPersonal = defineRoute({
  method: 'get',
  path: '/v1/households/{householdId}/personal',
  operationId: 'readHouseholdPersonalData',
  summary: 'Names, dates of birth and health, for a stated purpose; every reading is kept in the audit trail',
  tags: ['Households'],
  access: { signedIn: true, scope: 'party' },
  rate: 'search',
  request: { params, query: z.strictObject({ purpose }) },
  responses: { 200: personalSchema },
  audit: 'household.personal.read',
  personal: 'stated',
  async handler({ deps, params: { householdId }, actor }) {
    const household = await findHousehold(deps, householdId, actor);
    if (household.erasedAt !== null) throw problem('GONE');
    const personal = deps.crypto.fields.open<HouseholdPersonal>(householdPlace(householdId), household.sealed);
    const { head, members, address = null } = personal;
    return {
      status: 200,
      persons: shownTo(actor, { households: [householdId] }),
      body: {
        head: { ...person(head), idNumber: maskIdNumber(head.idNumber), phone: head.phone },
        members: members.map((member) => ({ relation: member.relation, ...person(member) })),
        address,
      },
    };
  },
});

const person = ({ name, birthDate, education, health, labour }: HouseholdPerson) => ({
  name,
  birthDate,
  education,
  health,
  labour,
});

/** Its people, and the cadre who looks after them. */
const concernedBy = (actor: Actor, page: readonly HouseholdRecord[]): string[] =>
  shownTo(actor, { accounts: page.map(({ helperId }) => helperId), households: page.map(({ _id }) => _id) });

const MISMATCH = 'number, name and ID number do not belong together';

const linkHousehold = defineRoute({
  method: 'post',
  path: '/v1/household-links',
  operationId: 'linkHousehold',
  summary: 'Show that you belong to a household: number, name and ID number must match the register',
  tags: ['Households'],
  access: { signedIn: true, scope: 'own' },
  // Few tries: nobody learns by guessing who is in the register.
  rate: 'register',
  request: { body: linkBody },
  responses: { 201: linkSchema },
  problems: ['HOUSEHOLD_MISMATCH', 'HOUSEHOLD_LINKED'],
  audit: 'household.link',
  async handler({ deps, body, caller, now }) {
    const household = await deps.models.households.findByNumber(body.number);
    if (household === null || !matches(deps, household, body)) {
      throw fieldProblem('HOUSEHOLD_MISMATCH', '/body', MISMATCH);
    }
    // The register of households may be old: who answers to another name elsewhere is not let in.
    const claim = { name: body.name, idNumber: normaliseIdNumber(body.idNumber) };
    if ((await askRegister(deps, claim)) === 'noMatch') throw fieldProblem('HOUSEHOLD_MISMATCH', '/body', MISMATCH);
    const { accounts } = deps.models.accounts;
    const { matchedCount } = await accounts.updateOne(
      { _id: caller.accountId, householdId: { $in: [null, household._id] } },
      { $set: { householdId: household._id, updatedAt: new Date(now) }, $inc: { rev: 1 } },
      { maxTimeMS: 3000 },
    );
    if (matchedCount === 0) throw problem('HOUSEHOLD_LINKED');
    return { status: 201, body: { householdId: household._id, publicName: household.publicName } };
  },
});

/** The three must fit together; which of them does not is nobody's business. */
function matches({ crypto }: ApiDeps, household: HouseholdRecord, given: z.output<typeof linkBody>): boolean {
  if (household.erasedAt !== null) return false;
  const marks = crypto.index.candidates('idNumber', normaliseIdNumber(given.idNumber));
  if (!household.idIndexes.some((index) => marks.includes(index))) return false;
  const { head } = crypto.fields.open<HouseholdPersonal>(householdPlace(household._id), household.sealed);
  return head.name.replace(/\s/g, '') === given.name.replace(/\s/g, '');
}

const assignHelper = defineRoute({
  method: 'put',
  path: '/v1/households/{householdId}/helper',
  operationId: 'assignHelper',
  summary: 'Say which helper cadre looks after a household, or that none does',
  tags: ['Households'],
  access: { roles: ['cadre', 'operator'], levels: ['township', 'county'], scope: 'region' },
  request: { params, body: helperBody },
  responses: { 200: householdSchema },
  problems: ['NOT_PERMITTED'],
  audit: 'household.helper.assign',
  personal: 'administration',
  async handler(ctx) {
    const { deps, body, actor, now } = ctx;
    const household = await findHousehold(deps, ctx.params.householdId, actor);
    requireVersion(ctx, household.rev);
    if (body.accountId !== null && !(await isHelperFor(deps, body.accountId, household))) {
      throw fieldProblem('NOT_PERMITTED', '/body/accountId', 'no helper cadre for this place');
    }
    const changed = await deps.models.households.households.findOneAndUpdate(
      { _id: household._id, rev: household.rev },
      { $set: { helperId: body.accountId, updatedAt: new Date(now), rowHash: null }, $inc: { rev: 1 } },
      { returnDocument: 'after', maxTimeMS: 3000 },
    );
    if (changed === null) throw problem('VERSION_MISMATCH');
    await deps.models.households.tellNeeds([changed._id], changed.helperId);
    const persons = concernedBy(actor, [changed]);
    return { status: 200, etag: changed.rev, persons, body: view(changed, deps) };
  },
});

const setAddress = defineRoute({
  method: 'put',
  path: '/v1/households/{householdId}/address',
  operationId: 'setHouseholdAddress',
  summary: 'Note where in the village a household lives; it is sealed, and equal addresses are a reason to look',
  tags: ['Households'],
  access: { roles: ['cadre', 'operator'], levels: ['village', 'township', 'county'], scope: 'region' },
  request: { params, body: addressBody },
  responses: { 200: householdSchema },
  problems: ['GONE'],
  audit: 'household.address.set',
  personal: 'administration',
  async handler(ctx) {
    const { deps, body, actor, now } = ctx;
    const household = await findHousehold(deps, ctx.params.householdId, actor);
    requireVersion(ctx, household.rev);
    if (household.erasedAt !== null) throw problem('GONE');
    const { crypto, models } = deps;
    const place = householdPlace(household._id);
    const { address: _old, ...personal } = crypto.fields.open<HouseholdPersonal>(place, household.sealed);
    const { address } = body;
    const sealed = crypto.fields.seal(place, address === null ? personal : { ...personal, address });
    const addressIndex =
      address === null ? null : crypto.index.of('address', addressKey(household.villageCode, address));
    const changed = await models.households.households.findOneAndUpdate(
      { _id: household._id, rev: household.rev },
      { $set: { sealed, addressIndex, updatedAt: new Date(now), rowHash: null }, $inc: { rev: 1 } },
      { returnDocument: 'after', maxTimeMS: 3000 },
    );
    if (changed === null) throw problem('VERSION_MISMATCH');
    const persons = concernedBy(actor, [changed]);
    return { status: 200, etag: changed.rev, persons, body: view(changed, deps) };
  },
});

async function isHelperFor({ models }: ApiDeps, accountId: string, household: HouseholdRecord): Promise<boolean> {
  const account = await models.accounts.access(accountId);
  if (account === null || account.frozen !== null) return false;
  return account.grants.some(
    ({ role, regionCode }) =>
      role === 'helper' && regionCode !== undefined && household.regionPath.includes(regionCode),
  );
}

export const householdRoutes: readonly AnyRoute[] = [
  listHouseholds,
  getHousehold,
  readPersonal,
  linkHousehold,
  assignHelper,
  setAddress,
];
