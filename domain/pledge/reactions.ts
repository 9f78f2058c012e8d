import type { Reaction } from '../kernel/types.ts';

/** A pledge asks for no outside work: its moves reach the need's tally in the recording itself. */
export const pledgeReactions = (): readonly Reaction[] => [];
