import type { AnyRoute } from '../../route.ts';
import { policyDraftRoutes } from './drafts.ts';
import { policyRunRoutes } from './runs.ts';
import { policyVersionRoutes } from './versions.ts';

/** The operators' editor of the policy. */
export const policyRoutes: readonly AnyRoute[] = [...policyDraftRoutes, ...policyVersionRoutes, ...policyRunRoutes];
