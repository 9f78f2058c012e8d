import { awaitClock, awaitNeed, awaitStage, command, look, type NeedRun } from '../need-run.ts';

/** Needs that end otherwise: withdrawn, taken down, cancelled, unmet, or opened once more. */

export async function withdraw(run: NeedRun): Promise<void> {
  const { reason } = run.expected;
  await command(run, run.publisher, 'withdraw', reason === undefined ? {} : { reason });
  await awaitStage(run, 'withdrawn');
}

export async function takeDown(run: NeedRun): Promise<void> {
  const { people, sample, expected, client, id } = run;
  const county = await people.cadre('county', sample.villageCode, run.publisher.key);
  const body = { reasonCode: 'helpedElsewhere', reason: expected.reason ?? '已由其他渠道解决，予以下架' };
  await client.post('takeDown', `/v1/needs/${id}/take-down`, county.token, body);
  await awaitStage(run, 'takenDown');
}

export async function cancel(run: NeedRun): Promise<void> {
  const { people, expected, client, id } = run;
  const operator = await people.operator();
  const body = { reasonCode: 'postedByMistake', reason: expected.reason ?? '误提交，经同意注销' };
  await client.post('cancel', `/v1/operator/cases/need/${id}/cancel`, operator.token, body);
  await awaitStage(run, 'cancelled');
}

/** Nobody appeals: the time for it passes. */
export const letClose = (run: NeedRun): Promise<unknown> =>
  awaitClock(run, 'the end', ({ stage }) => stage === 'closed');

/** Its time on the public list is over: somebody takes on what nobody gave. */
export async function handOff(run: NeedRun): Promise<void> {
  await awaitClock(run, 'the hand-off', ({ stage }) => stage === 'handedOff');
  const { people, client, id, sample } = run;
  const unit = await people.aidUnit(sample.villageCode);
  await client.post('accept', `/v1/needs/${id}/hand-off/accept`, unit.token);
  const body = { outcome: 'civilAffairs', reason: '已由民政部门纳入临时救助解决' };
  await client.post('resolve', `/v1/needs/${id}/hand-off/resolve`, unit.token, body);
  await awaitNeed(run, 'its resolution', ({ stage }) => stage !== 'handedOff');
}

/** One unit did not serve: the household asks for it again. */
export async function reopen(run: NeedRun): Promise<void> {
  await awaitStage(run, 'following');
  const { lines } = await look(run);
  const line = lines.at(-1);
  const reason = run.expected.reason ?? '有一件不合用，申请再次求助';
  const body = { lines: [{ lineId: line?.id, quantity: 1 }], reason };
  await command(run, run.recipient, 'reopen', body);
  await awaitStage(run, 'underReview');
}
