import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { problem, problemBody, type Problem } from '../contracts/problems.ts';
import { accountRef, householdRef } from '../domain/access/disclosure.ts';
import type { Actor } from '../domain/kernel/types.ts';
import { actingAs } from './acting.ts';
import type { ApiDeps } from './deps.ts';
import { derivedUuid } from './ids.ts';
import { FROZEN_ROUTES } from './frozen-routes.ts';
import { createCrowdGate } from './middleware/crowd.ts';
import { HOUSEHOLD_ROUTES } from './household-routes.ts';
import { languageOf, toProblem } from './middleware/errors.ts';
import {
  claim,
  idempotencyIdOf,
  isClaim,
  isFinal,
  keyOf,
  type Claim,
  type KeyedRequest,
  type SentAnswer,
} from './middleware/idempotency.ts';
import { inputReader, type Input } from './middleware/input.ts';
import { stateOf } from './middleware/request-state.ts';
import { bodyOf, declared, headersOf, send, setHeaders } from './reply.ts';
import { ifMatchOf, isFresh, tokenOf } from './request-headers.ts';
import type { AnyReply, AnyRoute, Caller, Ctx, Access, RateBucket, RequestSchemas } from './route.ts';
import { isWrite, needsIdempotencyKey } from './route.ts';
import type { ApiServices } from './services.ts';

type AnyCtx = Ctx<Access, RequestSchemas>;

interface Asked {
  readonly req: Request;
  readonly res: Response;
  readonly caller: Caller | null;
  readonly actor: Actor | null;
  readonly input: Input;
  readonly ifMatch: number | null;
}

