import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { problem, type Language, type Problem, type ProblemCode } from '../contracts/problems.ts';
import type { Purpose } from '../domain/access/disclosure.ts';
import type { Actor, Instant, Level, Role } from '../domain/kernel/types.ts';
import type { ApiDeps } from './deps.ts';
import { routeFaults } from './route-faults.ts';
import type { ApiServices } from './services.ts';

/**
 * A route is one object: it registers the Express route, the operation of the OpenAPI file, the permission check and
 * the row of the authorisation test. A route without `access` does not compile.
 */

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/**
 * Which records a caller reaches. The handler keeps it in its database query (`scopeFilter` of domain/access, never a
 * filter afterwards) and answers NOT_FOUND outside of it; the authorisation test calls every route with a scope other
 * than `none` on a record outside and expects 404.
 * `own`: his account's own records. `region`: records inside the grant's region. `party`: he is one of the people of
 * the case, or it lies in his region. `none`: the route names no record that could be somebody else's.
 */
export type Scope = 'none' | 'own' | 'region' | 'party';

export type HumanRole = Exclude<Role, 'clock' | 'system'>;

export type Access =
  | { readonly public: true }
  /** Any account, with whatever grant. */
  | { readonly signedIn: true; readonly scope: Scope }
  | {
      readonly roles: readonly [HumanRole, ...HumanRole[]];
      /** For cadres only: which levels. Other roles are not affected. */
      readonly levels?: readonly [Level, ...Level[]];
      readonly scope: Scope;
    };

/** Classes of limits; the numbers are in api/middleware/rate-limits.ts. */
export type RateBucket = 'read' | 'search' | 'write' | 'signIn' | 'register' | 'upload' | 'export';

export type Idempotency =
  /** Needs the header Idempotency-Key; repeats get the original answer. The default of every write. */
  | 'required'
  /** Says why a repeat does no harm. */
  | { readonly none: string };

export interface Crowd {
  /** The path parameter that names the thing. */
  readonly by: string;
  readonly atOnce: number;
  /** So many more wait for a place, each at most `waitMs`. */
  readonly waiting: number;
  readonly waitMs: number;
}

export interface Upload {
  /** Name of the multipart field that holds the file(s). */
  readonly field: string;
  readonly maxFiles: number;
  readonly maxBytes: number;
  /** Accepted declared types; the handler still looks at the bytes. */
  readonly types: readonly string[];
}

export interface UploadedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** A body that is not JSON: an image, a CSV export, server-sent events. */
export interface BinaryBody {
  readonly contentType: string;
  readonly description: string;
}
export const binary = (contentType: string, description: string): BinaryBody => ({ contentType, description });

/** Status → schema of the JSON body, `binary(…)`, or null for no body. Only 2xx (and 303, 304): errors are problems. */
export type Responses = { readonly [status: number]: z.ZodType | BinaryBody | null };

type BodyOf<S> = S extends z.ZodType
  ? /** A Buffer is JSON that is serialised already. */ { readonly body: z.input<S> | Buffer }
  : S extends BinaryBody
    ? { readonly body: Buffer | Readable }
    : { readonly body?: undefined };

/** What a handler returns. `etag`: the record's revision; the framework answers 304 when the caller has it already. */
export type Reply<R extends Responses> = {
  [S in keyof R & number]: {
    readonly status: S;
    readonly etag?: number | string;
    readonly headers?: Readonly<Record<string, string>>;
    /** Whose data the answer shows to one who serves (`personsIn`); required with `personal`. */
    readonly persons?: readonly string[];
  } & BodyOf<R[S]>;
}[keyof R & number];

