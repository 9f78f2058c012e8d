import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { pledgeBodies } from '../../../contracts/http/pledge.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../../domain/kernel/types.ts';
import { rightsRefusal } from '../../../domain/pledge/rights.ts';
import { pledgeTable } from '../../../domain/pledge/table.ts';
import type { PledgeLine } from '../../../domain/pledge/types.ts';
import { pendingCommand } from '../../../models/command.ts';
import type { PledgeRecord } from '../../../models/pledge.ts';
import {
  caseCommandRoutes,
  checkedReason,
  optionalReason,
  type PersonalAccess,
  withReason,
} from '../../case-command.ts';
import type { ApiDeps } from '../../deps.ts';
import type { AnyRoute, Caller } from '../../route.ts';
import { assertFreshPhotos, assertOwnPhotos, takePhotos } from '../photo-use.ts';

/** The commands of a pledge, as routes. Courier, tracking number and photos stay in MongoDB. */

const DONOR: PersonalAccess = { signedIn: true, scope: 'party' };
const PARTY: PersonalAccess = { signedIn: true, scope: 'party' };
const POINT: PersonalAccess = { roles: ['pointKeeper'], scope: 'region' };
const CADRE: PersonalAccess = { roles: ['cadre'], scope: 'region' };
const JUDGE: PersonalAccess = { roles: ['cadre'], levels: ['county', 'city'], scope: 'region' };

const pledgeCommand = caseCommandRoutes({
  caseType: 'pledge',
  tag: 'Pledges',
  path: '/v1/pledges/{pledgeId}',
  params: z.strictObject({ pledgeId: id }),
  caseId: 'pledgeId',
});

const linesData = (lines: readonly PledgeLine[] | undefined): JsonObject =>
  lines === undefined ? {} : { lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })) };

const keep = async ({ models }: ApiDeps, pledge: PledgeRecord, change: Partial<PledgeRecord>): Promise<void> => {
  // Only while the command can still be taken: a refused one leaves nothing behind.
  await models.pledges.pledges.updateOne({ _id: pledge._id, seq: pledge.seq }, { $set: change }, { maxTimeMS: 3000 });
};

const holding: readonly AnyRoute[] = [
  pledgeCommand({
    command: 'send',
    operationId: 'sendPledge',
    summary: 'Say that it is on its way; units that are not sent are free for others',
    access: DONOR,
    body: pledgeBodies.send,
    async message({ body, deps, caller }, pledge) {
      const { courier, trackingNumber, lines } = body;
      const parcel = courier !== undefined && trackingNumber !== undefined;
      if (pledge.delivery === 'villagePoint' && !parcel) {
        throw fieldProblem('INVALID_REQUEST', '/body/trackingNumber', 'a parcel has a courier and a tracking number');
      }
      const mine = caller.accountId === pledge.donorId;
      if (parcel && mine && pledge.stage === 'held')
        await keep(deps, pledge, { shipment: { courier, trackingNumber } });
      return { data: linesData(lines) };
    },
  }),
  pledgeCommand({
    command: 'accept',
    operationId: 'acceptProposal',
    summary: 'Accept what a match proposes: from now on it is held for you like a claim; `release` declines it',
    access: DONOR,
    problems: ['ALREADY_DONE', 'HOLD_PAUSED'],
  }),
  pledgeCommand({
    command: 'extend',
    operationId: 'extendHold',
    summary: 'Keep the hold a little longer, once',
    access: DONOR,
    problems: ['HOLD_PAUSED'],
  }),
  pledgeCommand({
    command: 'leave',
    operationId: 'leaveStandby',
    summary: 'Leave the standby queue of a need',
    access: DONOR,
  }),
  pledgeCommand({
    command: 'release',
    operationId: 'releasePledge',
    summary: 'Step back; the units are free for others',
    access: DONOR,
    body: pledgeBodies.maybeReasoned,
    message: ({ body, deps }) => ({ note: optionalReason(deps, body.reason) }),
  }),
  pledgeCommand({
    command: 'cancelShipment',
    operationId: 'cancelShipment',
    summary: 'The parcel was called back or never left',
    access: DONOR,
    body: pledgeBodies.reasoned,
    message: ({ body, deps }) => ({ note: checkedReason(deps, body.reason) }),
  }),
];

/** Tries for the pickup code, where the policy does not say. */
const PICKUP_TRIES = 5;

/** Its case tells the household and those who may bring it. Kept for certain: what cannot be sent now, the sweeper sends. */
async function lockCode(deps: ApiDeps, { _id }: PledgeRecord): Promise<void> {
  const of = { caseType: 'pledge', caseId: _id, name: 'lockCode', actor: SYSTEM } as const;
  const command = { _id: `lock-code-${_id}`, ...of, data: {}, bodyHash: '' };
  await deps.models.commands.enqueue([command]);
  void deps.gateway.dispatch(pendingCommand(command));
}

/**
 * Compares the pickup code. A try is counted before the comparison, so that tries at the same time cannot share one.
 * @throws Problem PICKUP_CODE_WRONG, PICKUP_CODE_LOCKED
 */
