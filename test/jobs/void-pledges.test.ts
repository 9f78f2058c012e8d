import { expect } from 'chai';
import { createVoidPledges, type EffectDeps } from '../../activities/react.ts';
import type { PledgeRecord } from '../../models/pledge.ts';
import { useApi } from '../support/api.ts';

describe('the end of a need', () => {
  const api = useApi();

  it('tells every pledge that may hold units, parked ones too, and none that has ended or is sent', async () => {
    const { db, pledges, commands } = api.deps.models;
    const stages = ['offered', 'held', 'parked', 'waiting', 'sent', 'atPoint', 'received', 'released'] as const;
    await pledges.pledges.insertMany(
      stages.map((stage) => ({ _id: `void-${stage}`, needId: 'void-need', stage }) as unknown as PledgeRecord),
    );
    const sent: string[] = [];
    const deps = { db, dispatch: ({ caseId }: { caseId: string }) => Promise.resolve(void sent.push(caseId)) };
    const tell = createVoidPledges(deps as unknown as EffectDeps);
    const reaction = { effect: 'voidPledges', args: { needId: 'void-need', because: 'needTakenDown' } };
    await tell({ caseType: 'need', caseId: 'void-need', seq: 7, reaction });
    expect(sent).to.have.members(['void-offered', 'void-held', 'void-parked']);
    const kept = await commands.commands.find({ caseId: /^void-/ }).toArray();
    expect(kept.map(({ name, caseId }) => [name, caseId])).to.have.deep.members(
      sent.map((caseId) => ['voidByNeed', caseId]),
    );
  });
});
