import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  COMMAND_SIGNAL,
  COMMAND_UPDATE,
  HEARTBEAT_TIMEOUT,
  STATE_QUERY,
  workflowId,
  type CaseActivities,
  type CaseEnd,
  type CaseInput,
  type EffectAnswer,
  type PendingReaction,
  type RecordEntry,
} from '../contracts/cases.ts';
import { handle, openFile, refusalOf, type CaseFile, type Handled, type Outcome } from '../domain/kernel/case-file.ts';
import { spread } from '../domain/kernel/jitter.ts';
import { policyAfter } from '../domain/kernel/migration.ts';
import { isTerminal } from '../domain/kernel/table.ts';
import {
  CLOCK,
  SYSTEM,
  type CasePolicy,
  type CaseState,
  type Command,
  type Context,
  type Decider,
  type JsonObject,
  type Refusal,
} from '../domain/kernel/types.ts';
import { createLazyTimer } from './lazy-timer.ts';
import { createOperatorView } from './operator-view.ts';
import { createRecorder } from './recorder.ts';

export const commandUpdate = defineUpdate<Outcome, [Command]>(COMMAND_UPDATE);
export const commandSignal = defineSignal<[Command]>(COMMAND_SIGNAL);
export const stateQuery = defineQuery<CaseFile>(STATE_QUERY);

/** An effect gets about two minutes of tries; then the case parks and an operator decides. */
const { react } = proxyActivities<Pick<CaseActivities, 'react'>>({
  startToCloseTimeout: '30 s',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumInterval: '30 s', maximumAttempts: 8 },
});

/** Once a case has ended nobody can park it: what is still to be done (freeing holds) is tried until it works. */
const { react: reactForEver } = proxyActivities<Pick<CaseActivities, 'react'>>({
  startToCloseTimeout: '30 s',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumInterval: '5 min' },
});

/**
 * Runs any decider as a durable case: commands come by update or by its signal twin, the clock is one timer, every
 * accepted command is recorded before its caller hears of it, and what fails outside parks the case.
 */
export function runCase<S extends CaseState, P extends CasePolicy>(
  decider: Decider<S, P>,
  input: CaseInput & { readonly policy: P },
): Promise<CaseEnd> {
  return uncancellable(() => run(decider, input));
}

/**
 * A cancellation from the Temporal UI would tear a decision from its record and end a case that its household still
 * waits for. Cases are cancelled by the operator's command, with a reason, so Temporal's own request changes nothing.
 */
const uncancellable = <T>(work: () => Promise<T>): Promise<T> => CancellationScope.nonCancellable(work);

