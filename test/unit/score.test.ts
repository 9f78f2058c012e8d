import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'chai';
import { steps } from '../../activities/case-history.ts';
import type { CaseEvent, CasePolicy, CaseState, Decider } from '../../domain/kernel/types.ts';
import { entriesOf, levelFor, ruleText } from '../../domain/score/entries.ts';
import { mayScore, meritsOf, scoreNamed } from '../../domain/score/merits.ts';
import type { ScoreEntry } from '../../domain/score/types.ts';
import { DONOR, NEIGHBOUR, RECIPIENT, TOWNSHIP, VILLAGE, COUNTY } from '../support/people.ts';
import { playLife, type RandomCase } from '../support/random-case.ts';
import { randomNeed } from '../support/random-need.ts';
import { randomPledge } from '../support/random-pledge.ts';
import { complaintStory, followedNeed, heldPledge, POLICY, type Story } from '../support/story.ts';

type Told = Pick<Story<CaseState, CasePolicy>, 'seed'> & {
  readonly events: readonly CaseEvent[];
  readonly decider: Decider<CaseState, CasePolicy>;
};

/** Every entry of a life. */
function booked({ decider, seed, events }: Told): ScoreEntry[] {
  const told = [...steps(decider, { caseId: 'case-1', seed }, events)];
  return told.flatMap((step, i) => {
    const source = `${decider.type}:case-1:${step.event.seq}`;
    const fact = { source, at: step.event.at, policy: POLICY };
    return entriesOf(meritsOf(decider.type, step, told.slice(0, i)), fact);
  });
}
const lines = (story: unknown): string[] =>
  booked(story as Told).map(({ subject, rule, points }) => `${subject.kind}:${subject.id} ${rule} ${points}`);

