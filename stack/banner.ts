import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../infra/config.ts';

const demoAccounts = z.object({
  password: z.string(),
  accounts: z.array(
    z.object({
      phone: z.string(),
      name: z.string(),
      grants: z.array(z.object({ role: z.string(), level: z.string().optional() })),
    }),
  ),
});

/** What the user sees when everything runs: where to look and whom to log in as. */
export async function readyBanner(config: Config, options: { demoData: boolean; seconds: number }): Promise<string> {
  const api = `http://${config.api.host}:${config.api.port}`;
  const links = [
    ['API', `${api}/v1`],
    ['API docs', `${api}/docs`],
    ['Temporal UI', `${config.temporal.uiUrl}/namespaces/${config.temporal.namespace}/workflows`],
    ['Queue dashboard', `${api}/ops/queues`],
    ['Logs', join(config.dataDir, 'logs')],
  ];
  const accounts = options.demoData ? await demoAccountLines() : [];
  return [
    '',
    `Bangfu is ready (${options.seconds.toFixed(1)} s).`,
    ...links.map(([label = '', link]) => `  ${label.padEnd(18)} ${link}`),
    ...(accounts.length > 0 ? ['', 'Demo accounts (log in with the phone number)', ...accounts] : []),
    '',
    'Stop with Ctrl-C. The data stays; npm run reset clears it.',
    '',
  ].join('\n');
}

/** One account of each kind of role; the file holds hundreds. */
async function demoAccountLines(): Promise<string[]> {
  const path = join(import.meta.dirname, '..', 'data', 'demo-accounts.json');
  const parsed = demoAccounts.safeParse(JSON.parse(await readFile(path, 'utf8').catch(() => '{}')));
  if (!parsed.success) return [];
  const { accounts, password } = parsed.data;
  const byKind = new Map<string, string>();
  for (const { phone, name, grants } of accounts) {
    const kind = grants.map(({ role, level }) => (level ? `${level} ${role}` : role))[0];
    if (kind && !byKind.has(kind)) byKind.set(kind, `  ${kind.padEnd(20)} ${phone}  ${name}`);
  }
  return [...byKind.values(), `  Their password is ${password}; all of them are in data/demo-accounts.json.`];
}
