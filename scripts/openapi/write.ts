import { mkdirSync, writeFileSync } from 'node:fs';
import { OPENAPI_FILE, openApiText } from './text.ts';

/** `npm run openapi:write`: run it after every change of a route; a test compares the file with the routes. */
mkdirSync(new URL('.', OPENAPI_FILE), { recursive: true });
writeFileSync(OPENAPI_FILE, openApiText());
console.log(`wrote ${OPENAPI_FILE.pathname}`);
