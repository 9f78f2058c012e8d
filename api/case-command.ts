import type { z } from 'zod';
import { commandReceiptSchema } from '../contracts/http/command.ts';
import { pendingSchema } from '../contracts/http/common.ts';
import { fieldProblem, problem, problemForRefusal, type ProblemCode } from '../contracts/problems.ts';
import type { CaseType } from '../contracts/cases.ts';
import { scopeFilter, scopeOf } from '../domain/access/scope.ts';
import { findPersonalData, lengthOf } from '../domain/content/text-rules.ts';
import type { Actor, JsonObject } from '../domain/kernel/types.ts';
import type { ApplicationRecord } from '../models/application.ts';
import type { CertificationRecord } from '../models/certification.ts';
import type { HandoverRecord } from '../models/handover.ts';
import type { FindingRecord } from '../models/finding.ts';
import type { ComplaintRecord } from '../models/complaint.ts';
import type { OfferRecord } from '../models/offer.ts';
import type { NeedRecord } from '../models/need.ts';
import type { PledgeRecord } from '../models/pledge.ts';
import type { SponsorshipRecord } from '../models/sponsorship.ts';
import type { CommandReceipt } from './gateway.ts';
import type { ApiDeps } from './deps.ts';
import { tied } from './ties.ts';
import { defineRoute, type Access, type AnyRoute, type Ctx, type RateBucket, type RequestSchemas } from './route.ts';

/** What a command route sends to the case: codes, ids and numbers as `data`, words of people as `note`. */
export interface Message {
  readonly data?: JsonObject;
  readonly note?: string | undefined;
  /** The case must stand where this record was read, whatever the caller has seen. */
  readonly asRead?: boolean;
}

interface Records {
  readonly need: NeedRecord;
  readonly pledge: PledgeRecord;
  readonly application: ApplicationRecord;
  readonly certification: CertificationRecord;
  readonly handover: HandoverRecord;
  readonly finding: FindingRecord;
  readonly sponsorship: SponsorshipRecord;
  readonly complaint: ComplaintRecord;
  readonly offer: OfferRecord;
}
type RecordOf<T extends CaseType> = Records[T];
export type PersonalAccess = Exclude<Access, { readonly public: true }>;
type CommandCtx<P extends z.ZodObject, B extends z.ZodObject> = Ctx<PersonalAccess, { params: P; body: B }>;

/** What all commands of a kind of case have in common. */
interface Cases<T extends CaseType, P extends z.ZodObject> {
  readonly caseType: T;
  readonly tag: string;
  /** One of them: `/v1/needs/{needId}` */
  readonly path: string;
  readonly params: P;
  /** Which of `params` names the case. */
  readonly caseId: keyof z.output<P> & string;
}

interface Command<T extends CaseType, P extends z.ZodObject, B extends z.ZodObject> {
  readonly command: string;
  /** After that of the case. Default: the command's name, in kebab case. */
  readonly path?: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: PersonalAccess;
  /** None: the command needs no words. */
  readonly body?: B;
  /** The record another way than by the caller's scope. @throws Problem NOT_FOUND */
  load?(ctx: CommandCtx<P, B>): Promise<RecordOf<T>>;
  readonly audit?: string;
  readonly rate?: RateBucket;
  readonly problems?: readonly ProblemCode[];
  /** Checks beyond the case's own and turns the body into the message; throws a problem. */
  message?(ctx: CommandCtx<P, B>, record: RecordOf<T>): Message | Promise<Message>;
}

/**
 * What makes a command of such a case a route: it loads the record within the caller's scope (404 outside), compares
 * If-Match, sends the command and turns the outcome into the answer. A repeat sends what it sent before, and none of it
 * is checked anew. What is allowed in which stage is for the case alone to say.
 */
export const caseCommandRoutes =
  <T extends CaseType, P extends z.ZodObject>(cases: Cases<T, P>) =>
  <B extends z.ZodObject = z.ZodObject>(command: Command<T, P, B>): AnyRoute =>
    commandRoute(cases, command);

