import type { AnyRoute } from './route.ts';
import { metaRoutes } from './routes/meta.ts';

/** Every route of Bangfu. A new noun adds its line here and nothing else: docs, checks and tests follow. */
export const allRoutes: readonly AnyRoute[] = [...metaRoutes];
