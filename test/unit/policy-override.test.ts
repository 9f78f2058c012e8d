import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { overrideFaults, overrideVersion, type PolicyOverride } from '../../domain/policy/override.ts';
import type { JsonObject } from '../../domain/kernel/types.ts';
import { pathOf } from '../../domain/region/region.ts';
import { createPolicies, parsePolicy, UnknownPolicyError, type StoredPolicies } from '../../infra/policies.ts';
import { watchPolicies } from '../../infra/policy-watch.ts';
import { loadReference } from '../../infra/reference.ts';

const LEAD_MS = 10_000;
const file = loadReference({ profile: 'test' }).policyFor('2026-01');
const on = (date: string): number => Date.parse(`${date}T12:00:00+08:00`);
const village = pathOf('360735100223');

interface Given {
  readonly values?: JsonObject;
  readonly n?: number;
  readonly from?: string;
  readonly to?: string | null;
  readonly publishedAt?: number | null;
}

function override(region: string, { values, n = 1, from = '2026-02-01', to = null, publishedAt = null }: Given) {
  const is: PolicyOverride = {
    ...{ version: overrideVersion(file.version, region, n), base: file.version, region, note: '' },
    ...{ validFrom: from, validTo: to, values: values ?? { need: { reviewWorkingDays: { village: 5 } } } },
  };
  return { is, publishedAt };
}

function policiesWith(stored: Partial<StoredPolicies>) {
  const policies = createPolicies([file], 'default', { leadMs: LEAD_MS });
  policies.adopt({ versions: [], overrides: [], ...stored });
  return policies;
}

describe('A region’s policy', () => {
  const county = override('360735', {});
  const province = override('36', { values: { need: { reviewWorkingDays: { village: 4, township: 4 } } } });

  it('is the national version with the overrides along its path, the lowest last, under a name that says so', () => {
    const policies = policiesWith({ overrides: [county, province] });
    const effective = policies.policyIn(village, on('2026-03-01'));
    expect(effective.version).to.equal('2026-01+36.1+360735.1');
    expect(effective.need.reviewWorkingDays).to.include({ village: 5, township: 4, county: 2 });
    expect(policies.policyIn(['36', '3601'], on('2026-03-01')).version).to.equal('2026-01+36.1');
    expect(policies.policyIn(pathOf('4209'), on('2026-03-01'))).to.equal(file);
    expect(policies.policyFor(effective.version)).to.deep.equal(effective);
    expect(file.need.reviewWorkingDays.village).to.equal(3);
    const without = override('36', { values: { need: { recheck: null } } });
    expect(policiesWith({ overrides: [without] }).policyIn(village, on('2026-03-01')).need).not.to.have.property(
      'recheck',
    );
  });

  it('begins and ends with the override’s days, and a later one of the region takes its place', () => {
    const second = override('360735', {
      n: 2,
      values: { pledge: { holdDays: 5 } },
      from: '2026-04-01',
      to: '2026-05-01',
    });
    const { policyIn } = policiesWith({ overrides: [county, second] });
    const version = (date: string): string => policyIn(village, on(date)).version;
    expect(['2026-01-31', '2026-02-01', '2026-04-01', '2026-05-01'].map(version)).to.deep.equal([
      ...['2026-01', '2026-01+360735.1', '2026-01+360735.2', '2026-01+360735.1'],
    ]);
  });

  it('holds for one national version only', () => {
    const next = { ...file, version: '2026-07', validFrom: '2026-07-01' };
    const versions = [{ policy: next, publishedAt: on('2026-06-01'), endsOn: null }];
    const { policyIn } = policiesWith({ versions, overrides: [county] });
    expect(policyIn(village, on('2026-06-30')).version).to.equal('2026-01+360735.1');
    expect(policyIn(village, on('2026-07-01')).version).to.equal('2026-07');
  });

  it('may set only what is marked as regional', () => {
    const pointers = (values: JsonObject): string[] => overrideFaults(values).map(({ pointer }) => pointer);
    expect(pointers({ need: { lifetimeDays: { urgent: 20 } }, pledge: { holdDays: 2 } })).to.deep.equal([]);
    expect(
      pointers({ shared: { time: { dayMs: 1 } }, need: { decisionWorkingDays: 90, titleLength: {} } }),
    ).to.deep.equal(['/shared', '/need/decisionWorkingDays', '/need/titleLength']);
    expect(pointers({})).to.deep.equal(['']);
  });

  it('is refused at load when it breaks a rule, alone or together with one above it', () => {
    const napping = override('360735', { values: { need: { napDays: 3 } } });
    expect(() => policiesWith({ overrides: [napping] })).to.throw(/nothing uses napDays/);
    const visitLate = override('36', { values: { pledge: { sentVisitDays: 23 } } });
    const expireEarly = override('360735', { values: { pledge: { sentExpiryDays: 20 } } });
    for (const one of [visitLate, expireEarly]) expect(() => policiesWith({ overrides: [one] })).not.to.throw();
    expect(() => policiesWith({ overrides: [visitLate, expireEarly] })).to.throw(/sentVisitDays must be before/);
    const gone = override('36', { values: { pledge: { sentVisitDays: 23 } }, to: '2026-02-01', from: '2026-01-01' });
    expect(() => policiesWith({ overrides: [gone, expireEarly] })).not.to.throw();
  });
});