const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

function commandRoute<T extends CaseType, P extends z.ZodObject, B extends z.ZodObject>(
  cases: Cases<T, P>,
  route: Command<T, P, B>,
): AnyRoute {
  const { caseType, params } = cases;
  const { command, path = kebab(command), access, body } = route;
  const request = body === undefined ? { params } : { params, body };
  return defineRoute({
    method: 'post',
    path: `${cases.path}/${path}`,
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    tags: [cases.tag],
    access,
    ...(route.rate !== undefined && { rate: route.rate }),
    request,
    responses: { 200: commandReceiptSchema, 202: pendingSchema },
    problems: ['NOT_ALLOWED_IN_STAGE', 'CASE_CLOSED', 'CASE_BUSY', ...(route.problems ?? [])],
    audit: route.audit ?? `${caseType}.${command}`,
    async handler(ctx) {
      const typed = ctx as unknown as CommandCtx<P, B>;
      const caseId = String((typed.params as Record<string, unknown>)[cases.caseId]);
      const record = await (route.load?.(typed) ?? loadInScope(ctx.deps, caseType, caseId, ctx.actor));
      const before = await sentBefore(ctx, ctx.commandId);
      const seen = before === null ? expectedSeqOf(ctx.ifMatch, record) : undefined;
      const actor = await actorFor(ctx.deps, ctx.actor, record);
      const { data = {}, note, asRead } = before ?? (await route.message?.({ ...typed, actor }, record)) ?? {};
      const expectedSeq = asRead === true ? record.seq : seen;
      const receipt = await ctx.deps.gateway.send({
        commandId: ctx.commandId,
        caseType,
        caseId,
        name: command,
        actor,
        data,
        ...(note !== undefined && { note }),
        ...(expectedSeq !== undefined && { expectedSeq }),
      });
      return answerFor(receipt, caseType, caseId);
    },
  });
}

/**
 * What a repeated request has sent under this id: its answer was lost, and by now the case may stand elsewhere or its
 * rules be others. Sent again as it was, it gets the outcome it got then. Null, without a look, for a first request.
 */
export async function sentBefore(
  { deps, isRepeat }: Pick<Ctx<Access, RequestSchemas>, 'deps' | 'isRepeat'>,
  commandId: string,
): Promise<Message | null> {
  const sent = isRepeat ? await deps.models.commands.find(commandId) : null;
  return sent === null ? null : { data: sent.data, note: sent.note };
}

/** Who decides about a household is told apart from its own people and its helper by the register, not by his account. */
const actorFor = async <T extends CaseType>(deps: ApiDeps, actor: Actor, record: RecordOf<T>) =>
  'householdId' in record && record.householdId !== undefined ? tied(deps, actor, record.householdId) : actor;

/**
 * The record as far as the caller reaches it; a draft is no case yet, so it takes no commands.
 * @throws Problem NOT_FOUND
 */
export async function loadInScope<T extends CaseType>(
  { models }: Pick<ApiDeps, 'models'>,
  caseType: T,
  caseId: string,
  actor: Actor,
): Promise<RecordOf<T>> {
  const scope = scopeFilter(scopeOf(actor, caseType));
  const within = { _id: caseId, ...scope };
  const options = { maxTimeMS: 3000 };
  const find: { readonly [K in CaseType]: () => Promise<Records[K] | null> } = {
    need: () => models.needs.needs.findOne({ $and: [within, { submittedAt: { $ne: null } }] }, options),
    pledge: () => models.pledges.pledges.findOne(within, options),
    offer: () => models.offers.offers.findOne(within, options),
    application: () => models.applications.applications.findOne(within, options),
    certification: () => models.certifications.certifications.findOne(within, options),
    handover: () => models.handovers.handovers.findOne(within, options),
    finding: () => models.findings.findings.findOne({ $and: [{ findingId: caseId }, scope] }, options),
    sponsorship: () => models.sponsorships.sponsorships.findOne(within, options),
    complaint: () => models.complaints.complaints.findOne(within, options),
  };
  const record = await find[caseType]();
  if (record === null) throw problem('NOT_FOUND');
  return record;
}

