import { refuse, type Command, type Context, type Decision } from '../kernel/types.ts';
import type { PledgePolicy, PledgeState } from './types.ts';

export type PledgeContext = Context<PledgePolicy>;

/** Decides one command. Stage, sender and due time were checked before. */
export type Handler = (state: PledgeState, command: Command, context: PledgeContext) => Decision;

export type Handlers = { readonly [command: string]: Handler };

export const invalid = (member: string): Decision => refuse('INVALID_REQUEST', { member });
