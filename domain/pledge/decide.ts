import { stageRule } from '../kernel/table.ts';
import { refuse, type Decider } from '../kernel/types.ts';
import { deliveryHandlers } from './delivery.ts';
import type { Handlers } from './handler.ts';
import { holdingHandlers } from './holding.ts';
import { rightsRefusal } from './rights.ts';
import { pledgeTable } from './table.ts';
import type { PledgePolicy, PledgeState } from './types.ts';

const HANDLERS: Handlers = { ...holdingHandlers, ...deliveryHandlers };

/** Decides any command that the table lets happen in this stage; the sender's right comes first. */
export const decidePledge: Decider<PledgeState, PledgePolicy>['decide'] = (state, command, context) => {
  const rule = stageRule(pledgeTable, state.stage).commands[command.name];
  const code = rule === undefined ? null : rightsRefusal(state, command.actor, rule.by, command.name);
  if (code !== null) return refuse(code);
  const handler = HANDLERS[command.name];
  if (handler === undefined) throw new Error(`pledge: nobody handles ${command.name}`);
  return handler(state, command, context);
};
