import type { Command, Context, Decision } from '../kernel/types.ts';
import { refuse } from '../kernel/types.ts';
import type { NeedPolicy, NeedState } from './types.ts';

export type NeedContext = Context<NeedPolicy>;

/** Decides one command. Stage, sender and due time were checked before. */
export type Handler = (state: NeedState, command: Command, context: NeedContext) => Decision;

export type Handlers = { readonly [command: string]: Handler };

/** For data that the API should have refused: the case guards itself too. `member` names the faulty part. */
export const invalid = (member: string): Decision => refuse('INVALID_REQUEST', { member });
