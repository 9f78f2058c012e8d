import {
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type ResponseConfig,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import type { z } from 'zod';
import { problemSchema } from '../contracts/http/common.ts';
import { PROBLEMS, type ProblemCode } from '../contracts/problems.ts';
import { personalFields } from './personal-fields.ts';
import { isWrite, needsIdempotencyKey, type Access, type AnyRoute, type BinaryBody } from './route.ts';

type Document = ReturnType<OpenApiGeneratorV31['generateDocument']>;

const DESCRIPTION = `Mutual aid between poor households, cadres and donors.

Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`. Every write wants an \`Idempotency-Key\`: the same key
with the same content gets the original answer. A command that cannot be applied at once is answered with 202 and
\`Location\`; it is applied later, exactly once. Records carry an \`ETag\`; send it back as \`If-Match\` to change only what
you have seen. An account with several grants chooses one with \`Bangfu-Acting-As\`.`;

/** The OpenAPI 3.1 description of the routes: the same objects that run. */
export function openApiDocument(routes: readonly AnyRoute[]): Document {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  for (const route of routes) registry.registerPath(operation(route));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Bangfu 帮扶', version: '1', description: DESCRIPTION },
    servers: [{ url: '/' }],
  });
}

function operation(route: AnyRoute): RouteConfig {
  const { method, path, operationId, summary, tags, access, request = {} } = route;
  return {
    method,
    path,
    operationId,
    summary,
    description: [route.description, accessText(access)].filter(Boolean).join('\n\n'),
    tags: [...tags],
    ...('public' in access ? {} : { security: [{ token: [] }] }),
    'x-access': access,
    ...disclosure(route),
    request: {
      ...(request.params && { params: request.params }),
      ...(request.query && { query: request.query }),
      ...(request.headers && { headers: request.headers }),
      ...bodyConfig(route),
    },
    parameters: headerParameters(route),
    responses: { ...successes(route), ...failures(route) },
  };
}

/** What it shows of people, and for what: every reading by those who serve is kept with it. */
function disclosure({ personal, responses }: AnyRoute): { 'x-discloses'?: object } {
  if (personal === undefined) return {};
  const fields = Object.values(responses).flatMap(personalFields);
  return { 'x-discloses': { purpose: personal, fields: [...new Set(fields)] } };
}

/** Who may call, in words; `x-access` has it for machines. */
function accessText(access: Access): string {
  if ('public' in access) return 'Access: everybody.';
  const scope = access.scope === 'none' ? '' : ` Scope: ${access.scope}; outside of it the answer is 404.`;
  if ('signedIn' in access) return `Access: every account.${scope}`;
  const levels = access.levels === undefined ? '' : ` (cadres of level ${access.levels.join(', ')})`;
  return `Access: ${access.roles.join(', ')}${levels}.${scope}`;
}

function bodyConfig({ request = {}, upload }: AnyRoute): Pick<NonNullable<RouteConfig['request']>, 'body'> {
  if (upload !== undefined)
    return { body: { required: true, content: { 'multipart/form-data': { schema: uploadSchema(upload) } } } };
  if (request.body === undefined) return {};
  return { body: { required: true, content: { 'application/json': { schema: request.body } } } };
}

const uploadSchema = ({ field, maxFiles, maxBytes, types }: NonNullable<AnyRoute['upload']>) => {
  const file = {
    type: 'string' as const,
    format: 'binary',
    description: `${types.join(', ')}; at most ${maxBytes} bytes`,
  };
  const value = maxFiles === 1 ? file : { type: 'array' as const, maxItems: maxFiles, items: file };
  return { type: 'object' as const, required: [field], properties: { [field]: value } };
};

function headerParameters(route: AnyRoute): NonNullable<RouteConfig['parameters']> {
  const header = (name: string, required: boolean, description: string) => ({
    name,
    in: 'header' as const,
    required,
    description,
    schema: { type: 'string' as const },
  });
  return [
    ...(needsIdempotencyKey(route) ? [header('Idempotency-Key', true, '1 to 255 visible ASCII characters')] : []),
    ...('public' in route.access
      ? []
      : [header('Bangfu-Acting-As', false, 'Grant id, role, or place in the list of grants')]),
    ...(isWrite(route) ? [header('If-Match', false, 'ETag of the record as it was read')] : []),
  ];
}

type Responses = Record<string, ResponseConfig>;

function successes({ responses }: AnyRoute): Responses {
  const entries = Object.entries(responses).map(([status, schema]): [string, ResponseConfig] => [
    status,
    success(status, schema),
  ]);
  return Object.fromEntries(entries);
}

function success(status: string, schema: z.ZodType | BinaryBody | null): ResponseConfig {
  if (schema === null) return { description: STATUS_TEXT[status] ?? 'Done' };
  if ('contentType' in schema) {
    const type = schema.contentType.split(';', 1)[0] ?? schema.contentType;
    return { description: schema.description, content: { [type]: { schema: { type: 'string', format: 'binary' } } } };
  }
  return { description: STATUS_TEXT[status] ?? 'Done', content: { 'application/json': { schema } } };
}

const STATUS_TEXT: Readonly<Record<string, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted for good; `Location` says where the outcome will be',
  204: 'Done',
};

/** What a caller must be ready for, by kind of route, and what the route names itself. */
function failures(route: AnyRoute): Responses {
  const write: ProblemCode[] = isWrite(route) ? ['UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE'] : [];
  const keyed: ProblemCode[] = needsIdempotencyKey(route)
    ? ['IDEMPOTENCY_KEY_REQUIRED', 'REQUEST_IN_FLIGHT', 'IDEMPOTENCY_KEY_REUSED']
    : [];
  const signedIn: ProblemCode[] = 'public' in route.access ? [] : ['NOT_SIGNED_IN', 'NOT_PERMITTED'];
  const scoped: ProblemCode[] = route.path.includes('{') ? ['NOT_FOUND'] : [];
  const always: ProblemCode[] = ['INVALID_REQUEST', 'TOO_MANY_REQUESTS', 'UNAVAILABLE'];
  const codes = new Set([...always, ...write, ...keyed, ...signedIn, ...scoped, ...(route.problems ?? [])]);
  const sorted = [...groupByStatus(codes)].sort(([a], [b]) => a - b);
  return Object.fromEntries(sorted.map(([status, some]) => [String(status), failure(some)]));
}

const groupByStatus = (codes: Iterable<ProblemCode>): Map<number, ProblemCode[]> => {
  const groups = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = PROBLEMS[code];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return groups;
};

const failure = (codes: readonly ProblemCode[]): ResponseConfig => ({
  description: [...codes].sort().join(', '),
  content: { 'application/problem+json': { schema: problemSchema } },
});
