import type { z } from 'zod';
import { personalFields } from './personal-fields.ts';
import type { AnyRoute } from './route.ts';

export const pathParams = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? '');

/** Whether a schema refuses unknown fields. Scalars have none; of a union every member must. */
function isStrict(schema: z.ZodType): boolean {
  const def = schema.def as { type: string; catchall?: z.ZodType; options?: z.ZodType[]; in?: z.ZodType };
  if (def.type === 'object') return def.catchall?.def.type === 'never';
  if (def.type === 'union') return (def.options ?? []).every(isStrict);
  if (def.type === 'pipe' && def.in !== undefined) return isStrict(def.in);
  return true;
}

/** What of a route does not fit together: found when it is defined, so that it cannot ship. */
export function routeFaults(route: AnyRoute): string[] {
  const { request = {} } = route;
  const faults: string[] = [];
  const inPath = pathParams(route.path).sort().join();
  const inSchema = Object.keys(request.params?.shape ?? {})
    .sort()
    .join();
  if (inPath !== inSchema) faults.push(`path has {${inPath}}, params schema has {${inSchema}}`);
  for (const part of ['params', 'query', 'body'] as const) {
    const schema = request[part];
    if (schema !== undefined && !isStrict(schema))
      faults.push(`${part} schema takes unknown fields: use z.strictObject`);
  }
  if (route.method === 'get' && (request.body !== undefined || route.upload !== undefined))
    faults.push('a GET has no body');
  if (route.method === 'get' && route.idempotency !== undefined) faults.push('a GET needs no idempotency');
  if (route.personal !== undefined && route.audit === undefined) faults.push('what shows personal data is audited');
  if (route.personal === 'stated' && request.query?.shape['purpose'] === undefined)
    faults.push('the query has no purpose');
  faults.push(...disclosureFaults(route));
  for (const status of Object.keys(route.responses).map(Number)) {
    if (!(status >= 200 && status < 400)) faults.push(`response ${status}: errors are problems, not responses`);
  }
  return faults;
}

/** Whoever reads what concerns others names a purpose; of his own he may read what he likes. */
function disclosureFaults({ method, access, responses, personal }: AnyRoute): string[] {
  const scope = 'public' in access ? 'none' : access.scope;
  if (personal !== undefined || scope === 'own') return [];
  const fields = Object.values(responses).flatMap((schema) => personalFields(schema));
  if (fields.length > 0) return [`shows ${fields.join(', ')} without a purpose: \`personal\``];
  return scope === 'party' && method === 'get' ? ['shows what people are party to without a purpose: `personal`'] : [];
}
