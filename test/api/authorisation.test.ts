import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import { allRoutes } from '../../api/registry.ts';
import type { Access, AnyRoute } from '../../api/route.ts';
import { pathParams } from '../../api/route-faults.ts';
import { useApi, type Answer, type TestPerson } from '../support/api.ts';
import { queryFields, sampleOf } from '../support/samples.ts';
import type { Somebody } from '../support/world-people.ts';
import { createWorld, type World } from '../support/world.ts';

/**
 * Walks every route × role × level × scope. What is expected comes from the route's own declaration, so a new route is
 * walked without a line here; its records come from the world, by the names of its path parameters.
 */

/** Draft routes speak of a need before it is a case. */
const ON_DRAFTS = new Set(['changeDraft', 'deleteDraft', 'submitNeed', 'listLikelyMatches', 'dismissLikelyMatches']);
/** Lists and creations have no record in their address: what they reach is tested with their nouns. */
const named = allRoutes.filter((route) => pathParams(route.path).length > 0);
const scoped = named.filter(({ access }) => !('public' in access) && access.scope !== 'none');

/** Bodies that a shape alone does not tell. */
const BODIES: Readonly<Record<string, object>> = {
  sendPledge: { courier: '中国邮政', trackingNumber: 'EA123456789CN' },
  collectParcel: { code: '123456' },
};
/** The record is reached; that the sample is no helper there, or no operator, is the handler's own answer. */
const REFUSED_INSIDE = new Set(['assignHelper', 'assignFinding']);

const opens = (access: Access, { role, level }: Somebody): boolean => {
  if ('public' in access || 'signedIn' in access) return true;
  if (!(access.roles as readonly string[]).includes(role)) return false;
  return role !== 'cadre' || access.levels === undefined || access.levels.some((l) => l === level);
};

function fileFor({ field, types }: NonNullable<AnyRoute['upload']>): FormData {
  const form = new FormData();
  form.set(field, new Blob(['no such file'], { type: types[0] ?? '' }), 'file');
  return form;
}

describe('authorisation', () => {
  const api = useApi();
  let world: World;

  before(async function () {
    this.timeout(60_000);
    world = await createWorld(api);
  });

  const address = (route: AnyRoute, ids: Readonly<Record<string, string>>): string => {
    const known = ON_DRAFTS.has(route.operationId) ? { ...ids, needId: world.draftId } : ids;
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? uuidv7());
    const needed = queryFields(route).filter(([, s]) => !s.safeParse(undefined).success);
    const query = needed.map(([name, schema]) => `${name}=${encodeURIComponent(String(sampleOf(schema)))}`);
    return query.length === 0 ? path : `${path}?${query.join('&')}`;
  };

  /** `bare`: without a body, for what is decided before the body is read. */
  const ask = (
    route: AnyRoute,
    as: TestPerson | null,
    ids: Readonly<Record<string, string>>,
    bare = false,
  ): Promise<Answer> => {
    const body = route.request?.body;
    return api.call(route.method.toUpperCase(), address(route, ids), {
      as,
      ...(!bare && body !== undefined && { body: BODIES[route.operationId] ?? sampleOf(body) }),
      ...(!bare && route.upload !== undefined && { body: fileFor(route.upload) }),
    });
  };
  beforeEach(() => world.restoreDraft());

  const codeOf = (answer: Answer): string => (answer.body as { code?: string } | null)?.code ?? '';

  it('has an access policy on every route', () => {
    for (const route of allRoutes) expect(route.access, route.operationId).to.be.an('object').that.is.not.empty;
  });

  for (const route of allRoutes) {
    it(`${route.operationId}: only who may call it gets past the door`, async () => {
      const nobody = await ask(route, null, world.ids, true);
      if ('public' in route.access) expect(codeOf(nobody)).not.to.be.oneOf(['NOT_SIGNED_IN', 'NOT_PERMITTED']);
      else expect([nobody.status, codeOf(nobody)]).to.deep.equal([401, 'NOT_SIGNED_IN']);
      if (route.operationId === 'signOut') return;
      for (const somebody of world.far) {
        const answer = await ask(route, somebody, world.ids, true);
        const allowed = opens(route.access, somebody);
        const door = [answer.status, codeOf(answer)].join(' ') === '403 NOT_PERMITTED';
        // With `signedIn` a handler may still say NOT_PERMITTED of its own; with roles the door alone says it here.
        if (!allowed) expect(door, `${somebody.name}: ${answer.status} ${codeOf(answer)}`).to.equal(true);
        else if ('roles' in route.access) expect(door, `${somebody.name} is let in`).to.equal(false);
        expect(answer.status, `${somebody.name}: ${answer.text}`).to.be.below(500);
      }
    });
  }

  for (const route of scoped) {
    it(`${route.operationId}: outside the scope there is nothing (404)`, async () => {
      const outsiders = world.far.filter((somebody) => opens(route.access, somebody));
      for (const somebody of outsiders) {
        const answer = await ask(route, somebody, world.ids);
        expect([answer.status, codeOf(answer)], `${somebody.name}: ${answer.text}`).to.deep.equal([404, 'NOT_FOUND']);
      }
      const operator = world.near.find(({ role }) => role === 'operator');
      if (operator !== undefined && opens(route.access, operator)) {
        const unknown = await ask(route, operator, { caseType: 'need' });
        expect([unknown.status, codeOf(unknown)], `operator: ${unknown.text}`).to.deep.equal([404, 'NOT_FOUND']);
      }
    });

    it(`${route.operationId}: inside the scope somebody reaches the record`, async () => {
      const answers: string[] = [];
      for (const somebody of world.near.filter((p) => opens(route.access, p))) {
        const answer = await ask(route, somebody, world.ids);
        answers.push(`${somebody.name} ${answer.status} ${codeOf(answer)}`);
        const refused = answer.status === 403 && codeOf(answer) !== 'NOT_PERMITTED';
        const reached = ![400, 401, 403, 404].includes(answer.status) && answer.status < 500;
        if (reached || refused || (answer.status === 403 && REFUSED_INSIDE.has(route.operationId))) return;
      }
      expect.fail(`nobody reached it: ${answers.join('; ')}`);
    });
  }
});