describe('A score', function () {
  this.timeout(60_000);

  it('counts what came of a gift, and nothing of an insider’s', () => {
    const life = (marks: string[]) => {
      const pledge = heldPledge({ marks });
      pledge.do('send', DONOR);
      pledge.do('confirm', RECIPIENT);
      return lines(pledge);
    };
    expect(life(['closedWithinMinutes'])).to.deep.equal([
      'donor:donor donorDelivered 10',
      'household:household-1 householdConfirmed 2',
    ]);
    for (const mark of ['cadreOfArea', 'relatedToPublisher', 'samePhone', 'sameDevice', 'publisher', 'belowFloorValue'])
      expect(life([mark]), mark).to.deep.equal(['household:household-1 householdConfirmed 2']);
    const late = heldPledge();
    late.tickUntil('lapse');
    expect(lines(late)).to.deep.equal(['donor:donor donorLapsed -3']);
    const lost = heldPledge();
    lost.do('send', DONOR);
    lost.do('dispute', RECIPIENT, { reasonCode: 'notReceived' });
    lost.do('ruleFailed', COUNTY);
    expect(lines(lost)).to.deep.equal(['donor:donor donorFailed -10']);
  });

  it('counts an answer for the household whatever it says, and for who approved only what another says of it', () => {
    const answered = (actor: typeof RECIPIENT, answer: string) => {
      const need = followedNeed();
      need.tickUntil('askOutcome');
      need.do('answer', actor, { question: 1, answer });
      return lines(need);
    };
    expect(answered(RECIPIENT, 'good')).to.deep.equal([
      'household:household-1 householdAnswered 3',
      'reviewer:village-cadre approvalServed 1',
      'village:360735100223 villageServed 1',
    ]);
    expect(answered(RECIPIENT, 'notUsed')).to.include('household:household-1 householdAnswered 3');
    expect(answered(RECIPIENT, 'notUsed')).to.include('reviewer:village-cadre approvalUnused -3');
    expect(answered(VILLAGE, 'good'), 'of his own approval').to.deep.equal([]);
    expect(answered(TOWNSHIP, 'good')).to.deep.equal([
      'reviewer:village-cadre approvalServed 1',
      'village:360735100223 villageServed 1',
    ]);
  });

  it('counts for those who gave, each once, that their gift served, and never an insider’s', () => {
    const need = followedNeed();
    need.tickUntil('askOutcome');
    need.do('answer', RECIPIENT, { question: 1, answer: 'partly' });
    const told = [
      ...steps(need.decider as unknown as Told['decider'], { caseId: 'case-1', seed: need.seed }, need.events),
    ];
    const gifts = [
      ['donor', []],
      ['donor', []],
      ['other-donor', ['closedWithinMinutes']],
      ['cadre', ['cadreOfArea']],
    ];
    const last = told.at(-1);
    if (last === undefined) throw new Error('nothing happened');
    const merits = meritsOf(
      'need',
      last,
      told.slice(0, -1),
      gifts.map(([donorId, marks]) => ({ donorId: donorId as string, marks: marks as string[] })),
    );
    const served = merits.filter(({ rule }) => rule === 'donorServed').map(({ subject }) => subject.id);
    expect(served).to.deep.equal(['donor', 'other-donor']);
  });

  it('is corrected by an appeal that is upheld, and by the difference when its objection says otherwise', () => {
    const appeal = (subjectId: string) =>
      complaintStory({ about: 'score', subjectId, accusedIds: [], complainantId: 'donor' });
    const complaint = appeal('donor:donor');
    complaint.do('submit', DONOR);
    complaint.do('routed', { id: 'system', role: 'system' }, { eligible: { township: true, county: true } });
    complaint.do('uphold', TOWNSHIP, { measure: 'corrected', correction: 5 });
    expect(lines(complaint)).to.deep.equal(['donor:donor correction 5']);
    complaint.do('object', DONOR);
    complaint.do('uphold', COUNTY, { measure: 'corrected', correction: 8 });
    expect(lines(complaint)).to.deep.equal(['donor:donor correction 5', 'donor:donor correction 3']);
    expect(scoreNamed('donor')).to.deep.equal({ kind: 'donor', id: 'donor' });
    expect(scoreNamed('village:360735100223'), 'a village is nobody’s own').to.equal(null);
  });

  it('has its level in words', () => {
    const level = (points: number) => levelFor(points, POLICY.score);
    expect([-1, 0, 20, 59, 60, 150, 9999].map(level)).to.deep.equal([
      'low',
      'ordinary',
      'good',
      'good',
      'veryGood',
      'excellent',
      'excellent',
    ]);
  });

  it('of any life: each fact once, nobody by his own word about himself, and ids alone', () => {
    const rules = new Set<string>();
    const check = <S extends CaseState, P extends CasePolicy>(setup: RandomCase<S, P>, choices: readonly number[]) => {
      const { events } = playLife(setup, choices);
      const decider = setup.decider as unknown as Told['decider'];
      const entries = booked({ decider, seed: setup.seed, events });
      if (new Set(entries.map(({ id }) => id)).size !== entries.length) throw new Error('an entry twice');
      for (const { subject, rule, points, source, id } of entries) {
        rules.add(rule);
        const event = events[Number(source.split(':')[2]) - 1];
        if (event === undefined || !mayScore(decider.type, event.type)) throw new Error(`${rule} of nothing`);
        const own = subject.id === event.actor.id || subject.id === event.actor.standsInFor;
        if (own && points > 0) throw new Error(`${rule} by his own word`);
        if (/\p{Script=Han}/u.test(id) || ruleText(rule) === '') throw new Error('words in the ledger');
      }
    };
    const choices = fc.array(fc.nat(), { minLength: 10, maxLength: 40, size: 'max' });
    fc.assert(
      fc.property(fc.nat(), choices, (choice, list) => check(randomPledge(choice), list)),
      { numRuns: 800 },
    );
    fc.assert(
      fc.property(fc.nat(), choices, (choice, list) => check(randomNeed(choice), list)),
      { numRuns: 800 },
    );
    expect([...rules]).to.include.members(['donorDelivered', 'donorLapsed', 'householdConfirmed']);
    expect([...rules]).to.include.members(['approvalDoubted', 'villageSlept', 'villageRated', 'householdThanked']);
  });

  it('gives a household nothing for another’s word', () => {
    const pledge = heldPledge();
    pledge.do('send', DONOR);
    expect(pledge.refused('confirm', NEIGHBOUR)).to.equal('NOT_PERMITTED');
    pledge.do('confirm', VILLAGE);
    expect(lines(pledge)).to.deep.equal(['donor:donor donorDelivered 10']);
  });
});

/** DOMAIN.md §9: credit levels never decide eligibility. So nothing that decides may know of them. */
describe('Scores', () => {
  const root = new URL('../../', import.meta.url);
  const files = ['activities', 'api', 'domain', 'infra', 'models', 'workflows'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
  const holding = (words: RegExp): string[] =>
    files.filter((file) => words.test(readFileSync(new URL(file, root), 'utf8'))).sort();

  it('are read by who shows, books and compares them, and by nothing that decides', () => {
    expect(holding(/scoreRepository\(|scores\.(scores|ledger)\b|\bscoreEntries\b|levelFor\(/)).to.deep.equal(READERS);
  });

  it('are known to no decider', () => {
    const knowing = holding(/from '.*\/score\//).filter((file) => file.startsWith('domain/'));
    expect(knowing.filter((file) => !file.startsWith('domain/score/'))).to.deep.equal(['domain/policy.ts']);
  });
});

const READERS = [
  // A person's copy of his data.
  'activities/data-copy.ts',
  // Books and compares.
  'activities/scores.ts',
  'api/routes/score.ts',
  // How long they are kept.
  'domain/retention/classes.ts',
  'domain/score/entries.ts',
  'models/index.ts',
  'models/score.ts',
];
