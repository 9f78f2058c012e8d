import { openApiDocument } from '../../api/openapi.ts';
import { allRoutes } from '../../api/registry.ts';

export const OPENAPI_FILE = new URL('../../docs/openapi.json', import.meta.url);

/** docs/openapi.json as the routes say it. */
export const openApiText = (): string => `${JSON.stringify(openApiDocument(allRoutes), null, 1)}\n`;
