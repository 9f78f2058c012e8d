import { handle, openFile, type CaseFile } from '../../domain/kernel/case-file.ts';
import { MIGRATE, policyAfter } from '../../domain/kernel/migration.ts';
import { PARKED } from '../../domain/kernel/parking.ts';
import { isTerminal, stageRule } from '../../domain/kernel/table.ts';
import {
  CLOCK,
  type CasePolicy,
  type CaseState,
  type CaseTable,
  type Command,
  type Decider,
  type Json,
} from '../../domain/kernel/types.ts';
import { OPERATOR } from './people.ts';
import { scaledPolicy } from './policies.ts';
import { random, type RandomCase } from './random-case.ts';

/** Every way of a case's table, found by chance in the pure decider, so that something else can walk it. */

/** A command of somebody, or `null`: nothing is sent until the clock has acted once. */
export type Step = Command | null;

export interface ImaginedLife {
  readonly steps: readonly Step[];
  /** What each step did, as `stage command`. */
  readonly ways: readonly string[];
  /** The case after each step. */
  readonly files: readonly CaseFile[];
}

/** Between two commands: what began later also ends later, here as in life. */
const MOMENT = 20;

const TRIES = 120;

/** Every row of the table: `stage command`, the clock's too. A case begins with an opening of its own, and at once. */
export const waysOf = ({ table }: Pick<Decider<never, never>, 'table'>): string[] =>
  Object.entries(table.stages).flatMap(([stage, { commands, clock }]) => {
    const names =
      stage === table.first
        ? Object.keys(commands).filter((name) => !BEYOND_OPENING.includes(name))
        : [...Object.keys(commands), ...Object.keys(clock)];
    return names.map((name) => `${stage} ${name}`);
  });
const BEYOND_OPENING: readonly string[] = ['park', 'cancel', MIGRATE];

/** A life in which only what is allowed happens, and time passes only until the clock's next act. It looks for what is wanted. */
export function imagineLife(
  setup: RandomCase<CaseState, CasePolicy>,
  choice: number,
  { from, length, wanted }: { readonly from: number; readonly length: number; readonly wanted: ReadonlySet<string> },
): ImaginedLife {
  const { decider } = setup;
  const pick = random(choice);
  const left = new Set(wanted);
  const far = distances(decider.table, wanted);
  let now = from;
  let { policy } = setup.context;
  let file = openFile(decider, 'case-1', setup.seed);
  const steps: Step[] = [];
  const ways: string[] = [];
  const files: CaseFile[] = [];
  for (let tries = 0; tries < TRIES && steps.length < length && left.size > 0; tries += 1) {
    if (isTerminal(decider.table, file.state)) break;
    const due = steps.length === 0 ? null : decider.deadline(file.state);
    const byClock = due !== null && pick(left.has(`${file.state.stage} ${due.command}`) ? 2 : 4) === 0;
    if (byClock && isTie(file.state, due.at)) break;
    const at: number = byClock ? Math.max(now, due.at) : now;
    const id = `step-${steps.length}`;
    const command = byClock
      ? { id, name: due.command, actor: CLOCK, data: {} }
      : someCommand({ ...setup, context: { ...setup.context, policy } }, file.state, id, { left, far }, pick);
    const handled = handle(decider, file, command, { ...setup.context, policy, now: at });
    if (handled.outcome.status === 'refused' || actsAtOnce(decider, handled.file.state, at)) continue;
    const way = `${file.state.stage} ${command.name}`;
    ways.push(way);
    left.delete(way);
    steps.push(byClock ? null : command);
    policy = policyAfter(policy, command, handled.events);
    now = at + MOMENT;
    file = handled.file;
    files.push(file);
  }
  return { steps, ways, files };
}

/** The same without the steps that lead to nothing wanted. */
export function shrunk(
  setup: RandomCase<CaseState, CasePolicy>,
  life: ImaginedLife,
  { from, wanted }: { readonly from: number; readonly wanted: ReadonlySet<string> },
): ImaginedLife {
  const gainOf = ({ ways }: ImaginedLife): number => new Set(ways.filter((way) => wanted.has(way))).size;
  const gain = gainOf(life);
  let best = life;
  for (let i = life.steps.length - 2; i > 0; i -= 1) {
    const shorter = livedAgain(setup, best.steps.toSpliced(i, 1), from);
    if (shorter !== null && gainOf(shorter) >= gain) best = shorter;
  }
  return best;
}

