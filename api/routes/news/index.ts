import type { AnyRoute } from '../../route.ts';
import { newsCareRoutes } from './care.ts';
import { newsTellingRoutes } from './tell.ts';

/** Following a need, what its owners tell those who do, and who looks after it. */
export const newsRoutes: readonly AnyRoute[] = [...newsTellingRoutes, ...newsCareRoutes];
