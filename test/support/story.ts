import { readFileSync } from 'node:fs';
import { type CaseFile, handle, openFile, type Outcome } from '../../domain/kernel/case-file.ts';
import {
  type Actor,
  type CalendarData,
  type CaseEvent,
  type CasePolicy,
  type CaseState,
  CLOCK,
  type Command,
  type Decider,
  type JsonObject,
  type Reaction,
  SYSTEM,
} from '../../domain/kernel/types.ts';
import { applicationDecider } from '../../domain/application/index.ts';
import type { ApplicationPolicy, ApplicationSeed, ApplicationState } from '../../domain/application/types.ts';
import { certificationDecider } from '../../domain/certification/index.ts';
import type { CertificationPolicy, CertificationSeed, CertificationState } from '../../domain/certification/types.ts';
import { complaintDecider } from '../../domain/complaint/index.ts';
import type { ComplaintPolicy, ComplaintSeed, ComplaintState } from '../../domain/complaint/types.ts';
import { needDecider } from '../../domain/need/index.ts';
import type { Extent, NeedPolicy, NeedSeed, NeedState } from '../../domain/need/types.ts';
import { pledgeDecider } from '../../domain/pledge/index.ts';
import type { PledgePolicy, PledgeSeed, PledgeState } from '../../domain/pledge/types.ts';
import { policyOf, type Policy } from '../../domain/policy.ts';
import { DONOR, PUBLISHER, REGION_PATH, TOWNSHIP, VILLAGE } from './people.ts';

export const DAY = 86_400_000;
/** Monday 2 November 2026, 10:00 in China: no holiday for weeks. */
export const MONDAY = Date.UTC(2026, 10, 2, 2);

const read = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../../data/${file}`, import.meta.url), 'utf8')) as T;
export const CALENDAR = read<CalendarData>('calendar.json');
export const POLICY = read<Policy>('policies/default.json');

/** One case told step by step, with a clock that only moves when the story says so. */
export class Story<S extends CaseState, P extends CasePolicy> {
  now = MONDAY;
  file: CaseFile<S>;
  events: CaseEvent[] = [];
  reactions: Reaction[] = [];
  /** What was sent, by id: the part of a life that its events do not hold. */
  readonly commands = new Map<string, Command>();
  readonly decider: Decider<S, P>;
  readonly policy: P;
  readonly seed: JsonObject;
  #step = 0;

  constructor(decider: Decider<S, P>, policy: P, seed: JsonObject) {
    this.decider = decider;
    this.policy = policy;
    this.seed = seed;
    this.file = openFile(decider, 'case-1', seed);
  }

  get state(): S {
    return this.file.state;
  }

  get stage(): string {
    return this.state.stage;
  }

  /** Sends a command and returns its outcome, whatever it is. */
  try(name: string, actor: Actor, data: JsonObject = {}, more: { id?: string; expectedSeq?: number } = {}): Outcome {
    const command = { id: `command-${(this.#step += 1)}`, name, actor, data, ...more };
    const { policy, now } = this;
    this.commands.set(command.id, command);
    const handled = handle(this.decider, this.file, command, { now, policy, calendar: CALENDAR });
    this.file = handled.file;
    this.events.push(...handled.events);
    this.reactions = [...handled.reactions];
    return handled.outcome;
  }

  /** Sends a command that must be applied; returns the stage afterwards. */
  do(name: string, actor: Actor, data: JsonObject = {}): string {
    const outcome = this.try(name, actor, data);
    if (outcome.status !== 'applied') throw new Error(`${name} was refused: ${JSON.stringify(outcome.refusal)}`);
    return outcome.stage;
  }

  /** The code with which a command is refused. */
  refused(name: string, actor: Actor, data: JsonObject = {}): string {
    return this.try(name, actor, data).refusal?.code ?? 'applied';
  }

  /** Lets time pass until the clock's next act, which is returned. */
  tick(): string {
    const due = this.decider.deadline(this.state);
    if (due === null) throw new Error(`${this.stage} waits for no deadline`);
    this.now = Math.max(this.now, due.at);
    this.do(due.command, CLOCK);
    return due.command;
  }

  /** Lets the clock act until it has sent this command. */
  tickUntil(command: string): string {
    for (let i = 0; i < 50; i += 1) if (this.tick() === command) return this.stage;
    throw new Error(`${command} never came`);
  }

  /** Days until the clock's act `command`, in real days. */
  daysTo(command: string): number {
    return ((this.state.clock[command] ?? Number.NaN) - this.now) / DAY;
  }

  wait(days: number): this {
    this.now += days * DAY;
    return this;
  }

  /** Types of all events so far. */
  get told(): string[] {
    return this.events.map((event) => event.type);
  }
}