export interface RequestSchemas {
  /** All four are checked at definition: params, query and body refuse unknown fields. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly headers?: z.ZodObject;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : Record<string, never>;

/** A signed-in account in the capacity in which it acts now. */
export interface Caller {
  readonly accountId: string;
  /** Set when the account belongs to a household. */
  readonly householdId: string | null;
  /** Code of the region where he lives, as he says; null when he has not said. */
  readonly homeRegion: string | null;
  readonly grants: readonly Grant[];
  readonly sessionId: string;
  /** A household that came in by its number and a code: `accountId` is the household's id. See HOUSEHOLD_ROUTES. */
  readonly byNumber?: true;
  /** His account is frozen: he has no office and no household here. See FROZEN_ROUTES. */
  readonly frozen?: true;
}

export interface Grant {
  readonly id: string;
  readonly role: HumanRole;
  readonly level?: Level;
  readonly regionCode?: string;
  readonly standsInFor?: string;
}

export interface Ctx<A extends Access, Q extends RequestSchemas> {
  readonly deps: ApiDeps;
  readonly params: Parsed<Q['params']>;
  readonly query: Parsed<Q['query']>;
  readonly body: Q['body'] extends z.ZodType ? z.output<Q['body']> : undefined;
  readonly headers: Parsed<Q['headers']>;
  readonly files: readonly UploadedFile[];
  /** Empty unless the route asks for `rawBody`. */
  readonly rawBody: Buffer;
  /** The grant in use: the one named by Bangfu-Acting-As, else the first that satisfies the route. */
  readonly actor: A extends { public: true } ? Actor | null : Actor;
  readonly caller: A extends { public: true } ? Caller | null : Caller;
  readonly language: Language;
  /** The caller's address, for limits only: never stored in clear. */
  readonly ip: string;
  readonly requestId: string;
  readonly log: Logger;
  /** Time of the request's arrival; on a repeat after a crash that of the first try, so that ids come out the same. */
  readonly now: Instant;
  /**
   * Whether this request was tried before and its answer is not known: its process died, its answer was not kept, or it
   * failed for a reason that may pass. What the first try did may be done.
   */
  readonly isRepeat: boolean;
  readonly services: ApiServices;
  /** Revision from If-Match, or null when the caller sent none. Compare with `requireVersion`. */
  readonly ifMatch: number | null;
  /** Same account, operation, path and Idempotency-Key → same id. Random where idempotency is not required. */
  readonly idempotencyId: string;
  /** The id for the one command this request sends to a case. `commandIdFor('x')` for further ones. */
  readonly commandId: string;
  commandIdFor(label: string): string;
  /** A UUIDv7 derived from the idempotency id: a repeated request makes the same record, not a second one. */
  newId(label?: string): string;
}

/** What a token is good for: the API, or only showing decoded payloads in the Temporal UI. */
export type Audience = 'api' | 'codec';

export interface Route<
  A extends Access = Access,
  Q extends RequestSchemas = RequestSchemas,
  R extends Responses = Responses,
> {
  readonly method: Method;
  /** OpenAPI style: `/v1/needs/{needId}` */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly [string, ...string[]];
  readonly access: A;
  readonly request?: Q;
  readonly responses: R;
  /** Codes worth naming in the docs beyond those that every route of its kind has. */
  readonly problems?: readonly ProblemCode[];
  /** Writes an audit record under this name after every success (and for every refusal of a write by permission). */
  readonly audit?: string;
  /**
   * Shows people's own data to those who serve: kept in the audit trail with whose data (the reply's `persons`) and why,
   * before anything is answered. `stated`: the caller names the purpose (query `purpose`). Which fields it shows is
   * marked in the schemas (`personal` of contracts/http/common.ts); what shows one to others cannot be without a purpose.
   */
  readonly personal?: 'stated' | Purpose;
  readonly idempotency?: Idempotency;
  /** Default: `read` for GET, `write` for the rest. */
  readonly rate?: RateBucket;
  readonly upload?: Upload;
  /** Largest JSON body in bytes; default 100 kB. */
  readonly bodyLimit?: number;
  /** How many requests on one thing each process handles at once and lets wait; the rest is turned away at the door. */
  readonly crowd?: Crowd;
  /** The handler gets the body's bytes too, whose signature it checks: for what a provider calls. */
  readonly rawBody?: true;
  /** For developers: production does not have it. */
  readonly absentInProduction?: true;
  /** Pages of this origin may call the route from a browser; by default no page of another origin may. */
  readonly corsOrigin?: (config: ApiDeps['config']) => string;
  /** A cookie that may stand for the Authorization header here, and the audience its token was made for. */
  readonly cookie?: { readonly name: string; readonly audience: Audience };
  /**
   * Asked before anything is written for a request with an idempotency key: the answer when what it comes for is known to
   * be gone. Who was answered under this key before gets that answer all the same.
   */
  readonly gone?: NoInfer<(ctx: Ctx<A, Q>) => Problem | null>;
  /** NoInfer: the types come from the schemas alone, so that literals in the reply keep their types. */
  readonly handler: NoInfer<(ctx: Ctx<A, Q>) => Promise<Reply<R>> | Reply<R>>;
}

/** A route whose exact types no longer matter: what lists of routes hold. */
export interface AnyRoute extends Omit<Route, 'handler' | 'gone'> {
  readonly gone?: (ctx: never) => Problem | null;
  readonly handler: (ctx: never) => Promise<AnyReply> | AnyReply;
}

export interface AnyReply {
  readonly status: number;
  readonly etag?: number | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly persons?: readonly string[];
  readonly body?: unknown;
}

/**
 * Makes a route from its description.
 * @throws Error when path, schemas and idempotency do not fit together: at load, so it cannot ship
 */
export function defineRoute<
  const A extends Access,
  const R extends Responses,
  Q extends RequestSchemas = Record<never, never>,
>(route: Route<A, Q, R>): Route<A, Q, R> {
  const faults = routeFaults(route as unknown as AnyRoute);
  if (faults.length > 0) throw new Error(`route ${route.operationId}: ${faults.join('; ')}`);
  return route;
}

export const isWrite = (route: Pick<AnyRoute, 'method'>): boolean => route.method !== 'get';

export const needsIdempotencyKey = (route: Pick<AnyRoute, 'method' | 'idempotency'>): boolean =>
  isWrite(route) && (route.idempotency ?? 'required') === 'required';

/** Refuses a change to a record that the caller has not seen in its present revision; without If-Match anything goes. */
export function requireVersion({ ifMatch }: { readonly ifMatch: number | null }, rev: number): void {
  if (ifMatch !== null && ifMatch !== rev) throw problem('VERSION_MISMATCH', { headers: { ETag: `"${rev}"` } });
}
