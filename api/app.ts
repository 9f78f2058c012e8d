import express, { type Express, type RequestHandler } from 'express';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { problem } from '../contracts/problems.ts';
import type { ApiDeps } from './deps.ts';
import { docsPage } from './docs.ts';
import { healthPages } from './health.ts';
import { core } from './middleware/core.ts';
import { errorHandler } from './middleware/errors.ts';
import { overloadGuard, type Overload } from './middleware/overload.ts';
import { opsPages } from './ops-pages.ts';
import { allRoutes } from './registry.ts';
import type { AnyRoute } from './route.ts';
import { routeHandler } from './run-route.ts';
import { createServices, type ApiServices } from './services.ts';

export interface AppOptions {
  /** Default: every route of Bangfu. Tests add their own. */
  readonly routes?: readonly AnyRoute[];
  /** Turns requests away while there is too much to do. Tests bring one that they command. */
  readonly overload?: Overload;
  /** Share of the process's time, 0 to 1, above which crowds wait for everybody else. */
  readonly crowdsUpTo?: number;
}

export interface ApiApp {
  readonly express: Express;
  readonly services: ApiServices;
  /** Stops what the app runs by itself (timers, the watch over open needs). */
  close(): Promise<void>;
}

/** The whole API as an Express app. Opens no connection and no port. */
export function createApp(
  deps: ApiDeps,
  { routes: all = allRoutes, overload = overloadGuard({ maxDelayMs: 400 }), crowdsUpTo = 0.7 }: AppOptions = {},
): ApiApp {
  const routes = all.filter((route) => route.absentInProduction !== true || deps.config.profile !== 'production');
  const services = createServices(deps, crowdsUpTo);
  const app = express();
  app.disable('x-powered-by');
  // Entity tags come from a record's revision; hashing every body would cost more than it saves.
  app.set('etag', false);
  // Routes read the query themselves, strictly.
  app.set('query parser', false);
  app.set('trust proxy', 'loopback, linklocal, uniquelocal');
  app.use(core(deps));
  healthPages(app, deps);
  // In a flood its operators must still see: who has signed in here is not turned away.
  opsPages(app, deps, services, overload.overloaded);
  app.use(overload.shed);
  app.use(api(routes, deps, services));
  docsPage(app, routes);
  app.use((_req, _res, next) => next(problem('NOT_FOUND')));
  app.use(errorHandler(deps));
  const close = (): Promise<void> => {
    overload.stop();
    services.loopShare.stop();
    return services.openNeeds.close();
  };
  return { express: app, services, close };
}

/** `/v1/needs/{needId}` → `/v1/needs/:needId` */
const treePath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** What the tree keeps with a path and method. */
type Here = { readonly route: AnyRoute; readonly handler: RequestHandler };

/**
 * Finds the route of a request by a tree of paths. Express would try one pattern after the other, and after an error
 * every one behind: with two hundred routes that is most of what turning somebody away costs. A fixed segment comes
 * before a parameter in the same place: `/v1/needs/mine` is no need's id.
 */
function api(routes: readonly AnyRoute[], deps: ApiDeps, services: ApiServices): RequestHandler {
  assertUnique(routes);
  const tree = findMyWay({
    caseSensitive: true,
    ignoreTrailingSlash: false,
    maxParamLength: 1_000,
    onBadUrl: () => undefined,
  });
  for (const route of routes) {
    const here: Here = { route, handler: routeHandler(route, deps, services) };
    tree.on(methodOf(route), treePath(route.path), () => undefined, here);
  }
  const find = (method: string, url: string) => tree.find(method as HTTPMethod, url);
  const methods = [...new Set(routes.map(methodOf))];
  return (req, res, next) => {
    const url = req.url.split('?', 1)[0] ?? '/';
    const found = find(req.method === 'HEAD' ? 'GET' : req.method, url);
    if (found === null) {
      const here = methods.flatMap((method) => (find(method, url)?.store as Here | undefined) ?? []);
      if (here.length === 0) next();
      else
        otherMethod(
          here.map(({ route }) => route),
          deps,
        )(req, res, next);
      return;
    }
    const here = found.store as Here | null;
    if (here === null) throw problem('INVALID_REQUEST', { errors: [MALFORMED_PATH] });
    req.params = found.params as Record<string, string>;
    return here.handler(req, res, next);
  };
}

const MALFORMED_PATH = { pointer: '/path', code: 'INVALID', detail: 'malformed percent-encoding' };
const methodOf = ({ method }: AnyRoute): HTTPMethod => method.toUpperCase() as HTTPMethod;

/** Paths that no request could tell apart are equal in this. */
const sortKey = (path: string): string => path.replaceAll(/\{\w+\}/g, '~');

function assertUnique(routes: readonly AnyRoute[]): void {
  const names = routes.flatMap(({ operationId, method, path }) => [operationId, `${method} ${sortKey(path)}`]);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`routes defined twice: ${twice.join(', ')}`);
}

/** Any other method on a known path: OPTIONS says what there is, the rest is 405. */
function otherMethod(here: readonly AnyRoute[], { config }: ApiDeps): RequestHandler {
  const methods = here.map((route) => route.method.toUpperCase());
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  const open = here.find((route) => route.corsOrigin !== undefined);
  return (req, res, next) => {
    if (req.method !== 'OPTIONS') {
      next(problem('METHOD_NOT_ALLOWED', { headers: { Allow: allow } }));
      return;
    }
    res.setHeader('Allow', allow);
    if (open?.corsOrigin !== undefined) {
      res.setHeader('Access-Control-Allow-Origin', open.corsOrigin(config));
      res.setHeader('Access-Control-Allow-Credentials', 'true');
      res.setHeader('Access-Control-Allow-Methods', methods.join(', '));
      res.setHeader('Access-Control-Allow-Headers', 'authorization, content-type, x-namespace');
      res.setHeader('Access-Control-Max-Age', '600');
      res.setHeader('Vary', 'Origin');
    }
    res.statusCode = 204;
    res.end();
  };
}
