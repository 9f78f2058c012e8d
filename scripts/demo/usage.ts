import type { Client } from './client.ts';

/** Which operations of the API a demo has used: the others are told, so that nothing stays unshown unnoticed. */

export interface Usage {
  readonly total: number;
  readonly used: number;
  /** By operationId. */
  readonly unused: readonly string[];
}

interface Document {
  readonly paths: { readonly [path: string]: { readonly [method: string]: { readonly operationId: string } } };
}

/** Asks the API for its own description. */
export async function usageOf(client: Client): Promise<Usage> {
  return compare(await client.get<Document>('/v1/openapi.json', null), client.used);
}

/** `used`: method and path of each request. */
export function compare({ paths }: Document, used: ReadonlySet<string>): Usage {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({ path, method: method.toUpperCase(), operationId })),
  );
  // A path without parameters before one with them: /v1/accounts/lookup is no account.
  const byPath = [...operations].sort((a, b) => wildcards(a.path) - wildcards(b.path));
  const seen = new Set<string>();
  for (const request of used) {
    const [method = '', path = ''] = request.split(' ');
    const found = byPath.find((operation) => operation.method === method && patternOf(operation.path).test(path));
    if (found !== undefined) seen.add(found.operationId);
  }
  const unused = operations.map(({ operationId }) => operationId).filter((operationId) => !seen.has(operationId));
  return { total: operations.length, used: seen.size, unused };
}

const PARAMETER = /\{\w+\}/g;
const wildcards = (path: string): number => path.match(PARAMETER)?.length ?? 0;
const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll('.', '\\.').replace(PARAMETER, '[^/]+')}$`);
