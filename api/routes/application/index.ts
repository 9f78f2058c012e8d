import type { AnyRoute } from '../../route.ts';
import { applyForOffice } from './apply.ts';
import { applicationCommandRoutes } from './commands.ts';
import { applicationReadRoutes } from './read.ts';

/** Applications for a cadre's office. */
export const applicationRoutes: readonly AnyRoute[] = [
  applyForOffice,
  ...applicationReadRoutes,
  ...applicationCommandRoutes,
];
