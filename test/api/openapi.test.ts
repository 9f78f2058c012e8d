import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Router } from 'express';
import { allRoutes } from '../../api/registry.ts';
import { OPENAPI_FILE, openApiText } from '../../scripts/openapi/text.ts';
import { useApi } from '../support/api.ts';

interface Document {
  openapi: string;
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
}

/** Pages that are no operations of the API. */
const PAGES = ['/health/live', '/health/ready', '/metrics', '/v1/openapi.json', '/ops/codec'];

describe('the OpenAPI file', () => {
  const api = useApi();
  const served = async (): Promise<Document> => (await api.call('GET', '/v1/openapi.json')).body;
  const methodsOf = (document: Document): string[] =>
    Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((m) => `${m} ${path}`));

  it('docs/openapi.json is what the routes say (else: npm run openapi:write)', () => {
    expect(readFileSync(OPENAPI_FILE, 'utf8')).to.equal(openApiText());
  });

  it('is served, in version 3.1', async () => {
    const document = await served();
    expect(document.openapi).to.equal('3.1.0');
    expect(document).to.deep.equal(JSON.parse(openApiText()));
  });

  it('names every route that is served, and no other', async () => {
    const wanted = allRoutes.map(({ method, path }) => `${method} ${path}`).sort();
    expect(methodsOf(await served()).sort()).to.deep.equal(wanted);
    for (const path of new Set(allRoutes.map((route) => route.path))) {
      const methods = allRoutes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
      const allowed = (await api.call('OPTIONS', path.replaceAll(/\{\w+\}/g, 'x'))).headers.get('allow') ?? '';
      expect(allowed.split(', '), path).to.include.members(methods);
    }
    // Beside them Express has its pages only.
    const registered = registeredRoutes((api.app.express as unknown as { router: Router }).router);
    expect(registered.sort()).to.deep.equal(PAGES.map((path) => `get ${path}`).sort());
  });

  it('gives every operation its own id, a summary and its problems', async () => {
    const operations = Object.values((await served()).paths).flatMap((methods) => Object.values(methods));
    expect(new Set(operations.map((o) => o.operationId)).size).to.equal(operations.length);
    for (const operation of operations) expect(operation.responses).to.include.keys('400', '429', '503');
  });

  it('is shown on the docs page, with everything the page needs on our own server', async () => {
    const page = await api.call('GET', '/docs/');
    expect(page.status).to.equal(200);
    expect(page.text).not.to.match(/(?:src|href)="https?:/);
    for (const [, file] of page.text.matchAll(/(?:src|href)="\.\/([\w.-]+\.(?:js|css))"/g)) {
      expect((await api.call('GET', `/docs/${file ?? ''}`)).status, file).to.equal(200);
    }
  });
});

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle?: { stack?: Layer[] };
}

function registeredRoutes(router: { stack: unknown }): string[] {
  return (router.stack as Layer[]).flatMap(({ route, handle }): string[] => {
    if (route !== undefined)
      return Object.keys(route.methods)
        .filter((m) => m !== '_all')
        .map((m) => `${m} ${route.path}`);
    return handle?.stack === undefined ? [] : registeredRoutes({ stack: handle.stack });
  });
}
