import { refuse, type Command, type Context, type Decision } from '../kernel/types.ts';
import type { ApplicationPolicy, ApplicationState } from './types.ts';

export type ApplicationContext = Context<ApplicationPolicy>;

/** Decides one command. Stage, sender and due time were checked before. */
export type Handler = (state: ApplicationState, command: Command, context: ApplicationContext) => Decision;

export type Handlers = { readonly [command: string]: Handler };

export const invalid = (member: string): Decision => refuse('INVALID_REQUEST', { member });
