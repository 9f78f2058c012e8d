import { ApiError } from '../client.ts';
import { whenReady, type DemoDeps } from '../need-run.ts';
import { follow } from '../reach.ts';
import { must, until } from '../waiting.ts';
import { newPerson } from './hamlet.ts';

/** Long work that operators ask for, and stop; and what the Temporal UI shows to them alone. */

const TRIES = 8;

export async function showRuns(deps: DemoDeps): Promise<string[]> {
  const [whatIf, migration, payload] = [
    await stop(deps, '/v1/operator/what-if', { values: {} }),
    await stop(deps, '/v1/operator/policy-migrations', { dryRun: true, reason: '示范：看看会怎么样' }),
    await decode(deps),
  ];
  return [
    `a what-if was stopped while it ran (${whatIf}), and so was a migration (${migration}); what they had found stays`,
    payload,
  ];
}

interface Run {
  readonly id: string;
  readonly status: string;
}

/** Asked for and stopped at once. One that was quicker is asked for again. @returns how it came to be stopped */
async function stop({ client, people }: DemoDeps, path: string, body: object): Promise<string> {
  const { token } = await people.operator();
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const { id } = await client.post<Run>('ask for a run', path, token, body);
    try {
      const stopped = await client.post<Run>('stop a run', `${path}/${id}/cancel`, token);
      must(stopped.status === 'cancelled', `a run that was stopped is ${stopped.status}`);
    } catch (error) {
      if (error instanceof ApiError && error.problem.code === 'ALREADY_DONE') continue;
      throw error;
    }
    await until(
      'a stopped run to stay so',
      () => client.get<Run>(`${path}/${id}`, token),
      ({ status }) => status === 'cancelled',
    );
    const { items } = await client.get<{ items: Run[] }>(path, token);
    must(
      items.some((run) => run.id === id && run.status === 'cancelled'),
      'a stopped run is not among the latest',
    );
    return tries === 1 ? 'at the first try' : `at try ${tries}`;
  }
  throw new Error(`${TRIES} runs were done before they could be stopped`);
}

interface Payload {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: string;
}
interface History {
  readonly history?: {
    readonly events: readonly {
      readonly workflowExecutionStartedEventAttributes?: {
        readonly input?: { readonly payloads?: readonly Payload[] };
      };
    }[];
  };
}
/** What Temporal holds of a case is sealed; the codec opens it for an operator, and even then there are only ids. */
async function decode(deps: DemoDeps): Promise<string> {
  const { client, people } = deps;
  const { token } = await people.operator();
  const caseId = await smallCase(deps);
  const seen = () => client.get<{ temporalUrl: string }>(`/v1/operator/cases/complaint/${caseId}`, token);
  const { temporalUrl } = await whenReady(['NOT_FOUND'], seen);
  const payload = await firstPayload(temporalUrl);
  if (payload === null) return 'no Temporal UI runs here: nothing to be decoded';
  const plain = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString('utf8');
  must(plain(payload.metadata?.['encoding']) === 'binary/encrypted', 'Temporal holds a case in clear');
  const answer = await client.callback<{ payloads: Payload[] }>(
    'decode payloads',
    '/v1/codec/decode',
    JSON.stringify({ payloads: [payload] }),
    { Authorization: `Bearer ${token}` },
  );
  const text = plain(answer.payloads[0]?.data);
  must(text.includes(caseId) && !/\p{Script=Han}/u.test(text), 'a decoded payload is not what it must be: ids alone');
  return 'what the Temporal UI holds of a case is sealed; an operator’s codec shows ids and codes, and no words';
}

/** Somebody complains about the platform, and thinks better of it. */
async function smallCase(deps: DemoDeps): Promise<string> {
  const { client } = deps;
  const { token } = await newPerson(deps);
  const body = { about: 'platform', kind: 'other', text: '页面上的字太小，老人看不清楚。' };
  const { id } = await client.post<{ id: string }>('complain', '/v1/complaints', token, body);
  const path = `/v1/complaints/${id}`;
  const { reach } = follow<{ stage: string }>(client, path, token);
  await reach('handling');
  await client.post('withdraw complaint', `${path}/withdraw`, token);
  await reach('withdrawn');
  const { items: mine } = await client.get<{ items: { id: string }[] }>('/v1/my/complaints', token);
  must(mine[0]?.id === id, 'a complaint is not among those of who made it');
  const { items } = await client.get<{ items: object[] }>(`${path}/timeline`, token);
  must(items.length >= 3, 'a complaint tells nothing of what became of it');
  return id;
}

/** As the Temporal UI itself asks for it. Null where none runs. */
async function firstPayload(temporalUrl: string): Promise<Payload | null> {
  const url = new URL(temporalUrl);
  const response = await fetch(`${url.origin}/api/v1${url.pathname}/history?maximumPageSize=1`, {
    signal: AbortSignal.timeout(10_000),
  }).catch(() => null);
  if (response?.ok !== true) return null;
  const { history } = (await response.json()) as History;
  return history?.events[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0] ?? null;
}
