import type { DemoDeps } from '../need-run.ts';
import { must, until } from '../waiting.ts';

/** What operators do with the policy: draft, correct, publish, end, and take running cases over. */

export interface OwnRules {
  readonly version: string;
  /** The value that was refused in the first draft. */
  readonly faults: string;
  /** From the publication until it held. */
  readonly seconds: number;
}

interface Draft {
  readonly id: string;
  readonly faults: readonly { readonly pointer: string }[];
}
interface Version {
  readonly version: string;
}
interface Versions {
  readonly items: readonly Version[];
}

const dayInShanghai = (days: number): string =>
  new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);

/** An override of one region, from today until tomorrow. */
export async function giveOwnRules({ client, people }: DemoDeps, region: string, values: object): Promise<OwnRules> {
  const { token } = await people.operator();
  const note = '示范：这个村暂时按更短的期限办理';
  const wrong = { ...values, score: { ratingDays: 9 } };
  const draft = await client.post<Draft>('draft policy', '/v1/operator/policy-drafts', token, {
    region,
    note,
    values: wrong,
  });
  const [fault] = draft.faults;
  must(fault?.pointer.startsWith('/score') === true, 'a value that is the same everywhere was no fault');
  const path = `/v1/operator/policy-drafts/${draft.id}`;
  const corrected = await client.put<Draft>('correct policy', path, token, { note, values });
  must(corrected.faults.length === 0, `the draft still has faults: ${JSON.stringify(corrected.faults)}`);
  await client.get(path, token);
  const { items: drafts } = await client.get<{ items: Draft[] }>('/v1/operator/policy-drafts', token);
  must(
    drafts.some(({ id }) => id === draft.id),
    'the draft is not among the operators’ drafts',
  );
  const publishedAt = performance.now();
  const published = await client.post<Version>('publish policy', `${path}/publish`, token, {
    validFrom: dayInShanghai(0),
  });
  const { version } = published;
  const own = `/v1/operator/policies/${encodeURIComponent(version)}`;
  await client.post('end policy', `${own}/end`, token, { endsOn: dayInShanghai(1) });
  const inForce = () => client.get<Version>(`/v1/policy?region=${region}`, null);
  await until('the village’s own rules', inForce, (now) => now.version === version);
  const seconds = (performance.now() - publishedAt) / 1000;
  const effective = await client.get<Version>(`/v1/operator/effective-policy?region=${region}`, token);
  must(effective.version === version, `${effective.version} is in force in the village`);
  await client.get(own, token);
  const { items } = await client.get<Versions>('/v1/operator/policies', token);
  must(
    items.some((known) => known.version === version),
    'the override is not among the versions',
  );
  return { version, faults: fault?.pointer ?? '', seconds };
}

interface Migration {
  readonly id: string;
  readonly status: string;
  readonly report: { readonly sent: number };
}
interface Results {
  readonly items: readonly { readonly caseId: string; readonly result: string }[];
}

/** A case that began under other numbers goes over to these. */
export async function migrate(
  { client, people }: DemoDeps,
  { needId, village, to }: { readonly needId: string; readonly village: string; readonly to: string },
): Promise<void> {
  const { token } = await people.operator();
  const run = async (dryRun: boolean): Promise<string> => {
    const body = {
      to,
      region: village,
      caseTypes: ['need'],
      caseIds: [needId],
      dryRun,
      reason: '新办法适用于在办的求助',
    };
    const { id } = await client.post<Migration>('migrate', '/v1/operator/policy-migrations', token, body);
    const path = `/v1/operator/policy-migrations/${id}`;
    const done = await until(
      'a migration',
      () => client.get<Migration>(path, token),
      ({ status }) => status !== 'queued' && status !== 'running',
    );
    must(done.status === 'done' && done.report.sent === 1, `the migration came out as ${JSON.stringify(done)}`);
    const results = () => client.get<Results>(`${path}/results`, token);
    const known = await until('its result', results, ({ items }) => items[0]?.result !== 'pending');
    return known.items[0]?.result ?? '';
  };
  must((await run(true)) === 'wouldMigrate', 'a dry run says something else');
  must((await run(false)) === 'applied', 'the need did not take the new rules');
  const { policyVersion } = await client.get<{ policyVersion: string }>(`/v1/operator/cases/need/${needId}`, token);
  must(policyVersion === to, `the need goes by ${policyVersion}`);
}
