import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../infra/config.ts';

const demoAccounts = z.array(
  z.object({ username: z.string(), password: z.string(), role: z.string(), name: z.string().optional() }),
);

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
    ...links.map(([label = '', link]) => `  ${label.padEnd(16)} ${link}`),
    ...(accounts.length > 0 ? ['', 'Demo accounts', ...accounts] : []),
    '',
    'Stop with Ctrl-C. The data stays; npm run reset clears it.',
    '',
  ].join('\n');
}

async function demoAccountLines(): Promise<string[]> {
  const content = await readFile(join(import.meta.dirname, '..', 'data', 'demo-accounts.json'), 'utf8').catch(
    () => '[]',
  );
  const parsed = demoAccounts.safeParse(JSON.parse(content));
  if (!parsed.success) return ['  see data/demo-accounts.json'];
  return parsed.data.map(
    ({ role, username, password, name }) => `  ${role.padEnd(16)} ${username} / ${password}${name ? `  ${name}` : ''}`,
  );
}
