import type { AnyRoute } from '../../route.ts';
import { claimNeed } from './claim.ts';
import { pledgeCommandRoutes } from './commands.ts';
import { pledgeReadRoutes } from './read.ts';

/** Everything about pledges: the claim, what the parties see, the case's commands. */
export const pledgeRoutes: readonly AnyRoute[] = [claimNeed, ...pledgeReadRoutes, ...pledgeCommandRoutes];
