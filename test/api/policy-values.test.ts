import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import { assertConsentByCode } from '../../api/routes/household-session/consent.ts';
import type { Policy } from '../../domain/policy.ts';
import { pathOf } from '../../domain/region/region.ts';
import { useApi } from '../support/api.ts';
import { bodyOf, draft, settle, VILLAGE, type Village } from '../support/needs.ts';
import { addConsent } from '../support/world-others.ts';
import { needRecord, pledgeRecord } from '../support/world-records.ts';

const DAY = 86_400_000;

/** Numbers that are looked at by the API alone: each as the policy has it, in place of the usual one. */
describe('A value of the policy', function () {
  this.timeout(30_000);
  const changed = (policy: Policy): Policy => ({
    ...policy,
    need: { ...policy.need, draftDays: 2, consentDays: 2 },
    pledge: { ...policy.pledge, pickupTries: 2 },
  });
  const api = useApi({
    deps: ({ reference }) => ({
      reference: { ...reference, policyIn: (path, now) => changed(reference.policyIn(path, now)) },
    }),
  });
  let village: Village;
  before(async () => {
    village = await settle(api);
  });

  it('says how long a draft is kept', async () => {
    const need = await api.deps.models.needs.find(await draft(api, village));
    expect(need?.draftExpiresAt?.getTime()).to.equal((need?.createdAt.getTime() ?? 0) + 2 * DAY);
  });

  it('says how long a household’s word by code is good', async () => {
    const { householdId, publisherId } = { householdId: village.household.id, publisherId: village.publisher.id };
    const reference = await addConsent(api, householdId, publisherId);
    const { consents } = api.deps.models.codes;
    const now = Date.now();
    const consent = { kind: 'smsCode' as const, reference, givenAt: new Date(), sensitive: false, guardian: false };
    const good = async (days: number): Promise<boolean> => {
      await consents.updateOne({ _id: reference }, { $set: { givenAt: new Date(now - days * DAY) } });
      const need = { consent, householdId, publisherId, regionPath: [...pathOf(VILLAGE)] };
      return assertConsentByCode(api.deps, need, now).then(
        () => true,
        () => false,
      );
    };
    expect([await good(1.9), await good(2.1)]).to.deep.equal([true, false]);
  });

  it('says how often a pickup code may be tried', async () => {
    const place = {
      regionPath: [...pathOf(VILLAGE)],
      householdId: village.household.id,
      publisherId: village.publisher.id,
    };
    const need = needRecord(api, uuidv7(), place);
    const pledge = { ...pledgeRecord(uuidv7(), need, 'a donor'), stage: 'atPoint' as const };
    await api.deps.models.pledges.pledges.insertOne(pledge);
    const tried = async () => {
      const right = api.deps.crypto.derive.code('pickupCode', pledge._id, 6);
      const code = right === '000000' ? '000001' : '000000';
      const answer = await api.call('POST', `/v1/pledges/${pledge._id}/collect`, {
        as: village.keeper,
        body: { code },
      });
      const { code: problem, triesLeft } = bodyOf<{ code: string; triesLeft?: number }>(answer);
      return [problem, triesLeft];
    };
    expect(await tried()).to.deep.equal(['PICKUP_CODE_WRONG', 1]);
    expect(await tried()).to.deep.equal(['PICKUP_CODE_WRONG', 0]);
    expect(await tried()).to.deep.equal(['PICKUP_CODE_LOCKED', undefined]);
  });
});