describe('Published policies', () => {
  const next = { ...file, version: '2026-03', validFrom: '2026-03-01' };
  const publishedAt = on('2026-03-01');
  const stored = (change: object = {}): Partial<StoredPolicies> => ({
    versions: [{ policy: next, publishedAt, endsOn: null, ...change }],
  });

  it('count from one moment on in every process, some seconds after the publication', () => {
    const { currentPolicy } = policiesWith(stored());
    expect(currentPolicy(publishedAt + LEAD_MS - 1).version).to.equal('2026-01');
    expect(currentPolicy(publishedAt + LEAD_MS).version).to.equal('2026-03');
  });

  it('of which the later one wins where two begin on the same day, and the one before comes back after an end', () => {
    const corrected = { policy: { ...next, version: '2026-03b' }, publishedAt: publishedAt + 1, endsOn: '2026-05-01' };
    const { currentPolicy } = policiesWith({ versions: [...(stored().versions ?? []), corrected] });
    expect(currentPolicy(on('2026-04-01')).version).to.equal('2026-03b');
    expect(currentPolicy(on('2026-05-01')).version).to.equal('2026-03');
  });

  it('are checked like files, and a broken one leaves everything as it was', () => {
    const policies = policiesWith(stored());
    const broken = { ...next, need: { ...next.need, napDays: 3 } };
    expect(() => policies.adopt({ versions: [{ policy: broken, publishedAt, endsOn: null }], overrides: [] })).to.throw(
      /stored policy 2026-03 is no policy.*napDays/,
    );
    expect(policies.policyFor('2026-03').version).to.equal('2026-03');
  });

  it('of an older release take the parts that it did not have from the files', () => {
    const { application: _later, ...older } = next;
    const { policyFor } = policiesWith(stored({ policy: older }));
    expect(policyFor('2026-03').application).to.deep.equal(file.application);
  });

  it('end where an operator ends a version of the files, whose numbers stay the file’s', () => {
    const policy = { ...file, note: 'as it was stored', need: { ...file.need, returnedDays: 99 } };
    const { currentPolicy } = policiesWith({ versions: [{ policy, publishedAt: null, endsOn: '2026-05-01' }] });
    expect(currentPolicy(on('2026-04-30')).need.returnedDays).to.equal(file.need.returnedDays);
    expect(() => currentPolicy(on('2026-05-01'))).to.throw(UnknownPolicyError);
  });

  it('are read when their revision changes, and what cannot be read is reported while the rules go on', async () => {
    const policies = createPolicies([parsePolicy(file, 'file')], 'default', { leadMs: LEAD_MS });
    const errors: unknown[] = [];
    const store = { revision: '1', reads: 0, versions: stored().versions ?? [] };
    const watch = watchPolicies(
      {
        policies,
        log: { error: (error: unknown) => errors.push(error) } as never,
        store: {
          revision: async () => store.revision,
          published: async () => {
            store.reads += 1;
            return { versions: store.versions, overrides: [] };
          },
        },
      },
      2,
    );
    const until = async (reached: () => boolean): Promise<void> => {
      while (!reached()) await sleep(2);
    };
    await watch.refresh();
    await watch.refresh();
    expect(policies.policyFor('2026-03').version).to.equal('2026-03');
    expect(store.reads).to.equal(1);
    store.versions = [{ policy: { version: '2026-04' }, publishedAt, endsOn: null }];
    store.revision = '2';
    await until(() => errors.length > 0);
    expect(policies.policyFor('2026-03').version).to.equal('2026-03');
    store.versions = [{ policy: { ...next, version: '2026-05' }, publishedAt, endsOn: null }];
    await until(() => isKnown('2026-05'));
    watch.stop();

    function isKnown(version: string): boolean {
      try {
        return policies.policyFor(version).version === version;
      } catch {
        return false;
      }
    }
  });
});
