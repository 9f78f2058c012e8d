import { handle, openFile, type CaseFile } from '../../domain/kernel/case-file.ts';
import { isTerminal, stageRule } from '../../domain/kernel/table.ts';
import {
  CLOCK,
  type CasePolicy,
  type CaseState,
  type Command,
  type Context,
  type Decider,
} from '../../domain/kernel/types.ts';
import { random, type RandomCase } from './random-case.ts';

/** Every way of a case's table, found by chance in the pure decider, so that something else can walk it. */

/** A command of somebody, or `null`: nothing is sent until the clock has acted once. */
export type Step = Command | null;

export interface ImaginedLife<S extends CaseState> {
  readonly steps: readonly Step[];
  /** What each step did, as `stage command`. */
  readonly ways: readonly string[];
  /** The types of all events. */
  readonly told: readonly string[];
  readonly file: CaseFile<S>;
}

/** Between two commands: what began later also ends later, here as in life. */
const MOMENT = 20;

const TRIES = 240;

/** Tested with the engine, where they are the same for every case. */
const SHARED: readonly string[] = ['park', 'resume', 'retry', 'skip', 'cancel', 'reassign', 'migratePolicy'];

/** Every row of the table: `stage command`, the clock's too. The first stage is over before anybody can wait in it. */
export const waysOf = ({ table }: Pick<Decider<never, never>, 'table'>): string[] =>
  Object.entries(table.stages)
    .filter(([stage]) => stage !== 'parked')
    .flatMap(([stage, rule]) =>
      [
        ...Object.keys(rule.commands).filter((name) => !SHARED.includes(name)),
        ...(stage === table.first ? [] : Object.keys(rule.clock)),
      ].map((name) => `${stage} ${name}`),
    );

/** Lives in which only what is allowed happens, and time passes only until the clock's next act. */
export function imagineLife<S extends CaseState, P extends CasePolicy>(
  setup: RandomCase<S, P>,
  choice: number,
  { from, length }: { readonly from: number; readonly length: number },
): ImaginedLife<S> {
  const { decider } = setup;
  const pick = random(choice);
  let now = from;
  let file = openFile(decider, 'case-1', setup.seed);
  const steps: Step[] = [];
  const ways: string[] = [];
  const told: string[] = [];
  for (let tries = 0; tries < TRIES && steps.length < length; tries += 1) {
    if (isTerminal(decider.table, file.state)) break;
    const due = steps.length === 0 ? null : decider.deadline(file.state);
    const byClock = due !== null && pick(4) === 0;
    if (byClock && isTie(file.state, due.at)) break;
    const at: number = byClock ? Math.max(now, due.at) : now;
    const id = `step-${steps.length}`;
    const command = byClock
      ? { id, name: due.command, actor: CLOCK, data: {} }
      : someCommand(setup, file.state, id, pick);
    if (command === null) continue;
    const context: Context<P> = { ...setup.context, now: at };
    const handled = handle(decider, file, command, context);
    if (handled.outcome.status === 'refused') continue;
    ways.push(`${file.state.stage} ${command.name}`);
    steps.push(byClock ? null : command);
    told.push(...handled.events.map(({ type }) => type));
    now = at + MOMENT;
    file = handled.file;
  }
  return { steps, ways, told, file };
}

/** Two acts of the clock within a minute: which of them a real clock lets be seen alone is chance. */
const isTie = ({ clock }: CaseState, at: number): boolean =>
  Object.values(clock).filter((other) => other - at < 60_000).length > 1;

function someCommand<S extends CaseState, P extends CasePolicy>(
  { decider, sender, data, actors, rare }: RandomCase<S, P>,
  state: S,
  id: string,
  pick: (below: number) => number,
): Command | null {
  const names = Object.keys(stageRule(decider.table, state.stage).commands).filter((name) => !SHARED.includes(name));
  const name = names[pick(names.length)];
  if (name === undefined || (rare.includes(name) && pick(3) > 0)) return null;
  const actor = sender(name, state, pick) ?? actors[pick(actors.length)] ?? CLOCK;
  return { id, name, actor, data: data(name, state, pick) };
}
