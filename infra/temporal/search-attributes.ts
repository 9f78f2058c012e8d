import type { Connection } from '@temporalio/client';
import { SearchAttributeType } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.ts';

/** Numbers of `temporal.api.enums.v1.IndexedValueType`. */
const INDEXED_VALUE_TYPE: Readonly<Record<SearchAttributeType, number>> = {
  [SearchAttributeType.TEXT]: 1,
  [SearchAttributeType.KEYWORD]: 2,
  [SearchAttributeType.INT]: 3,
  [SearchAttributeType.DOUBLE]: 4,
  [SearchAttributeType.BOOL]: 5,
  [SearchAttributeType.DATETIME]: 6,
  [SearchAttributeType.KEYWORD_LIST]: 7,
};

/** Name → indexed value type of every search attribute that cases use. */
export const REQUIRED_ATTRIBUTES: Readonly<Record<string, number>> = Object.fromEntries(
  Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => [name, INDEXED_VALUE_TYPE[type]]),
);

/** Those of the required attributes that a namespace lacks. @throws Error when one is there with another type */
export async function missingAttributes(connection: Connection, namespace: string): Promise<Record<string, number>> {
  const listed = await connection.operatorService.listSearchAttributes({ namespace });
  const present = listed.customAttributes ?? {};
  for (const [name, type] of Object.entries(REQUIRED_ATTRIBUTES)) {
    const found = present[name];
    if (found !== undefined && found !== type) {
      throw new Error(`search attribute ${name} of namespace ${namespace} has type ${found}, it must be ${type}`);
    }
  }
  return Object.fromEntries(Object.entries(REQUIRED_ATTRIBUTES).filter(([name]) => present[name] === undefined));
}

/** Workers call this first: a workflow that upserts an unknown attribute would fail its task for ever. */
export async function assertSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const missing = Object.keys(await missingAttributes(connection, namespace));
  if (missing.length === 0) return;
  throw new Error(`namespace ${namespace} lacks the search attributes ${missing.join(', ')}; run scripts/setup.ts`);
}
