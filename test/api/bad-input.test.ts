import { expect } from 'chai';
import { allRoutes } from '../../api/registry.ts';
import { isWrite, type AnyRoute } from '../../api/route.ts';
import { pathParams } from '../../api/route-faults.ts';
import { useApi, recordingGateway, type Answer } from '../support/api.ts';
import { garbageFor, queryFields, sampleOf } from '../support/samples.ts';
import type { Somebody } from '../support/world-people.ts';
import { createWorld, type World } from '../support/world.ts';

/** Generated garbage for every route: each bad input gets a 4xx problem that says where, and leaves nothing behind. */

/** What requests leave behind without having done anything: who tried, and how often. */
const TRACES = new Set(['audit', 'idempotency', 'sessions']);

describe('bad input', () => {
  const gateway = recordingGateway();
  const api = useApi({ deps: () => ({ gateway }) });
  let world: World;

  before(async function () {
    this.timeout(60_000);
    world = await createWorld(api);
  });

  const pathOf = (route: AnyRoute): string => {
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => world.ids[name] ?? world.draftId);
    const query = queryFields(route).filter(([, s]) => !s.safeParse(undefined).success);
    return `${path}?${query.map(([name, s]) => `${name}=${encodeURIComponent(String(sampleOf(s)))}`).join('&')}`;
  };
  const callerOf = ({ access }: AnyRoute): Somebody | null => {
    if ('public' in access) return null;
    const fits = (p: Somebody): boolean =>
      'signedIn' in access ||
      ((access.roles as readonly string[]).includes(p.role) &&
        (p.role !== 'cadre' || access.levels === undefined || access.levels.some((l) => l === p.level)));
    return world.near.find(fits) ?? null;
  };
  const isProblem = (answer: Answer, about: string): { errors: { pointer: string }[] } => {
    expect(answer.status, `${about}: ${answer.text.slice(0, 300)}`).to.be.within(400, 499);
    expect(answer.headers.get('content-type'), about).to.contain('application/problem+json');
    return answer.body;
  };
  /** Every document's count by collection. */
  async function contents(): Promise<Record<string, number>> {
    const { db } = api.deps.models;
    const names = (await db.listCollections()).map(({ name }) => name).filter((name) => !TRACES.has(name));
    const counts = await Promise.all(
      names.sort().map(async (name) => [name, await db.collection(name).countDocuments()]),
    );
    return Object.fromEntries(counts) as Record<string, number>;
  }

  for (const route of allRoutes.filter((r) => isWrite(r) && r.upload === undefined)) {
    it(`${route.operationId}: garbage in the body is refused with a pointer`, async function () {
      this.timeout(60_000);
      const before = await contents();
      const as = callerOf(route);
      const method = route.method.toUpperCase();
      const schema = route.request?.body;
      const bodies = schema === undefined ? [{ what: 'a body', body: { x: 1 } }] : garbageFor(schema);
      for (const { what, body } of bodies) {
        const p = isProblem(await api.call(method, pathOf(route), { as, body }), what);
        expect(p.errors, what).not.to.be.empty;
        for (const { pointer } of p.errors) expect(pointer, what).to.match(/^\/body/);
      }
      const large = await api.call(method, pathOf(route), { as, body: `{"a":"${'x'.repeat(5_000_000)}"}` });
      expect(large.status, 'oversize').to.equal(413);
      isProblem(await api.call(method, pathOf(route), { as, body: '{"a":' }), 'broken JSON');
      isProblem(await api.call(method, pathOf(route), { as, body: '[[['.repeat(3000) }), 'deep nonsense');
      isProblem(
        await api.call(method, pathOf(route), { as, body: 'a=b', headers: { 'content-type': 'text/plain' } }),
        'text',
      );
      expect(await contents()).to.deep.equal(before);
      expect(gateway.sent).to.deep.equal([]);
    });
  }

  for (const route of allRoutes) {
    it(`${route.operationId}: garbage in the address is refused`, async () => {
      const as = callerOf(route);
      const method = route.method.toUpperCase();
      for (const query of ['zz[$ne]=1', '__proto__=1', 'zz=1', 'zz=%ff%fe', '$where=1']) {
        const p = isProblem(await api.call(method, `${pathOf(route)}&${query}`, { as }), query);
        expect(p.errors[0]?.pointer, query).to.match(/^\/query\//);
      }
      if (pathParams(route.path).length === 0) return;
      for (const bad of ['%00', '$ne', '..%2f..', '%E0%A4%A', "1'%20or%201=1", 'x'.repeat(3000), '__proto__']) {
        const path = route.path.replaceAll(/\{(\w+)\}/g, bad);
        isProblem(await api.call(method, path, { as }), `path ${bad.slice(0, 20)}`);
      }
    });
  }

  for (const route of allRoutes.filter((r) => r.upload !== undefined)) {
    it(`${route.operationId}: a broken upload is refused and leaves nothing`, async () => {
      const before = await contents();
      const as = callerOf(route);
      const form = (name: string, bytes: string, type: string): FormData => {
        const data = new FormData();
        data.append(name, new Blob([bytes], { type }), 'x.bin');
        return data;
      };
      const { field, types } = route.upload ?? { field: '', types: [] };
      const call = (body: unknown, headers = {}) => api.call('POST', route.path, { as, body, headers });
      isProblem(await call(form('other', 'x', types[0] ?? '')), 'another field');
      isProblem(await call(form(field, 'x', 'application/x-evil')), 'another type');
      isProblem(await call('{}'), 'JSON');
      isProblem(await call('--x\r\nbroken', { 'content-type': 'multipart/form-data; boundary=x' }), 'a torn body');
      isProblem(await call('', { 'content-type': 'multipart/form-data' }), 'no boundary');
      expect(await contents()).to.deep.equal(before);
    });
  }
});
