import { awaitStage, command, look, whenReady, type NeedRun } from '../need-run.ts';
import { watchTiers } from './tiers.ts';

/** What happens to a need on the public list before somebody claims it. */

/** The household is away: nobody can claim meanwhile. */
export async function pauseAWhile(run: NeedRun): Promise<void> {
  const reason = run.expected.reason ?? '家里这几天没有人，暂停几天';
  await command(run, run.publisher, 'pause', { reasonCode: 'notAtHome', reason });
  await awaitStage(run, 'paused');
  await command(run, run.publisher, 'unpause');
  await awaitStage(run, 'published');
}

/** Nobody claims it meanwhile: each audience sees it in its turn, strangers last. */
export async function waitForTheNation(run: NeedRun): Promise<void> {
  await run.lanes.away(() => watchTiers(run));
}

/** A donor doubts it; the level above its approver looks at it. */
async function challenge(run: NeedRun, ruling: 'dismiss' | 'uphold'): Promise<void> {
  const { client, people, id, sample } = run;
  const donor = await people.donor();
  const reason = run.expected.reason ?? '听说这家去年已经领过同样的东西';
  const body = { reasonCode: 'receivedBefore', reason };
  await run.lanes.away(() =>
    whenReady(['NOT_FOUND'], () => client.post('challenge', `/v1/needs/${id}/challenges`, donor.token, body)),
  );
  await awaitStage(run, 'challenged');
  const level = (await look(run)).challenge?.level ?? 'township';
  const cadre = await people.cadre(level, sample.villageCode, run.publisher.key);
  const answer = { reasonCode: 'visited', reason: '已入户核实，情况记录在案' };
  await client.post(ruling, `/v1/needs/${id}/challenge/${ruling}`, cadre.token, answer);
}

export async function challengeInVain(run: NeedRun): Promise<void> {
  await challenge(run, 'dismiss');
  await awaitStage(run, 'published');
}

export async function challengeWithCause(run: NeedRun): Promise<void> {
  await challenge(run, 'uphold');
  await awaitStage(run, 'underReview');
}
