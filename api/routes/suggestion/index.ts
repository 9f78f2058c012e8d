import type { AnyRoute } from '../../route.ts';
import { suggestDonors } from './donors.ts';
import { suggestNeeds } from './needs.ts';

/** Needs for a donor, and donors for a need. */
export const suggestionRoutes: readonly AnyRoute[] = [suggestNeeds, suggestDonors];