async function run<S extends CaseState, P extends CasePolicy>(
  decider: Decider<S, P>,
  input: CaseInput & { readonly policy: P },
): Promise<CaseEnd> {
  const { caseType, caseId, calendar } = input;
  let { policy } = input;
  const id = workflowId(caseType, caseId);
  const reactions: PendingReaction[] = [];
  let file = (input.carried ?? openFile(decider, caseId, input.seed)) as CaseFile<S>;
  let reacting = false;

  const context = (): Context<P> => ({ now: Date.now(), policy, calendar });
  const ended = (): boolean => isTerminal(decider.table, file.state);

  const recorder = createRecorder(
    () => ({
      caseType,
      caseId,
      policyVersion: policy.version,
      dayMs: policy.time.dayMs,
      ...(input.carried === undefined && { seed: input.seed }),
    }),
    () => show(),
  );
  const timer = createLazyTimer(() => {
    onClock();
    arm();
  });
  const showView = createOperatorView(caseId);

  const arm = (): void => {
    const due = ended() ? null : decider.deadline(file.state);
    if (due !== null) timer.arm(spread(caseId, due.at, policy.jitterMs));
  };

  function show(): void {
    const view = decider.view(file.state);
    if (recorder.halted) {
      const parked = { from: file.state.stage, since: Date.now(), reason: 'recording', clock: {} };
      showView({ ...file.state, stage: 'parked', parked, clock: {} }, { ...view, waitingOn: 'operator' }, null);
    } else {
      showView(file.state, view, decider.deadline(file.state));
    }
  }

  /** Decides and folds at once; the promise resolves when the outcome is stored. */
  function apply(command: Command): { outcome: Outcome; stored: Promise<void> } {
    const handled = handle(decider, file, command, context());
    if (handled.repeated) return { outcome: handled.outcome, stored: recorder.flushed() };
    file = handled.file;
    policy = policyAfter(policy, command, handled.events);
    reactions.push(...handled.reactions.map((reaction) => ({ seq: file.seq, reaction })));
    const stored = recorder.add(entryOf(command, handled));
    show();
    arm();
    void carryOutReactions();
    return { outcome: handled.outcome, stored };
  }

  /** Bangfu's own commands: one that is refused is recorded and parks the case, it never fails the workflow. */
  function applyOwn(command: Command): void {
    const { outcome } = apply(command);
    const ineffective = outcome.status === 'applied' && stillDue(command);
    if (outcome.status === 'applied' && !ineffective) return;
    if (ended()) return;
    const reason = `${command.actor.role}Refused:${command.name}`;
    apply({ id: `${command.id}:park`, name: 'park', actor: SYSTEM, data: { reason } });
  }

  /** A clock command that leaves its own deadline in the past would fire for ever. */
  function stillDue(command: Command): boolean {
    const due = decider.deadline(file.state);
    return command.actor.role === 'clock' && due !== null && due.command === command.name && due.at <= Date.now();
  }

  function onClock(): void {
    const due = ended() ? null : decider.deadline(file.state);
    if (due === null || spread(caseId, due.at, policy.jitterMs) > Date.now()) return;
    applyOwn({ id: `${id}:clock:${file.seq}:${due.command}`, name: due.command, actor: CLOCK, data: {} });
  }

  async function carryOutReactions(): Promise<void> {
    if (reacting) return;
    reacting = true;
    try {
      for (let next = reactions[0]; next !== undefined; next = reactions[0]) {
        // Outside work sees the records, so they come first.
        await recorder.flushed();
        await carryOut(next);
        reactions.shift();
      }
    } finally {
      reacting = false;
    }
  }

  async function carryOut(pending: PendingReaction): Promise<void> {
    const request = { caseType, caseId, ...pending };
    const { effect, args } = pending.reaction;
    try {
      const answer: EffectAnswer | null = await (ended() ? reactForEver(request) : react(request));
      if (answer === null || ended()) return;
      applyOwn({ id: `${id}:answer:${pending.seq}:${effect}`, name: answer.name, actor: SYSTEM, data: answer.data });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      if (ended()) return carryOut(pending);
      const data: JsonObject = { reason: `effect:${effect}`, reaction: { effect, args } };
      applyOwn({ id: `${id}:failed:${pending.seq}:${effect}`, name: 'park', actor: SYSTEM, data });
    }
  }

  /** An operator has mended what a recording contradicted: the kept batch is tried again, nothing was skipped. */
  function retryRecording(command: Command): { outcome: Outcome; stored: Promise<void> } {
    const outcome: Outcome = {
      commandId: command.id,
      command: command.name,
      status: 'applied',
      seq: file.seq,
      stage: file.state.stage,
    };
    const stored = recorder.add({ outcome, actor: command.actor, events: [] });
    recorder.retry();
    return { outcome, stored };
  }

  // Before the handlers: a message that came with the start would otherwise meet a case that has not begun.
  const opening = input.carried === undefined ? apply(input.first) : undefined;
  if (opening === undefined) show();
  arm();

  setHandler(
    commandUpdate,
    (command: Command) =>
      uncancellable(async () => {
        const { outcome, stored } = recorder.halted ? retryRecording(command) : apply(command);
        await stored;
        return outcome;
      }),
    {
      validator: (command: Command) => {
        if (recorder.halted && isRecordingRetry(command)) return;
        const refused = refusalOf(decider, file, command, context());
        if (refused !== null) throw refusal(refused);
      },
    },
  );
  setHandler(commandSignal, (command) =>
    uncancellable(async () => {
      await (recorder.halted && isRecordingRetry(command) ? retryRecording(command) : apply(command)).stored;
    }),
  );
  setHandler(stateQuery, () => file);

  if (opening?.outcome.status === 'refused') {
    // Nothing has begun: the caller reads the refusal, and no case is left that nobody could move.
    await opening.stored;
    return { stage: file.state.stage, seq: file.seq };
  }

  const quiet = (): boolean => recorder.idle && reactions.length === 0 && allHandlersFinished();
  const full = (): boolean => {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return continueAsNewSuggested || historyLength >= (input.continueAfterEvents ?? Number.POSITIVE_INFINITY);
  };
  await condition(() => (ended() || full()) && quiet());
  if (!ended()) {
    await continueAsNew<(next: CaseInput) => Promise<CaseEnd>>({ ...input, policy, carried: file });
  }
  return { stage: file.state.stage, seq: file.seq };
}

/** What Bangfu tells a case itself is in no outbox, so its codes and numbers go along with the record: a what-if needs them. */
function entryOf({ actor, data }: Command, { outcome, events }: Handled<CaseState>): RecordEntry {
  const own = actor.role === 'system' && Object.keys(data).length > 0;
  return own ? { outcome, actor, events, data } : { outcome, actor, events };
}

const isRecordingRetry = (command: Command): boolean => command.actor.role === 'operator' && command.name === 'retry';

/** Expected, so it raises no failure metric, and final, so nobody retries it. */
const refusal = ({ code, detail }: Refusal): ApplicationFailure =>
  ApplicationFailure.create({ message: code, type: code, nonRetryable: true, details: [detail ?? {}] });
