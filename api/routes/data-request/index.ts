import type { AnyRoute } from '../../route.ts';
import { dataCopyRoutes } from './copy.ts';
import { erasureRoutes } from './erasure.ts';

export const dataRequestRoutes: readonly AnyRoute[] = [...dataCopyRoutes, ...erasureRoutes];
