import { expect } from 'chai';
import { z } from 'zod';
import { id, line } from '../../contracts/http/common.ts';
import { problem } from '../../contracts/problems.ts';
import { defineRoute, requireVersion, type AnyRoute } from '../../api/route.ts';

/** Routes for the tests of the framework. */

/** What the routes below did, so that tests can see that something happened once, or not at all. */
export const did = {
  handled: 0,
  failuresLeft: 0,
  /** Lets a request go on that waits. */
  release: null as (() => void) | null,
};

const thing = z.strictObject({ id: z.string(), name: z.string(), commandId: z.string(), isRepeat: z.boolean() });
const write = defineRoute({
  method: 'post',
  path: '/v1/test/things/{thingId}',
  operationId: 'testWrite',
  summary: 'test',
  tags: ['Test'],
  access: { signedIn: true, scope: 'none' },
  request: {
    params: z.strictObject({ thingId: id }),
    body: z.strictObject({ name: line(1, 20), mode: z.string().optional() }),
  },
  responses: { 201: thing },
  async handler({ body, newId, commandId, ifMatch, isRepeat }) {
    did.handled += 1;
    requireVersion({ ifMatch }, 7);
    if (body.mode === 'refuse')
      throw problem('NOT_ALLOWED_IN_STAGE', { members: { stage: 'draft', allowed: ['submit'] } });
    if (body.mode === 'failOnce' && did.failuresLeft > 0) {
      did.failuresLeft -= 1;
      throw new Error('secret inside');
    }
    if (body.mode === 'wait') await new Promise<void>((resolve) => (did.release = resolve));
    return {
      status: 201,
      etag: 7,
      headers: { Location: '/v1/test/things/1' },
      body: { id: newId(), name: body.name, commandId, isRepeat },
    };
  },
});
const read = defineRoute({
  method: 'get',
  path: '/v1/test/things',
  operationId: 'testRead',
  summary: 'test',
  tags: ['Test'],
  access: { public: true },
  request: { query: z.strictObject({ q: z.string().max(5).optional(), mode: z.string().optional() }) },
  responses: { 200: z.strictObject({ items: z.array(z.string()) }) },
  handler({ query }) {
    if (query.mode === 'crash') throw new Error('secret inside');
    if (query.mode === 'leak') return { status: 200, body: { items: [], secret: 'x' } as never };
    if (query.mode === 'away') {
      const error = new Error('no server');
      error.name = 'MongoServerSelectionError';
      throw error;
    }
    return { status: 200, etag: 3, body: Buffer.from('{"items":["a"]}') };
  },
});
const operatorsOnly = defineRoute({
  method: 'delete',
  path: '/v1/test/things',
  operationId: 'testOperators',
  summary: 'test',
  tags: ['Test'],
  access: { roles: ['operator'], scope: 'none' },
  idempotency: { none: 'test' },
  responses: { 204: null },
  handler: () => ({ status: 204 as const }),
});

const ID = '01936f5e-7c1a-7cc3-8000-3b0f2a9d4c11';
export const PATH = `/v1/test/things/${ID}`;
export const thingRoutes: readonly AnyRoute[] = [write, read, operatorsOnly];

interface ProblemAnswer {
  code: string;
  title: string;
  status: number;
  instance: string;
  requestId: string;
  errors: { pointer: string; code: string }[];
}

/** The answer, which must be a problem. */
export const problemOf = (answer: { body: never; headers: Headers }): ProblemAnswer => {
  expect(answer.headers.get('content-type')).to.equal('application/problem+json; charset=utf-8');
  return answer.body as ProblemAnswer;
};
