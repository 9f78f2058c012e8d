import { allowedCommands, isTerminal, refusalByStage, stageRule } from './table.ts';
import type {
  CaseEvent,
  CasePolicy,
  CaseState,
  Command,
  Context,
  Decider,
  JsonObject,
  Reaction,
  Refusal,
} from './types.ts';

/** How many outcomes a case remembers itself; older ones are in the `commands` collection. */
export const REMEMBERED_OUTCOMES = 200;

/** What became of a command. Small and plain: it is stored, sent back to the caller and carried between runs. */
export interface Outcome {
  readonly commandId: string;
  readonly command: string;
  readonly status: 'applied' | 'refused';
  /** The case's sequence number and stage right after the command. */
  readonly seq: number;
  readonly stage: string;
  readonly refusal?: Refusal;
}

/** A case as the engine keeps it: its state, its place in the history, and what it was told lately. */
export interface CaseFile<S extends CaseState = CaseState> {
  readonly state: S;
  readonly seq: number;
  readonly outcomes: readonly Outcome[];
}

export interface Handled<S extends CaseState> {
  readonly file: CaseFile<S>;
  readonly outcome: Outcome;
  /** True when the command had been handled before: nothing changed, `outcome` is the original one. */
  readonly repeated: boolean;
  readonly events: readonly CaseEvent[];
  readonly reactions: readonly Reaction[];
}

export const openFile = <S extends CaseState>(
  decider: Pick<Decider<S, never>, 'initial'>,
  id: string,
  seed: JsonObject,
): CaseFile<S> => ({
  state: decider.initial(id, seed),
  seq: 0,
  outcomes: [],
});

/** Why the case would refuse this command now, or null. Changes nothing: the validator of an update, the API's pre-check. */
export function refusalOf<S extends CaseState, P extends CasePolicy>(
  decider: Decider<S, P>,
  file: CaseFile<S>,
  command: Command,
  context: Context<P>,
): Refusal | null {
  if (file.outcomes.some((o) => o.commandId === command.id)) return null;
  const decided = decideChecked(decider, file, command, context);
  return decided.ok ? null : decided.refusal;
}

/** Applies one command: the only way a case changes. A repeated command returns the original outcome and changes nothing. */
export function handle<S extends CaseState, P extends CasePolicy>(
  decider: Decider<S, P>,
  file: CaseFile<S>,
  command: Command,
  context: Context<P>,
): Handled<S> {
  const known = file.outcomes.find((o) => o.commandId === command.id);
  if (known !== undefined) return { file, outcome: known, repeated: true, events: [], reactions: [] };
  const decision = decideChecked(decider, file, command, context);
  if (!decision.ok) {
    const outcome = outcomeOf(file, command, decision.refusal);
    return { file: remember(file, outcome), outcome, repeated: false, events: [], reactions: [] };
  }
  let { state, seq } = file;
  const events: CaseEvent[] = [];
  const reactions: Reaction[] = [];
  for (const decided of decision.events) {
    seq += 1;
    const event: CaseEvent = { ...decided, seq, at: context.now, actor: command.actor, commandId: command.id };
    state = evolved(decider, state, event);
    events.push(event);
    reactions.push(...decider.reactions(state, event));
  }
  assertOnTable(decider, file.state, command, state);
  const next = { ...file, state, seq };
  const outcome = outcomeOf(next, command);
  return { file: remember(next, outcome), outcome, repeated: false, events, reactions };
}

function decideChecked<S extends CaseState, P extends CasePolicy>(
  decider: Decider<S, P>,
  file: CaseFile<S>,
  command: Command,
  context: Context<P>,
) {
  const byStage = refusalByStage(decider.table, file.state, command);
  if (byStage !== null) return { ok: false as const, refusal: byStage };
  if (command.expectedSeq !== undefined && command.expectedSeq !== file.seq) {
    return { ok: false as const, refusal: { code: 'VERSION_MISMATCH', detail: { seq: file.seq } } };
  }
  const decision = decider.decide(file.state, command, context);
  if (decision.ok || decision.refusal.detail !== undefined) return decision;
  const detail = { stage: file.state.stage, allowed: allowedCommands(decider.table, file.state.stage) };
  return { ok: false as const, refusal: { ...decision.refusal, detail } };
}

function evolved<S extends CaseState>(
  decider: Pick<Decider<S, never>, 'evolve' | 'table'>,
  state: S,
  event: CaseEvent,
): S {
  const next = decider.evolve(state, event);
  const moved = next.stage !== state.stage ? { ...next, stageSince: event.at } : next;
  return isTerminal(decider.table, moved) ? { ...moved, clock: {} } : moved;
}

/** The fold: state is always this and nothing else. Used by the checker and by replays under another policy. */
export const fold = <S extends CaseState>(
  decider: Pick<Decider<S, never>, 'initial' | 'evolve' | 'table'>,
  id: string,
  seed: JsonObject,
  events: readonly CaseEvent[],
): S => events.reduce((state, event) => evolved(decider, state, event), decider.initial(id, seed));

/** A decider that leaves its own table is a bug: stop loudly, before anything is recorded. */
function assertOnTable<S extends CaseState, P extends CasePolicy>(
  decider: Decider<S, P>,
  before: S,
  command: Command,
  after: S,
): void {
  const rule = stageRule(decider.table, before.stage);
  const targets = rule.commands[command.name]?.to ?? rule.clock[command.name] ?? [];
  const reached = after.stage === before.stage ? 'same' : after.stage;
  if (targets.includes(reached) || targets.includes(after.stage)) return;
  throw new Error(
    `${decider.type}: ${command.name} led from ${before.stage} to ${after.stage}, which the table does not say`,
  );
}

function outcomeOf(file: CaseFile, command: Command, refusal?: Refusal): Outcome {
  const base = { commandId: command.id, command: command.name, seq: file.seq, stage: file.state.stage };
  return refusal === undefined ? { ...base, status: 'applied' } : { ...base, status: 'refused', refusal };
}

const remember = <S extends CaseState>(file: CaseFile<S>, outcome: Outcome): CaseFile<S> => ({
  ...file,
  outcomes: [...file.outcomes, outcome].slice(-REMEMBERED_OUTCOMES),
});
