import type { JsonObject, Level } from '../kernel/types.ts';
import { LEVELS } from '../region/region.ts';

/** Events by which somebody else had to decide, because a level let its time pass. Nobody slept when a cadre was frozen. */
const OVERDUE: readonly string[] = ['reviewTakenOver', 'decisionOverdue'];

/** The level that slept; null for every other event. Operators have no region to be counted in. */
export const sleptLevel = (type: string, data: JsonObject): Level | null =>
  OVERDUE.includes(type) ? (LEVELS.find((level) => level === data['from']) ?? null) : null;
