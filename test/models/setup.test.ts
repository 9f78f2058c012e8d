import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { createCrypto } from '../../infra/crypto/index.ts';
import { verifyPassword } from '../../infra/passwords.ts';
import { connectMongo } from '../../models/db.ts';
import { createModels, type Models } from '../../models/index.ts';
import { PolicyChangedError } from '../../models/policy.ts';
import { demoAccountId } from '../../scripts/demo-data.ts';
import { setup } from '../../scripts/setup.ts';
import { useStack } from '../support/stack.ts';

describe('setup', () => {
  const stack = useStack();
  let db: Connection;
  let models: Models;

  before(async () => {
    db = await connectMongo(stack.config);
    models = createModels(db);
  });
  after(() => db.close());

  it('prepares empty servers with regions, policies, indexes and the people of the demo', async function () {
    this.timeout(60_000);
    await setup(stack.config, { demoData: true });
    expect(await models.regions.count()).to.be.above(10_000);
    expect((await models.regions.find('360735100223'))?.fullName).to.match(/长乐村$/);
    expect((await models.regions.children(null)).length).to.equal(31);
    expect((await models.policies.find('2026-01'))?.policy.version).to.equal('2026-01');
    const { key } = (await models.households.households.indexes()).find(({ unique }) => unique) ?? {};
    expect(key).to.deep.equal({ number: 1 });

    const household = await models.households.findByNumber('3607351002230001');
    const head = await models.accounts.find(demoAccountId('household-3607351002230001'));
    expect(head?.householdId).to.equal(household?._id);
    expect(household?.helperId).to.equal(demoAccountId('helper-360735-2'));
    const crypto = createCrypto(stack.config.keys);
    const byPhone = await models.accounts.findByPhone(crypto.index.candidates('phone', '13900000001'));
    expect(byPhone?._id).to.equal(demoAccountId('operator-1'));
    expect(await verifyPassword('Bangfu-demo-2026', byPhone!.passwordHash, 'test')).to.equal(true);
  });

  it('changes nothing the second time, and is fast', async () => {
    const accounts = () => models.accounts.accounts.find().sort({ _id: 1 }).toArray();
    const before = await accounts();
    const started = Date.now();
    await setup(stack.config, { demoData: true });
    expect(Date.now() - started).to.be.below(5000);
    expect(await accounts()).to.deep.equal(before);
  });

  it('has cases told of photos that are hidden since before there was a list of them, once', async () => {
    const { needs } = models.needs;
    const child = { stage: 'published', category: 'tutoring', concernsMinor: true, photos: ['seen', 'hidden'] };
    await needs.insertMany([
      { _id: 'hidden-before', ...child, photosShown: ['seen'] },
      { _id: 'all-seen', ...child, photosShown: ['seen', 'hidden'] },
      { _id: 'in-the-list', ...child, photosToLook: { photos: ['seen', 'hidden'], dueAt: new Date() } },
      { _id: 'ended', ...child, stage: 'closed' },
    ] as never);
    const told = () => models.commands.commands.find({ name: 'listHidden' }).toArray();
    await setup(stack.config, { demoData: false });
    expect(await told(), 'it was looked for before').to.deep.equal([]);
    await models.settings.set('needsHiddenPhotos', null as never);
    await setup(stack.config, { demoData: false });
    const [command, ...others] = await told();
    expect([command?.caseId, command?.data, others]).to.deep.equal(['hidden-before', { photos: ['hidden'] }, []]);
    await needs.deleteMany({ _id: { $in: ['hidden-before', 'all-seen', 'in-the-list', 'ended'] } });
    await models.commands.commands.deleteMany({ name: 'listHidden' });
  });

  it('makes search terms anew that were made in an older way', async () => {
    const { needs } = models.needs;
    const { revisions } = models.revisions;
    const words = { title: '冬天需要棉被', category: 'bedding', lines: [], searchTerms: ['旧'] };
    await needs.insertOne({ _id: 'older-need', regionNames: ['石城县'], ...words } as never);
    await revisions.insertOne({ _id: 'older-revision', needId: 'older-need', ...words } as never);
    await models.settings.set('searchTerms', '1');
    await setup(stack.config, { demoData: false });
    for (const record of [
      await needs.findOne({ _id: 'older-need' }),
      await revisions.findOne({ _id: 'older-revision' }),
    ])
      expect(record?.searchTerms).to.include.members(['棉被', '~mb', '县']).and.not.include('旧');
    await needs.deleteOne({ _id: 'older-need' });
    await revisions.deleteOne({ _id: 'older-revision' });
  });

  it('refuses demo data in production', async () => {
    const error = await setup({ ...stack.config, profile: 'production' }, { demoData: true }).catch((e: unknown) => e);
    expect(String(error)).to.include('not for production');
  });

  it('refuses in production a policy that says something else than the stored one of its version', async () => {
    const stored = (await models.policies.find('2026-01'))!.policy;
    const changed = { ...stored, need: { ...stored.need, returnedDays: 99 } };
    const error = await models.policies.store([changed], { replace: false }).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(PolicyChangedError);
    await models.policies.store([{ ...stored, validTo: '2030-01-01' }], { replace: false });
    expect((await models.policies.find('2026-01'))?.policy.validTo).to.equal('2030-01-01');
  });
});
