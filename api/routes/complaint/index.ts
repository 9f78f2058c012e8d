import type { AnyRoute } from '../../route.ts';
import { complaintCommandRoutes } from './commands.ts';
import { makeComplaint } from './make.ts';
import { complaintReadRoutes } from './read.ts';

/** Complaints. */
export const complaintRoutes: readonly AnyRoute[] = [makeComplaint, ...complaintReadRoutes, ...complaintCommandRoutes];
