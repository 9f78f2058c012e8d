import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from './client.ts';
import type { DemoDeps } from './need-run.ts';
import { newCitizen } from './scenes/hamlet.ts';
import { must, until } from './waiting.ts';

/**
 * What operators do, and what a person can ask about his own data: an application is handed to another level, somebody
 * gets a copy of his data and is erased, and the event log is compared with its signed checkpoints.
 */

const VILLAGE = '360735100202';
const STATEMENT = '我在外工作多年，现在回到家乡，愿意为村里老人办事。';
/** Nobody in data/demo-accounts.json; erased at the end, so every run registers him anew. */
const VISITOR = { kind: 'person', name: '过路人', phone: '13700009977', password: 'Passing-Guest-77' } as const;
const SETTLED_MS = 180_000;

export interface OperationsReport {
  /** The levels that had the application. */
  readonly reassigned: readonly string[];
  readonly copyBytes: number;
  /** What stays of the erased person. */
  readonly kept: number;
  /** After his erasure he cannot sign in, and his number is free. */
  readonly erased: boolean;
  readonly checkpoints: number;
  readonly eventsCovered: number;
}

export async function operate(deps: DemoDeps, progress: (line: string) => void): Promise<OperationsReport> {
  const reassigned = await reassign(deps);
  progress(`an application was handed from the ${reassigned.join(' to the ')} by an operator`);
  const { copyBytes, kept, erased } = await copyAndErase(deps);
  progress(`somebody got a copy of his data (${copyBytes} bytes) and was erased`);
  const { checked, events } = await verify(deps);
  progress(`${checked} signed checkpoints fit ${events} events`);
  return { reassigned, copyBytes, kept, erased, checkpoints: checked, eventsCovered: events };
}

interface Application {
  readonly stage: string;
  readonly reviewLevel: string | null;
}

async function reassign(deps: DemoDeps): Promise<string[]> {
  const { client, people } = deps;
  const [{ person: applicant, name, idNumber }, operator] = await Promise.all([newCitizen(deps), people.operator()]);
  const body = { level: 'village', regionCode: VILLAGE, name, idNumber, statement: STATEMENT };
  const { id } = await client.post<{ id: string }>('apply', '/v1/applications', applicant.token, body);
  const read = () => client.get<Application>(`/v1/applications/${id}`, applicant.token);
  const before = await until('a review of the application', read, ({ stage }) => stage === 'underReview');
  const order = { level: 'county', reason: '乡镇正在换届，由县里审批' };
  await client.post('reassign', `/v1/operator/cases/application/${id}/reassign`, operator.token, order);
  const after = await until('the application at the county', read, ({ reviewLevel }) => reviewLevel === 'county');
  const county = await people.cadre('county', VILLAGE);
  const refusal = { reasonCode: 'officeFilled', reason: '该村岗位已有人员' };
  await client.post('refuse application', `/v1/applications/${id}/refuse`, county.token, refusal);
  return [before.reviewLevel ?? '', after.reviewLevel ?? ''];
}

interface Session {
  readonly accessToken: string;
}

async function copyAndErase({
  client,
  people,
}: DemoDeps): Promise<Pick<OperationsReport, 'copyBytes' | 'kept' | 'erased'>> {
  const { phone, password } = VISITOR;
  const signIn = () => client.post<Session>('sign in', '/v1/sessions', null, { phone, password });
  await client.post('register', '/v1/accounts', null, VISITOR).catch((error: unknown) => {
    // A run that was broken off has left him.
    if (!(error instanceof ApiError) || error.problem.code !== 'PHONE_TAKEN') throw error;
  });
  const { accessToken } = await signIn();
  const asked = await client.post<{ id: string }>('ask for a copy', '/v1/my/data-exports', accessToken, { password });
  const path = `/v1/my/data-exports/${asked.id}`;
  const isReady = ({ stage }: { stage: string }) => stage === 'ready';
  await until('the copy', () => client.get<{ stage: string }>(path, accessToken), isReady);
  const copy = JSON.stringify(await client.get<object>(`${path}/archive`, accessToken));
  if (!copy.includes(phone) || !copy.includes(VISITOR.name)) throw new Error('the copy is not complete');
  const ask = () => client.post<Erasure>('ask to be erased', '/v1/my/erasure', accessToken, { password });
  const operator = await people.operator();
  await changeHisMind({ client }, (await ask()).id, accessToken, operator.token);
  const erasure = await ask();
  const execute = `/v1/operator/erasures/${erasure.id}/execute`;
  await client.post('erase', execute, operator.token, { reason: '本人到场要求立即办理' });
  const erased = await signIn().then(
    () => false,
    (error: unknown) => error instanceof ApiError && error.problem.code === 'WRONG_CREDENTIALS',
  );
  if (!erased) throw new Error('the erased person can still sign in');
  return { copyBytes: Buffer.byteLength(copy), kept: erasure.kept.length, erased };
}

interface Erasure {
  readonly id: string;
  readonly stage: string;
  readonly kept: readonly string[];
}

/** Until the day named he can: the operators see that he asks, and then that he does not any more. */
async function changeHisMind(
  { client }: Pick<DemoDeps, 'client'>,
  erasureId: string,
  token: string,
  operator: string,
): Promise<void> {
  interface Erasures {
    readonly items: readonly { readonly id: string }[];
  }
  const isListed = async (stage: string): Promise<boolean> => {
    const { items } = await client.get<Erasures>(`/v1/operator/erasures?stage=${stage}&limit=100`, operator);
    return items.some(({ id }) => id === erasureId);
  };
  must(await isListed('waiting'), 'the operators do not see that somebody wants to be erased');
  await client.delete('stay', '/v1/my/erasure', token);
  const { stage } = await client.get<Erasure>('/v1/my/erasure', token);
  must(stage === 'cancelled' && !(await isListed('waiting')), `his erasure is ${stage} although he changed his mind`);
}

async function verify({ client, people }: DemoDeps): Promise<{ checked: number; events: number }> {
  const { token } = await people.operator();
  interface Verification {
    readonly whole: boolean;
    readonly checked: number;
    readonly events: number;
  }
  // A checkpoint covers what is a minute old: in a short demo the first one takes until then.
  for (const giveUpAt = Date.now() + SETTLED_MS; ; await delay(5000)) {
    await client.post('sign a checkpoint', '/v1/operator/checkpoints', token);
    const found = await client.get<Verification>('/v1/operator/checkpoints/verification', token);
    must(found.whole, 'the event log does not fit its checkpoints');
    if (found.checked > 0) {
      await canBeCheckedElsewhere({ client }, token);
      return found;
    }
    must(Date.now() < giveUpAt, 'no checkpoint was made');
  }
}

/** Whoever has the public key needs nobody's word. */
async function canBeCheckedElsewhere({ client }: Pick<DemoDeps, 'client'>, token: string): Promise<void> {
  interface Checkpoints {
    readonly publicKey: string;
    readonly items: readonly { readonly signature: string }[];
  }
  const { publicKey, items } = await client.get<Checkpoints>('/v1/operator/checkpoints', token);
  must(publicKey !== '' && items.length > 0, 'the checkpoints cannot be checked by others');
}
