import { refuse, type Command, type Context, type Decision } from '../kernel/types.ts';
import type { ComplaintPolicy, ComplaintState } from './types.ts';

export type ComplaintContext = Context<ComplaintPolicy>;

/** Decides one command. Stage, sender and due time were checked before. */
export type Handler = (state: ComplaintState, command: Command, context: ComplaintContext) => Decision;

export type Handlers = { readonly [command: string]: Handler };

export const invalid = (member: string): Decision => refuse('INVALID_REQUEST', { member });
