import type { Client } from './client.ts';

/** Which operations of the API a demo has used: the others are told, so that nothing stays unshown unnoticed. */

export interface Usage {
  readonly total: number;
  readonly used: number;
  /** By operationId: asked for, and refused each time. */
  readonly refused: readonly string[];
  /** By operationId. */
  readonly unused: readonly string[];
}

interface Document {
  readonly paths: { readonly [path: string]: { readonly [method: string]: { readonly operationId: string } } };
}

/** Asks the API for its own description. */
export async function usageOf(client: Client): Promise<Usage> {
  return compare(await client.get<Document>('/v1/openapi.json', null), client.used, client.refused);
}

/** `used`, `refused`: method and path of each request. */
export function compare(
  { paths }: Document,
  used: ReadonlySet<string>,
  refused: ReadonlySet<string> = new Set(),
): Usage {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({ path, method: method.toUpperCase(), operationId })),
  );
  // A path without parameters before one with them: /v1/accounts/lookup is no account.
  const byPath = [...operations].sort((a, b) => wildcards(a.path) - wildcards(b.path));
  const operationsOf = (requests: ReadonlySet<string>): Set<string> => {
    const found = [...requests].map((request) => {
      const [method = '', path = ''] = request.split(' ');
      return byPath.find((operation) => operation.method === method && patternOf(operation.path).test(path));
    });
    return new Set(found.flatMap((operation) => operation?.operationId ?? []));
  };
  const [seen, asked] = [operationsOf(used), operationsOf(refused)];
  const rest = operations.map(({ operationId }) => operationId).filter((operationId) => !seen.has(operationId));
  const unused = rest.filter((operationId) => !asked.has(operationId));
  return { total: operations.length, used: seen.size, refused: rest.filter((one) => asked.has(one)), unused };
}

const PARAMETER = /\{\w+\}/g;
const wildcards = (path: string): number => path.match(PARAMETER)?.length ?? 0;
const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll('.', '\\.').replace(PARAMETER, '[^/]+')}$`);