async function assertPickupCode(deps: ApiDeps, pledge: PledgeRecord, given: string): Promise<void> {
  const { pickupTries = PICKUP_TRIES } = deps.reference.policyIn(pledge.regionPath, deps.now()).pledge;
  const { pledges } = deps.models.pledges;
  const open = { _id: pledge._id, pickupTries: { $lt: pickupTries } };
  const counted = await pledges.findOneAndUpdate(
    open,
    { $inc: { pickupTries: 1 } },
    { returnDocument: 'after', maxTimeMS: 3000 },
  );
  if (counted === null) throw problem('PICKUP_CODE_LOCKED');
  if (!deps.crypto.derive.verifyCode('pickupCode', pledge._id, given)) {
    if (counted.pickupTries >= pickupTries) await lockCode(deps, pledge);
    throw problem('PICKUP_CODE_WRONG', {
      errors: [{ pointer: '/body/code', code: 'PICKUP_CODE_WRONG', detail: 'wrong code' }],
      members: { triesLeft: pickupTries - counted.pickupTries },
    });
  }
  await pledges.updateOne({ _id: pledge._id }, { $set: { pickupTries: 0 } }, { maxTimeMS: 3000 });
}

/** By the stage or the sender's rights, for all that the record says. */
function willBeRefused(pledge: PledgeRecord, actor: Actor, command: 'collect' | 'confirm' | 'handOver'): boolean {
  const by = pledgeTable.stages[pledge.stage]?.commands[command]?.by;
  return by === undefined || rightsRefusal({ ...pledge, disputeLevel: null }, actor, by, command) !== null;
}

async function withReceiptPhoto(
  { deps, caller, actor }: { readonly deps: ApiDeps; readonly caller: Caller; readonly actor: Actor },
  pledge: PledgeRecord,
  command: 'confirm' | 'handOver',
  photoId: string | undefined,
): Promise<void> {
  if (photoId === undefined) return;
  await assertOwnPhotos(deps, caller.accountId, [photoId], '/body/photoId');
  const use = { kind: 'pledge', id: pledge._id } as const;
  // Nothing may be left behind.
  if (willBeRefused(pledge, actor, command)) return;
  // One picture does not show a hundred parcels.
  if (actor.role === 'cadre') await assertFreshPhotos(deps, [photoId], use, '/body/photoId');
  await takePhotos(deps, { ids: [photoId], accountId: caller.accountId, use, pointer: '/body/photoId' });
  await keep(deps, pledge, { receiptPhotoId: photoId });
}

const arriving: readonly AnyRoute[] = [
  pledgeCommand({
    command: 'arrive',
    operationId: 'receiveAtPoint',
    summary: 'The parcel is at the village point',
    access: POINT,
  }),
  pledgeCommand({
    command: 'collect',
    operationId: 'collectParcel',
    summary: 'Hand the parcel to whoever brings the household’s code',
    access: POINT,
    body: pledgeBodies.collect,
    problems: ['PICKUP_CODE_WRONG', 'PICKUP_CODE_LOCKED'],
    async message({ body, deps, actor }, pledge) {
      // Elsewhere the case refuses anyway: a try must not be spent on it.
      if (willBeRefused(pledge, actor, 'collect')) return { data: { codeVerified: false } };
      await assertPickupCode(deps, pledge, body.code);
      return { data: { codeVerified: true, ...linesData(body.lines) } };
    },
  }),
  pledgeCommand({
    command: 'handOver',
    operationId: 'handOverParcel',
    summary: 'Bring the parcel to a household that cannot come; a photo shows it',
    access: CADRE,
    body: pledgeBodies.handOver,
    problems: ['PHOTO_UNKNOWN', 'PHOTO_REUSED'],
    async message(sent, pledge) {
      await withReceiptPhoto(sent, pledge, 'handOver', sent.body.photoId);
      return { data: linesData(sent.body.lines) };
    },
  }),
  pledgeCommand({
    command: 'returnParcel',
    operationId: 'returnParcel',
    summary: 'Send an unclaimed or damaged parcel back',
    access: POINT,
    body: pledgeBodies.returnParcel,
    message: withReason,
  }),
  pledgeCommand({
    command: 'confirm',
    operationId: 'confirmReceipt',
    summary: 'Confirm what came; units that did not come are wanted again',
    access: PARTY,
    body: pledgeBodies.confirm,
    problems: ['PHOTO_UNKNOWN', 'PHOTO_REUSED'],
    async message(sent, pledge) {
      // The household is believed; who confirms for it answers with a photo.
      if (sent.actor.role === 'cadre' && sent.actor.id !== pledge.donorId && sent.body.photoId === undefined)
        throw fieldProblem('INVALID_REQUEST', '/body/photoId', 'a cadre’s receipt has a photo');
      await withReceiptPhoto(sent, pledge, 'confirm', sent.body.photoId);
      return { data: linesData(sent.body.lines) };
    },
  }),
];

const disputes: readonly AnyRoute[] = [
  pledgeCommand({
    command: 'dispute',
    operationId: 'disputePledge',
    summary: 'Something is wrong with the delivery: the county looks into it',
    access: PARTY,
    body: pledgeBodies.dispute,
    message: withReason,
  }),
  pledgeCommand({
    command: 'ruleReceived',
    path: 'rulings/received',
    operationId: 'rulePledgeReceived',
    summary: 'Rule that it was received, wholly or in part',
    access: JUDGE,
    body: pledgeBodies.rule,
    message: ({ body, deps }) => ({ data: linesData(body.lines), note: checkedReason(deps, body.reason) }),
  }),
  pledgeCommand({
    command: 'ruleFailed',
    path: 'rulings/failed',
    operationId: 'rulePledgeFailed',
    summary: 'Rule that it never came; the units are wanted again',
    access: JUDGE,
    body: pledgeBodies.reasoned,
    message: ({ body, deps }) => ({ note: checkedReason(deps, body.reason) }),
  }),
];

export const pledgeCommandRoutes: readonly AnyRoute[] = [...holding, ...arriving, ...disputes];
