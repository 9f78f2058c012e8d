import { v7 as uuidv7 } from 'uuid';
import type { CommandReceipt } from '../api/gateway.ts';
import { startingCommand } from '../api/gateway.ts';
import { inTransaction } from '../models/transaction.ts';
import type { Actor, JsonObject } from '../domain/kernel/types.ts';
import { codeAt } from '../domain/region/region.ts';
import type { NeedRecord } from '../models/need.ts';
import type { PledgeRecord } from '../models/pledge.ts';
import { needRecord, REGION_PATH, seedOf } from './needs.ts';
import type { World } from './world.ts';

const CADRE: Actor = { id: 'bench-cadre', role: 'cadre', level: 'village', regionCode: REGION_PATH[4] ?? '' };
const OPERATOR: Actor = { id: 'bench-operator', role: 'operator' };
const DONOR: Actor = { id: 'bench-donor', role: 'donor' };

/** One need with one pledge, from submission to the end, through the gateway and the real worker. */
export function createLife({ models, gateway, reference, stages }: World) {
  const { version } = reference.currentPolicy(Date.now());
  let count = 0;

  const send = async (caseType: string, caseId: string, name: string, actor: Actor, data: JsonObject = {}) => {
    const commandId = uuidv7();
    let receipt = await gateway.send({ commandId, caseType, caseId, name, actor, data });
    const giveUpAt = Date.now() + 60_000;
    while (receipt.status === 'pending' && Date.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      receipt = (await gateway.receipt(commandId)) ?? receipt;
    }
    if (receipt.status !== 'applied') throw new Error(`${caseType} ${name}: ${describe(receipt)}`);
  };

  async function submit(change: Partial<NeedRecord> = {}): Promise<NeedRecord> {
    const need = needRecord((count += 1), change);
    await models.needs.needs.insertOne(need);
    const actor: Actor = { id: need.publisherId, role: 'helper' };
    const start = { caseType: 'need', caseId: need._id, name: 'submit', actor, data: {} };
    await gateway.start({ commandId: uuidv7(), ...start, seed: seedOf(need), policyVersion: version });
    await stages.reached(need._id, 'underReview');
    return need;
  }

  /** Through every level that its route has. */
  async function approve(needId: string): Promise<void> {
    for (;;) {
      const need = await models.needs.find(needId);
      if (need?.stage !== 'underReview') return;
      const level = need.reviewLevel ?? 'village';
      const regionCode = codeAt(REGION_PATH, level) ?? '';
      await send('need', needId, 'approve', { id: `bench-cadre-${level}`, role: 'cadre', level, regionCode });
    }
  }

  async function claim(need: NeedRecord): Promise<string> {
    const pledge = pledgeRecord(need);
    const { _id, lines, regionPath, category = 'winter-bedding' } = { ...pledge, category: need.category };
    const seed = {
      needId: need._id,
      donorId: DONOR.id,
      publisherId: need.publisherId,
      householdId: need.householdId,
      regionPath,
      category,
      urgency: 2,
      delivery: 'faceToFace',
      lines: lines.map((line) => ({ ...line })),
      marks: [],
    };
    const head = { commandId: uuidv7(), caseType: 'pledge', caseId: _id, name: 'hold', actor: DONOR, data: {} };
    const command = startingCommand({ ...head, seed, policyVersion: version });
    await inTransaction(models.db, async (session) => {
      if (
        (await models.needs.reserve(
          { needId: need._id, lines, seenBy: { audience: { $in: ['nation', need.regionPath[3] ?? ''] } } },
          session,
        )) === null
      )
        throw new Error('not reserved');
      await models.pledges.pledges.insertOne(pledge, { session });
      await models.commands.commands.insertOne(command, { session });
    });
    await gateway.dispatch(command);
    return _id;
  }

  async function whole(): Promise<{ needId: string; pledgeId: string }> {
    const need = await submit();
    await send('need', need._id, 'approve', CADRE);
    const pledgeId = await claim(need);
    await send('pledge', pledgeId, 'send', DONOR);
    const recipient: Actor = { id: 'bench-recipient', role: 'household', householdId: need.householdId };
    await send('pledge', pledgeId, 'confirm', recipient);
    await stages.reached(need._id, 'following');
    await send('need', need._id, 'thank', recipient);
    await send('need', need._id, 'cancel', OPERATOR, { reasonCode: 'bench' });
    return { needId: need._id, pledgeId };
  }

  return { submit, approve, whole, claim };
}

const describe = (receipt: CommandReceipt): string =>
  receipt.status === 'pending' ? 'pending' : `${receipt.status} ${JSON.stringify(receipt.outcome.refusal ?? {})}`;

export const pledgeRecord = (need: NeedRecord): PledgeRecord => ({
  _id: uuidv7(),
  rev: 1,
  stage: 'offered',
  seq: 0,
  stageSince: new Date(),
  dueAt: null,
  waitingOn: 'system',
  needId: need._id,
  needTitle: need.title,
  donorId: DONOR.id,
  publisherId: need.publisherId,
  householdId: need.householdId,
  regionPath: need.regionPath,
  delivery: 'faceToFace',
  lines: need.lines.map((line) => ({ lineId: line.id, quantity: line.quantity })),
  receivedLines: [],
  marks: [],
  shipment: null,
  receiptPhotoId: null,
  pickupTries: 0,
  penalty: false,
  createdAt: new Date(),
  updatedAt: new Date(),
});
