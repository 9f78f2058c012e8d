import { expect } from 'chai';
import type { Answer, TestApi, TestPerson } from './api.ts';
import { bodyOf } from './needs.ts';
import { codeFor } from './sms.ts';

/** What tests of codes by text message do again and again. */
export function byNumber(api: TestApi) {
  let phones = 0;
  const post = (path: string, body: object, as: TestPerson | null = null): Promise<Answer> =>
    api.call('POST', path, { as, body });

  /** A household's session, with the code that went to its phone. */
  async function visit(number: string, of: string): Promise<TestPerson> {
    expect((await post('/v1/household-sessions/codes', { number, phone: of })).status).to.equal(202);
    const body = { number, phone: of, code: await codeFor(api, of) };
    const session = await post('/v1/household-sessions', body);
    expect(session.status, session.text).to.equal(201);
    const { accessToken, householdId } = bodyOf<{ accessToken: string; householdId: string }>(session);
    return { id: householdId, phone: of, token: accessToken };
  }

  return {
    post,
    visit,
    newPhone: (): string => `1372000${String((phones += 1)).padStart(4, '0')}`,
    code: (answer: Answer): string => `${answer.status} ${bodyOf<{ code: string }>(answer).code}`,
    wrong: (right: string): string => (right === '000000' ? '000001' : '000000'),
  };
}
