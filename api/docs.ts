import { Router, type Express, type RequestHandler } from 'express';
import { openApiDocument } from './openapi.ts';
import type { AnyRoute } from './route.ts';

/** The page loads its own files only, but draws with inline styles and data images. */
const relaxed: RequestHandler = (_req, res, next) => {
  res.setHeader(
    'Content-Security-Policy',
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
  );
  res.setHeader('Cache-Control', 'private, max-age=300');
  next();
};

/** `/v1/openapi.json` and `/docs`; both work without the internet. */
export function docsPage(app: Express, routes: readonly AnyRoute[]): void {
  let document: string | undefined;
  app.get('/v1/openapi.json', (_req, res) => {
    document ??= JSON.stringify(openApiDocument(routes));
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
    res.end(document);
  });
  const options = {
    customSiteTitle: 'Bangfu API',
    swaggerOptions: { url: '/v1/openapi.json', persistAuthorization: false },
  };
  // Loaded when somebody looks: the page is a tenth of what the API would load at its start.
  let page: Promise<RequestHandler> | undefined;
  const load = async (): Promise<RequestHandler> => {
    const { default: swaggerUi } = await import('swagger-ui-express');
    return Router().use(swaggerUi.serveFiles(undefined, options), swaggerUi.setup(undefined, options));
  };
  app.use('/docs', relaxed, async (req, res, next) => {
    page ??= load();
    await (
      await page
    )(req, res, next);
  });
}