/** null: not everything is allowed in this order. */
function livedAgain(
  { decider, seed, context }: RandomCase<CaseState, CasePolicy>,
  steps: readonly Step[],
  from: number,
): ImaginedLife | null {
  let now = from;
  let { policy } = context;
  let file = openFile(decider, 'case-1', seed);
  const ways: string[] = [];
  const files: CaseFile[] = [];
  for (const [i, step] of steps.entries()) {
    if (isTerminal(decider.table, file.state)) return null;
    const due = step === null ? decider.deadline(file.state) : null;
    if (step === null && (due === null || isTie(file.state, due.at))) return null;
    const command = step ?? { id: `step-clock-${i}`, name: due?.command ?? '', actor: CLOCK, data: {} };
    now = due === null ? now : Math.max(now, due.at);
    const handled = handle(decider, file, command, { ...context, policy, now });
    if (handled.outcome.status === 'refused' || actsAtOnce(decider, handled.file.state, now)) return null;
    ways.push(`${file.state.stage} ${command.name}`);
    policy = policyAfter(policy, command, handled.events);
    now += MOMENT;
    file = handled.file;
    files.push(file);
  }
  return { steps, ways, files };
}

/** What is due within a minute nobody sees before it has happened: nothing can be told of a life at such a moment. */
function actsAtOnce({ deadline, table }: RandomCase<CaseState, CasePolicy>['decider'], state: CaseState, now: number) {
  const due = isTerminal(table, state) ? null : deadline(state);
  return due !== null && due.at < now + 60_000;
}

/** Two acts of the clock within a minute: which of them a real clock lets be seen alone is chance. */
const isTie = ({ clock }: CaseState, at: number): boolean =>
  Object.values(clock).filter((other) => other - at < 60_000).length > 1;

type Distances = ReadonlyMap<string, number>;

/** How many steps each stage is away from one with something wanted. Parking is no way: it leads back to where one was. */
function distances({ stages }: CaseTable, wanted: ReadonlySet<string>): Distances {
  const far = new Map<string, number>();
  for (const way of wanted) far.set(way.split(' ')[0] ?? '', 0);
  for (let changed = true; changed;) {
    changed = false;
    for (const [stage, { commands, clock }] of Object.entries(stages)) {
      if (stage === PARKED) continue;
      for (const to of [...Object.values(commands).flatMap((rule) => rule.to), ...Object.values(clock).flat()]) {
        const by = (far.get(to) ?? Infinity) + 1;
        if (by >= (far.get(stage) ?? Infinity)) continue;
        far.set(stage, by);
        changed = true;
      }
    }
  }
  return far;
}

/** Mostly something wanted that does not end the life; then something wanted; then what leads nearer to it; else anything. */
function someCommand(
  { decider, sender, data, actors, migratesTo, context }: RandomCase<CaseState, CasePolicy>,
  state: CaseState,
  id: string,
  { left, far }: { readonly left: ReadonlySet<string>; readonly far: Distances },
  pick: (below: number) => number,
): Command {
  const { commands } = stageRule(decider.table, state.stage);
  const opens = state.stage === decider.table.first;
  const names = Object.keys(commands).filter((name) => !opens || !BEYOND_OPENING.includes(name));
  const fresh = names.filter((name) => left.has(`${state.stage} ${name}`));
  const goesOn = (name: string) =>
    commands[name]?.to.some((to) => to === 'same' || decider.table.stages[to]?.terminal !== true);
  const open = fresh.filter(goesOn);
  const distance = (to: string): number => far.get(to) ?? Infinity;
  const here = distance(state.stage);
  const nearer = names.filter((name) => here > 0 && commands[name]?.to.some((to) => distance(to) < here));
  const ranked = [open, fresh, nearer, names.filter(goesOn), names].filter((some) => some.length > 0);
  const some = ranked[Math.min(pick(ranked.length), pick(ranked.length))] ?? names;
  const name = some[pick(some.length)] ?? 'cancel';
  if (name === MIGRATE) {
    const policy = (migratesTo ?? aged)(context.policy, pick);
    return { id, name, actor: OPERATOR, data: { policy: policy as unknown as Json } };
  }
  const actor = sender(name, state, pick) ?? actors[pick(actors.length)] ?? CLOCK;
  return { id, name, actor, data: data(name, state, pick) };
}

const aged = (policy: CasePolicy, pick: (below: number) => number): CasePolicy =>
  scaledPolicy(policy, [0.5, 1, 2][pick(3)] ?? 1, `${policy.version}-${pick(1000)}`);