/** The Express handler of a route: who, how often, what, once, and only then the route's own handler. */
export function routeHandler(route: AnyRoute, deps: ApiDeps, services: ApiServices): RequestHandler {
  const read = inputReader(route);
  const keyed = needsIdempotencyKey(route);
  const crowd = route.crowd === undefined ? null : createCrowdGate(route.crowd, services.loopShare.isHigh);
  const bucket = route.rate ?? (isWrite(route) ? 'write' : 'read');

  async function run(req: Request, res: Response): Promise<void> {
    stateOf(res).operationId = route.operationId;
    setCors(route, deps, res);
    if (crowd === null) return runInside(req, res, () => read(req, res));
    // Slow senders hold a socket, not a place. What is wrong with it is said in its turn, after who it is.
    const reading = read(req, res);
    await reading.catch(() => undefined);
    // Who has hung up while he waited wants nothing any more.
    await crowd(req.params, async () => (req.socket.destroyed ? undefined : runInside(req, res, () => reading)));
  }

  async function runInside(req: Request, res: Response, input: () => Promise<Input>): Promise<void> {
    const caller = await authenticated(req);
    const count = (as: RateBucket) => services.limits.take(as, { accountId: caller?.accountId ?? null, ip: ipOf(req) });
    // To be told that something is gone costs what a read costs, and counts as one.
    await count(route.gone === undefined ? bucket : 'read');
    if (caller === null && !('public' in route.access)) throw problem('NOT_SIGNED_IN');
    const actor = caller === null ? null : await permitted(req, caller);
    const key = keyed ? keyOf(req.headers['idempotency-key']) : null;
    const ifMatch = ifMatchOf(req.headers['if-match']);
    const asked = { req, res, caller, actor, ifMatch, input: await input() };
    if (route.gone !== undefined) {
      await turnAway(asked, key);
      await count(bucket);
    }
    if (key === null) await answer(asked, await handle(asked, null, null));
    else await once(asked, key);
  }

  async function authenticated(req: Request): Promise<Caller | null> {
    const token = tokenOf(route, req);
    if (token === null) return null;
    const audience = token.from === 'cookie' ? (route.cookie?.audience ?? 'api') : 'api';
    try {
      return await services.sessions.caller(token.text, audience, FROZEN_ROUTES.has(route.operationId));
    } catch (error) {
      // Who reads public pages with an old token is a visitor, not an intruder.
      if ('public' in route.access && toProblem(error).status < 500) return null;
      throw error;
    }
  }

  async function permitted(req: Request, caller: Caller): Promise<Actor | null> {
    const header = req.headers['bangfu-acting-as'];
    try {
      if (caller.byNumber === true && !HOUSEHOLD_ROUTES.has(route.operationId)) throw problem('NOT_PERMITTED');
      return actingAs(route.access, caller, typeof header === 'string' ? header : undefined);
    } catch (error) {
      if ('public' in route.access) return null;
      if (isWrite(route)) await audit(req, caller, null, {}, 403);
      throw error;
    }
  }

  /** Handles the request at most once per idempotency key. */
  async function once(asked: Asked, key: string): Promise<void> {
    const { id, request } = keyedRequest(asked, key);
    const claimed = await claim(deps, id, request);
    if (!isClaim(claimed)) {
      asked.res.setHeader('Idempotency-Replayed', 'true');
      send(asked.res, claimed);
      return;
    }
    await answer(asked, await claimedReply(asked, id, claimed), claimed);
  }

  /** Costs two reads that many share, and no write: thousands may come for what is gone. */
  async function turnAway(asked: Asked, key: string | null): Promise<void> {
    const gone = route.gone?.(contextOf(asked, null, null) as never);
    if (gone == null || (key !== null && (await deps.models.idempotency.isKnown(keyedRequest(asked, key).id)))) return;
    throw gone;
  }

  function keyedRequest({ caller, input, ifMatch, req }: Asked, key: string): { id: string; request: KeyedRequest } {
    const who = caller?.accountId ?? `address ${ipOf(req)}`;
    const { params, query, body, files } = input;
    const request = { caller: who, operationId: route.operationId, params, query, body, ifMatch, files, key };
    return { id: idempotencyIdOf(deps, request), request };
  }

  async function claimedReply(asked: Asked, id: string, claimed: Claim): Promise<AnyReply> {
    try {
      return await handle(asked, id, claimed);
    } catch (error) {
      const p = toProblem(error);
      if (isFinal(p)) await keep(claimed, problemAnswer(asked, p));
      else await claimed.release().catch(() => undefined);
      throw error;
    }
  }

  async function handle(asked: Asked, idempotencyId: string | null, claimed: Claim | null): Promise<AnyReply> {
    const ctx = contextOf(asked, idempotencyId, claimed);
    const reply = await route.handler(ctx as never);
    await trace(asked, reply);
    return reply;
  }

  /** Written before the answer goes out: nobody reads without leaving a trace. Reading one's own leaves none. */
  async function trace({ req, caller, actor, input }: Asked, { status, persons }: AnyReply): Promise<void> {
    const { audit: action, personal } = route;
    if (action === undefined) return;
    if (personal === undefined) return audit(req, caller, actor, input.params, status);
    if (persons === undefined) throw new Error(`${route.operationId} shows personal data and does not say whose`);
    const others = persons.filter((person) => !isOwn(caller, person));
    if (others.length === 0 && !isWrite(route)) return;
    const purpose = personal === 'stated' ? String((input.query as Record<string, unknown>)['purpose']) : personal;
    await audit(req, caller, actor, input.params, status, { persons: others, purpose });
  }

  function contextOf(asked: Asked, idempotencyId: string | null, claimed: Claim | null): AnyCtx {
    const { req, res, caller, actor, input, ifMatch } = asked;
    const { id: requestId } = stateOf(res);
    const now = claimed?.startedAt ?? deps.now();
    // Made when first asked for: a read needs neither an id nor a logger of its own.
    let once: string | undefined = idempotencyId ?? undefined;
    const id = (): string => (once ??= deps.crypto.derive.mac('commandId', `once\n${uuidv7()}`));
    let log: Logger | undefined;
    let made = 0;
    return {
      deps,
      services,
      ...(input as Pick<AnyCtx, 'params' | 'query' | 'body' | 'headers' | 'files' | 'rawBody'>),
      actor,
      caller,
      ifMatch,
      requestId,
      now,
      isRepeat: claimed?.isRepeat ?? false,
      language: languageOf(req.headers['accept-language']),
      ip: ipOf(req),
      get log() {
        return (log ??= deps.log.child({ requestId, operationId: route.operationId }));
      },
      get idempotencyId() {
        return id();
      },
      get commandId() {
        return id();
      },
      commandIdFor: (label) => deps.crypto.derive.mac('commandId', `${id()}\ncommand ${label}`),
      newId: (label) => derivedUuid(deps.crypto.derive, now, `${id()}\n${label ?? (made += 1)}`),
    };
  }

  async function answer({ req, res }: Asked, reply: AnyReply, claimed?: Claim): Promise<void> {
    const schema = declared(route, reply.status);
    const headers = headersOf(reply, schema);
    if (reply.body instanceof Readable) {
      res.statusCode = reply.status;
      setHeaders(res, headers);
      await pipeline(reply.body, res);
      return;
    }
    const body = bodyOf(deps, schema, reply);
    if (claimed !== undefined) await keep(claimed, { status: reply.status, headers, body: body?.toString() ?? null });
    if (!isWrite(route) && 'ETag' in headers && isFresh(req.headers['if-none-match'], headers['ETag'])) {
      send(res, { status: 304, headers, body: null });
    } else send(res, { status: reply.status, headers, body });
  }

  /** The work is done whether or not its answer could be kept: a repeat derives the same ids and finds it done. */
  async function keep(claimed: Claim, sent: SentAnswer): Promise<void> {
    await claimed.finish(sent).catch((err: unknown) => deps.log.warn({ err }, 'an answer was not kept for repeats'));
  }

  const problemAnswer = ({ req, res }: Asked, p: Problem): SentAnswer => {
    const path = req.originalUrl.split('?', 1)[0] ?? '/';
    const body = problemBody(p, languageOf(req.headers['accept-language']), path, stateOf(res).id);
    const headers = { ...p.options.headers, 'Content-Type': 'application/problem+json; charset=utf-8' };
    return { status: p.status, headers, body: JSON.stringify(body) };
  };

  const audit = (
    req: Request,
    caller: Caller | null,
    actor: Actor | null,
    params: unknown,
    status: number,
    disclosed?: { readonly persons: readonly string[]; readonly purpose: string },
  ) =>
    services.audit({
      ...disclosed,
      action: route.audit ?? route.operationId,
      accountId: caller?.accountId ?? null,
      actor,
      target: params as Record<string, string>,
      requestId: req.res === undefined ? '' : stateOf(req.res).id,
      status,
    });

  return (req, res, next) => {
    run(req, res).catch(next);
  };
}

const isOwn = (caller: Caller | null, person: string): boolean =>
  caller !== null &&
  (person === accountRef(caller.accountId) ||
    (caller.householdId !== null && person === householdRef(caller.householdId)));

const ipOf = (req: Request): string => req.ip ?? req.socket.remoteAddress ?? 'unknown';

function setCors(route: AnyRoute, { config }: ApiDeps, res: Response): void {
  if (route.corsOrigin === undefined) return;
  res.setHeader('Access-Control-Allow-Origin', route.corsOrigin(config));
  res.setHeader('Access-Control-Allow-Credentials', 'true');
  res.setHeader('Vary', 'Origin');
}