/**
 * If-Match carries the record's revision, which also counts what donors do. Whoever has seen this revision has seen
 * this sequence number, and the case refuses when it has moved on since.
 */
function expectedSeqOf(ifMatch: number | null, record: { rev: number; seq: number }): number | undefined {
  if (ifMatch === null) return undefined;
  if (ifMatch !== record.rev) throw problem('VERSION_MISMATCH', { members: { rev: record.rev, seq: record.seq } });
  return record.seq;
}

/** @throws Problem for a refusal */
export function answerFor(receipt: CommandReceipt, caseType: string, caseId: string) {
  if (receipt.status === 'pending') return pendingAnswer(receipt.commandId);
  const { outcome, commandId } = receipt;
  if (outcome.refusal !== undefined) throw problemForRefusal(outcome.refusal);
  const { command, stage, seq } = outcome;
  return {
    status: 200 as const,
    body: { commandId, status: 'applied' as const, command, caseType, caseId, stage, seq },
  };
}

/** 202: kept for certain, applied later. */
export const pendingAnswer = (commandId: string) => ({
  status: 202 as const,
  headers: { Location: `/v1/commands/${commandId}` },
  body: { commandId, status: 'pending' as const },
});

/**
 * A reason in people's words: within the policy's length and without personal data.
 * @throws Problem REASON_LENGTH, PERSONAL_DATA
 */
export function checkedReason(
  deps: Pick<ApiDeps, 'reference' | 'now'>,
  reason: string,
  pointer = '/body/reason',
): string {
  const { min, max } = deps.reference.currentPolicy(deps.now()).need.reasonLength;
  const length = lengthOf(reason);
  if (length < min || length > max) {
    const detail = `must have ${min} to ${max} characters`;
    throw problem('REASON_LENGTH', { errors: [{ pointer, code: 'REASON_LENGTH', detail }], members: { min, max } });
  }
  checkedText(reason, pointer);
  return reason;
}

/** @throws Problem REASON_LENGTH, PERSONAL_DATA */
export const optionalReason = (
  deps: Parameters<typeof checkedReason>[0],
  reason: string | undefined,
  pointer?: string,
): string | undefined => (reason === undefined ? undefined : checkedReason(deps, reason, pointer));

/** @throws Problem of this code unless the text is as long as the policy wants it */
export function assertLength(
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
  code: ProblemCode,
  pointer: string,
): void {
  const length = lengthOf(text);
  if (length < min || length > max) throw fieldProblem(code, pointer, `must have ${min} to ${max} characters`);
}

type Sent<Body> = { readonly body: Body; readonly deps: Parameters<typeof checkedReason>[0] };

/** The message of a command that says why: a code that statistics count, and words for the people concerned. */
export const withReason = ({
  body,
  deps,
}: Sent<{ readonly reasonCode: string; readonly reason: string }>): Message => ({
  data: { reasonCode: body.reasonCode },
  note: checkedReason(deps, body.reason),
});

/** The message of a command that may have words. */
export const withNote = ({ body: { note }, deps }: Sent<{ readonly note?: string | undefined }>): Message => ({
  note: optionalReason(deps, note, '/body/note'),
});

/** @throws Problem PERSONAL_DATA */
export function checkedText(text: string, pointer: string): string {
  const kinds = [...new Set(findPersonalData(text).map((found) => found.kind))];
  if (kinds.length === 0) return text;
  const errors = kinds.map((kind) => ({ pointer, code: 'PERSONAL_DATA', detail: `holds personal data: ${kind}` }));
  throw problem('PERSONAL_DATA', { errors });
}
