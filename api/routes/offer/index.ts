import type { AnyRoute } from '../../route.ts';
import { offerCommandRoutes } from './commands.ts';
import { makeOffer } from './make.ts';
import { matchRoutes } from './match.ts';
import { offerReadRoutes } from './read.ts';

/** What donors offer in advance, and how it finds those who need it. */
export const offerRoutes: readonly AnyRoute[] = [makeOffer, ...offerReadRoutes, ...offerCommandRoutes, ...matchRoutes];
