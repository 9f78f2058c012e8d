import type { CaseFile } from '../../domain/kernel/case-file.ts';
import { fold, handle, openFile } from '../../domain/kernel/case-file.ts';
import { MIGRATE, policyAfter } from '../../domain/kernel/migration.ts';
import { earliest, isTerminal, stageRule } from '../../domain/kernel/table.ts';
import type {
  Actor,
  CaseEvent,
  CasePolicy,
  CaseState,
  Command,
  Context,
  Decider,
  Json,
  JsonObject,
} from '../../domain/kernel/types.ts';
import { CLOCK } from '../../domain/kernel/types.ts';
import { emptyReport, whatIf } from '../../domain/what-if/index.ts';
import { timersOf, type PolicyPart } from '../../domain/policy.ts';
import { OPERATOR } from './people.ts';
import { scaledPolicy } from './policies.ts';

/** Plays a random life of a case with a virtual clock and checks, after each step, what must always hold. */

/** Small deterministic generator (mulberry32): one number from fast-check gives a whole life, and shrinks with it. */
export function random(seed: number): (below: number) => number {
  let a = seed >>> 0;
  return (below) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

export interface RandomCase<S extends CaseState, P extends CasePolicy> {
  readonly decider: Decider<S, P>;
  readonly seed: JsonObject;
  readonly context: Omit<Context<P>, 'now'>;
  readonly actors: readonly Actor[];
  /** Stages before the first event: they have no deadline yet. */
  readonly first: string;
  /** Commands that would end most lives early: tried less often. */
  readonly rare: readonly string[];
  /** Commands with which every life of this setup begins, so that late stages are reached often. */
  readonly opening?: readonly Omit<Command, 'id'>[];
  /** Data for a command, sometimes nonsense. */
  data(command: string, state: S, pick: (below: number) => number): JsonObject;
  /** Another version to go over to; by default the same with longer or shorter deadlines. */
  migratesTo?(policy: P, pick: (below: number) => number): P;
  /** The one who probably may send it. */
  sender(command: string, state: S, pick: (below: number) => number): Actor | null;
}

export interface Life<S extends CaseState, P extends CasePolicy = CasePolicy> {
  readonly file: CaseFile<S>;
  /** By which it decides at the end, and when that was. */
  readonly policy: P;
  readonly now: number;
  readonly events: readonly CaseEvent[];
  /** Every command that the case was sent, with its time. */
  readonly sent: readonly { readonly command: Command; readonly at: number }[];
}

/** Steps of the virtual clock: from nothing to two days. */
const JUMPS = [0, 0, 1, 60_000, 3_600_000, 3_600_000, 30_000_000, 200_000_000];
const START = Date.UTC(2026, 8, 20, 3);

/** @throws Error naming what does not hold */
export function playLife<S extends CaseState, P extends CasePolicy>(
  setup: RandomCase<S, P>,
  choices: readonly number[],
  each: (before: S, after: S, events: readonly CaseEvent[]) => void = () => undefined,
): Life<S, P> {
  const { decider } = setup;
  let now = START;
  let { policy } = setup.context;
  let file = openFile(decider, 'case-1', setup.seed);
  let ended = 0;
  const events: CaseEvent[] = [];
  const sent: Command[] = [];
  const all: { command: Command; at: number }[] = [];
  for (const [i, command] of (setup.opening ?? []).entries()) {
    const opened = handle(decider, file, { ...command, id: `opening-${i}` }, { ...setup.context, now });
    all.push({ command: { ...command, id: `opening-${i}` }, at: now });
    file = opened.file;
    events.push(...opened.events);
  }
  for (const [step, choice] of choices.entries()) {
    const pick = random(choice);
    if (isTerminal(decider.table, file.state) && (ended += 1) > 4) break;
    now += JUMPS[pick(JUMPS.length)] ?? 0;
    const due = earliest(file.state.clock);
    const byClock = due !== null && (due.at <= now || pick(9) === 0);
    if (byClock) now = Math.max(now, due.at);
    const command = byClock
      ? { id: `clock-${step}`, name: due.command, actor: CLOCK, data: {} }
      : (repeatOf(sent, pick) ?? newCommand(setup, file.state, step, pick, policy));
    const before = file;
    const handled = handle(decider, file, command, { ...setup.context, policy, now });
    policy = policyAfter(policy, command, handled.events);
    all.push({ command, at: now });
    must(!byClock || handled.outcome.status === 'applied', () => `${command.name} by the clock was refused`);
    // The engine takes a clock command that leaves itself due for a fault: it would fire for ever.
    const next = decider.deadline(handled.file.state);
    must(!byClock || next?.command !== command.name || next.at > now, () => `${command.name} leaves itself due`);
    const again = sent.some((c) => c.id === command.id);
    must(!again || (handled.repeated && handled.file === before), () => `repeated ${command.name} changed something`);
    if (handled.outcome.status === 'refused')
      must(handled.file.state === before.state, () => 'a refusal changed state');
    sent.push(command);
    file = handled.file;
    events.push(...handled.events);
    mustStand(setup, file.state, now);
    each(before.state, file.state, handled.events);
  }
  mustBeFold(setup, file, events);
  // A replay costs as much as the life itself: every third one.
  if ((choices[0] ?? 0) % 3 === 0) mustReplay(setup, events, all, now);
  return { file, events, sent: all, policy, now };
}

const repeatOf = (sent: readonly Command[], pick: (below: number) => number): Command | undefined =>
  sent.length > 0 && pick(12) === 0 ? sent[pick(sent.length)] : undefined;

function newCommand<S extends CaseState, P extends CasePolicy>(
  setup: RandomCase<S, P>,
  state: S,
  step: number,
  pick: (below: number) => number,
  policy: P,
): Command {
  const { table } = setup.decider;
  const stage = pick(8) === 0 ? (Object.keys(table.stages)[pick(Object.keys(table.stages).length)] ?? '') : state.stage;
  const rule = stageRule(table, stage);
  const names = [...Object.keys(rule.commands), ...(pick(10) === 0 ? Object.keys(rule.clock) : [])];
  let name = names[pick(names.length)] ?? 'submit';
  for (let tries = 0; tries < 3 && setup.rare.includes(name); tries += 1) name = names[pick(names.length)] ?? name;
  if (name === MIGRATE && pick(4) > 0) {
    const data = { policy: scaledPolicy(policy, [0.5, 1, 2][pick(3)] ?? 1, `other-${step}`) as unknown as Json };
    return { id: `command-${step}`, name, actor: OPERATOR, data };
  }
  const anybody = setup.actors[pick(setup.actors.length)] ?? CLOCK;
  const actor = pick(10) < 8 ? (setup.sender(name, state, pick) ?? anybody) : anybody;
  return { id: `command-${step}`, name, actor, data: setup.data(name, state, pick) };
}

function must(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(what());
}

/** Every open stage has an exit and a deadline that lies ahead or is due now; an ended one has neither. */
function mustStand<S extends CaseState, P extends CasePolicy>(setup: RandomCase<S, P>, state: S, now: number): void {
  const { table } = setup.decider;
  const due = setup.decider.deadline(state);
  if (isTerminal(table, state)) {
    must(due === null, () => `${state.stage} has ended but has a deadline`);
    return;
  }
  const rule = stageRule(table, state.stage);
  must((state.stage === 'parked') === (state.parked !== undefined), () => `${state.stage}, parked or not?`);
  for (const command of Object.keys(state.clock)) {
    must(command in rule.clock, () => `${state.stage} has a timer for ${command}, which its table does not know`);
  }
  mustHaveSpans(setup, state);
  if (state.stage === setup.first || state.parked?.from === setup.first) return;
  must(due !== null, () => `${state.stage} has no deadline`);
  must(due !== null && Number.isSafeInteger(due.at), () => `${state.stage} has a broken deadline`);
  const ways = [...Object.values(rule.commands).flatMap((c) => c.to), ...Object.values(rule.clock).flat()];
  must(
    ways.some((to) => to !== 'same' && to !== state.stage),
    () => `${state.stage} has no exit`,
  );
  must(state.stageSince <= now, () => 'the stage began in the future');
}

/** What people themselves choose the length of. */
const CHOSEN = ['endPin'];

/** Whatever the policy sets of the clock is counted anew when a case goes over to another version. */
function mustHaveSpans<S extends CaseState, P extends CasePolicy>({ decider }: RandomCase<S, P>, state: S): void {
  if (state.parked !== undefined) return;
  const timers = timersOf(decider.type as PolicyPart);
  const known = decider.spans?.(state) ?? {};
  for (const command of Object.keys(state.clock)) {
    const free = !timers.includes(command) || CHOSEN.includes(command);
    must(free || command in known, () => `${state.stage}: nobody says what sets ${command}`);
  }
}

/** State is the fold of the events, and both survive JSON. */
function mustBeFold<S extends CaseState, P extends CasePolicy>(
  { decider, seed }: RandomCase<S, P>,
  { state, seq }: CaseFile<S>,
  events: readonly CaseEvent[],
): void {
  const stored = JSON.parse(JSON.stringify(events)) as CaseEvent[];
  must(events.every((event, i) => event.seq === i + 1) && seq === events.length, () => 'the sequence has a gap');
  const folded = fold(decider, 'case-1', seed, stored);
  must(same(folded, state), () => `fold ${JSON.stringify(folded)} is not ${JSON.stringify(state)}`);
  must(same(JSON.parse(JSON.stringify(state)), state), () => 'the state does not survive JSON');
}

/** Replayed under the rules that it had, every life comes out as it was: a what-if that changes nothing finds nothing. */
function mustReplay<S extends CaseState, P extends CasePolicy>(
  { decider, seed, context }: RandomCase<S, P>,
  events: readonly CaseEvent[],
  sent: Life<S>['sent'],
  endedAt: number,
): void {
  const report = emptyReport();
  const commands = new Map(sent.map(({ command }) => [command.id, command]));
  const rules = { own: context.policy, changed: context.policy, migrated: (policy: CasePolicy) => policy };
  const place = { caseType: decider.type, caseId: 'case-1', regionPath: [], category: null };
  const any = decider as unknown as Decider<CaseState, CasePolicy>;
  const world = { calendar: context.calendar, horizon: endedAt };
  whatIf(report, any, place, { caseId: 'case-1', seed, events, commands }, rules, world);
  must(report.compared === 1, () => `the life is not reproduced: ${JSON.stringify(report)}`);
  must(report.examples.length === 0, () => `the same rules gave another life: ${JSON.stringify(report.examples)}`);
}

/** Deep and strict: a member that is `undefined` counts as a difference. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length || Array.isArray(a) !== Array.isArray(b)) return false;
  return keys.every((key) => key in b && same((a as JsonObject)[key], (b as JsonObject)[key]));
}
