import type { z } from 'zod';
import type { pledgeRow, pledgeSchema, shipToSchema } from '../../../contracts/http/pledge.ts';
import { isStaff } from '../../../domain/access/scope.ts';
import { allowedCommands } from '../../../domain/kernel/table.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import { OF_ONE_MATCH, reasonsForDonor, reasonsForPublisher } from '../../../domain/matching/reasons.ts';
import { pledgeTable } from '../../../domain/pledge/table.ts';
import { pointOf } from '../../../domain/pledge/terms.ts';
import type { PledgeState } from '../../../domain/pledge/types.ts';
import { whyPledgeSentence, whyPledgeWaits } from '../../../domain/pledge/why-waiting.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { PledgeRecord } from '../../../models/pledge.ts';
import { photoUrl } from '../need/views.ts';
import { standingOf } from '../../standing.ts';

export function pledgeRowOf(pledge: PledgeRecord): z.input<typeof pledgeRow> {
  return {
    ...standingOf(pledge),
    waitingOn: pledge.waitingOn,
    needId: pledge.needId,
    needTitle: pledge.needTitle,
    lines: pledge.lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
    receivedLines: pledge.receivedLines.map(({ lineId, quantity }) => ({ lineId, quantity })),
    standby: pledge.standby === true,
    proposed: pledge.proposed === true,
    offerId: pledge.offerId ?? null,
    delivery: pledge.delivery,
    createdAt: pledge.createdAt.toISOString(),
  };
}

/** The parts in which somebody sees a pledge; one person may have several. */
export function partsOf(actor: Actor, pledge: PledgeRecord): ('donor' | 'recipient' | 'publisher' | 'staff')[] {
  const parts: ['donor' | 'recipient' | 'publisher' | 'staff', boolean][] = [
    ['donor', actor.id === pledge.donorId],
    ['recipient', actor.householdId !== undefined && actor.householdId === pledge.householdId],
    ['publisher', actor.id === pledge.publisherId],
    ['staff', isStaff(actor)],
  ];
  return parts.filter(([, holds]) => holds).map(([part]) => part);
}

export function pledgeDetail(
  pledge: PledgeRecord,
  need: Pick<NeedRecord, 'regionNames' | 'regionPath'> | null,
  actor: Actor,
  state: PledgeState | null,
): z.input<typeof pledgeSchema> {
  return {
    ...pledgeRowOf(pledge),
    marks: pledge.marks,
    as: partsOf(actor, pledge),
    shipment: pledge.shipment && {
      courier: pledge.shipment.courier,
      trackingNumber: pledge.shipment.trackingNumber,
    },
    shipTo: need !== null && pledge.delivery === 'villagePoint' ? shipToOf(pledge, need) : null,
    receiptPhoto: pledge.receiptPhotoId === null ? null : photoUrl(pledge.receiptPhotoId),
    penalty: pledge.penalty,
    reasons: (actor.id === pledge.donorId ? reasonsForDonor : reasonsForPublisher)(pledge.reasons ?? [], OF_ONE_MATCH),
    why: state === null ? '认领已登记，平台正在处理。' : whyPledgeSentence(whyPledgeWaits(state)),
    allowed: allowedCommands(pledgeTable, pledge.stage),
  };
}

/** Where a parcel goes: the village's own point. The household's address and phone never leave the platform. */
function shipToOf(
  pledge: PledgeRecord,
  { regionNames, regionPath }: Pick<NeedRecord, 'regionNames' | 'regionPath'>,
): z.input<typeof shipToSchema> {
  return { ...pointOf(regionNames, regionPath), parcelMark: pledge._id.slice(-8) };
}