export type NeedStory = Story<NeedState, NeedPolicy> & {
  tally(committed: Extent, sent: Extent, received: Extent, openPledges?: number): string;
};
export type PledgeStory = Story<PledgeState, PledgePolicy>;

export const ALL_LEVELS = { village: true, township: true, county: true, city: true, province: true };

export const NEED_LINES = [
  { id: 'quilt', quantity: 2, unitPriceFen: 12_000 },
  { id: 'lamp', quantity: 1, unitPriceFen: 6_000 },
];

export function needStory(seed: Partial<NeedSeed> = {}, policy: Partial<NeedPolicy> = {}): NeedStory {
  const start: NeedSeed = {
    publisherId: PUBLISHER.id,
    householdId: 'household-1',
    publisherIsVillageCadre: false,
    regionPath: REGION_PATH,
    category: 'goods.bedding.quilt',
    urgency: 'normal',
    revisionId: 'revision-1',
    lines: NEED_LINES,
    amountFen: 30_000,
    ...seed,
  };
  const story = new Story(needDecider, { ...policyOf(POLICY, 'need'), ...policy }, start as unknown as JsonObject);
  return Object.assign(story, {
    tally(committed: Extent, sent: Extent, received: Extent, openPledges = committed === 'none' ? 0 : 1) {
      const version = story.state.tallyVersion + 1;
      return story.do('reportTally', SYSTEM, { version, openPledges, progress: { committed, sent, received } });
    },
  });
}

/** A need before its first reviewer. */
export function submittedNeed(
  seed: Partial<NeedSeed> = {},
  eligible: JsonObject = ALL_LEVELS,
  policy: Partial<NeedPolicy> = {},
): NeedStory {
  const need = needStory(seed, policy);
  need.do('submit', { id: need.state.publisherId, role: 'person' });
  need.do('screened', SYSTEM, { eligible });
  return need;
}

export function publishedNeed(seed: Partial<NeedSeed> = {}, policy: Partial<NeedPolicy> = {}): NeedStory {
  const need = submittedNeed(seed, ALL_LEVELS, policy);
  need.do('approve', VILLAGE);
  if (need.stage === 'underReview') need.do('approve', TOWNSHIP);
  return need;
}

/** A need whose goods have all come. */
export function followedNeed(): NeedStory {
  const need = publishedNeed();
  need.tally('all', 'all', 'all', 0);
  return need;
}

export const PLEDGE_LINES = [
  { lineId: 'quilt', quantity: 2 },
  { lineId: 'lamp', quantity: 1 },
];

export function pledgeStory(seed: Partial<PledgeSeed> = {}): PledgeStory {
  const start: PledgeSeed = {
    needId: 'need-1',
    donorId: DONOR.id,
    publisherId: PUBLISHER.id,
    householdId: 'household-1',
    regionPath: REGION_PATH,
    category: 'goods.bedding.quilt',
    urgency: 2,
    delivery: 'villagePoint',
    lines: PLEDGE_LINES,
    marks: [],
    ...seed,
  };
  return new Story(pledgeDecider, policyOf(POLICY, 'pledge'), start as unknown as JsonObject);
}

/** A pledge with its units held. */
export function heldPledge(seed: Partial<PledgeSeed> = {}): PledgeStory {
  const pledge = pledgeStory(seed);
  pledge.do('hold', { id: pledge.state.donorId, role: 'donor' });
  return pledge;
}

/** Somebody applies for the village's office. */
export function applicationStory(seed: Partial<ApplicationSeed> = {}): Story<ApplicationState, ApplicationPolicy> {
  const start: ApplicationSeed = {
    applicantId: 'applicant',
    level: 'village',
    regionCode: '360735100223',
    regionPath: REGION_PATH,
    ...seed,
  };
  return new Story(applicationDecider, policyOf(POLICY, 'application'), start as unknown as JsonObject);
}

/** Somebody asks his township to look at his papers. */
export function certificationStory(
  seed: Partial<CertificationSeed> = {},
): Story<CertificationState, CertificationPolicy> {
  const start: CertificationSeed = { applicantId: 'applicant', regionPath: REGION_PATH.slice(0, -1), ...seed };
  return new Story(certificationDecider, policyOf(POLICY, 'certification'), start as unknown as JsonObject);
}

/** Somebody complains about the village's cadre. */
export function complaintStory(seed: Partial<ComplaintSeed> = {}): Story<ComplaintState, ComplaintPolicy> {
  const start: ComplaintSeed = {
    complainantId: 'complainant',
    about: 'office',
    subjectId: '360735100223',
    accusedIds: [VILLAGE.id],
    partOf: 'village',
    regionPath: REGION_PATH,
    ...seed,
  };
  return new Story(complaintDecider, policyOf(POLICY, 'complaint'), start as unknown as JsonObject);
}
