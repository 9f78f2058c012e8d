import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Bare } from './bare/client.ts';
import { createLife } from './life.ts';
import { REGION_PATH } from './needs.ts';
import type { Row } from './report.ts';
import { inLanes, quantile, timed } from './stats.ts';
import type { World } from './world.ts';

interface DemoAccounts {
  readonly password: string;
  readonly accounts: readonly {
    phone: string;
    grants: readonly { role: string; level?: string; regionCode?: string }[];
  }[];
}

export async function signIn(
  url: string,
  wanted: (grant: DemoAccounts['accounts'][number]['grants'][number]) => boolean,
): Promise<string> {
  const file = new URL('../data/demo-accounts.json', import.meta.url);
  const { password, accounts } = JSON.parse(readFileSync(file, 'utf8')) as DemoAccounts;
  const phone = accounts.find((account) => account.grants.some(wanted))?.phone;
  const response = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ phone, password }),
  });
  if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { accessToken: string }).accessToken;
}

/** A cadre's approval through HTTP, from request to answer, against a bare update of an idle workflow. One caller. */
export async function decisions(world: World, bare: Bare, count: number): Promise<Row[]> {
  const life = createLife(world);
  const token = await signIn(
    world.url,
    (g) => g.role === 'cadre' && g.level === 'village' && g.regionCode === REGION_PATH[4],
  );
  const needs: string[] = [];
  await inLanes(count + 5, 12, async () => needs.push((await life.submit())._id));
  const bareIds = await Promise.all(Array.from({ length: 8 }, () => bare.open()));
  const approve = async (needId: string): Promise<void> => {
    const response = await fetch(`${world.url}/v1/needs/${needId}/approve`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: '{}',
    });
    if (response.status !== 200) throw new Error(`approve: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
  for (const needId of needs.slice(count)) await approve(needId);
  for (const id of bareIds) await bare.update(id);
  const times = { ours: [] as number[], bare: [] as number[] };
  for (const [i, needId] of needs.slice(0, count).entries()) {
    times.ours.push(await timed(() => approve(needId)));
    times.bare.push(await timed(() => bare.update(bareIds[i % bareIds.length] ?? '')));
  }
  return [0.5, 0.99].map((q) => ({
    what: `Decision through HTTP, p${q * 100}`,
    ours: `${quantile(times.ours, q).toFixed(1)} ms`,
    bare: `${quantile(times.bare, q).toFixed(1)} ms`,
    ratio: quantile(times.ours, q) / quantile(times.bare, q),
    spread: `${count} of each, in turns`,
    target: null,
  }));
}
