import { readdirSync, readFileSync } from 'node:fs';
import type { Level } from '../../domain/kernel/types.ts';

/** The needs of data/needs and the people of data/demo-accounts.json, as data/needs/README.md explains them. */

const data = new URL('../../data/', import.meta.url);

export const STORIES = [
  'delivered',
  'deliveredTownship',
  'twoReviewers',
  'pickup',
  'faceToFace',
  'returnedThenApproved',
  'refusedByCadre',
  'appealed',
  'escalated',
  'overdueTakeover',
  'expiredUnmet',
  'partlyMatched',
  'claimLapsed',
  'standbyPromoted',
  'matchedByOffer',
  'editedAfterApproval',
  'disputed',
  'withdrawn',
  'takenDown',
  'cancelled',
  'reopened',
  'paused',
  'widened',
  'challengeDismissed',
  'challengeUpheld',
] as const;
export type StoryName = (typeof STORIES)[number];

export interface ExpectedStory {
  readonly story: StoryName;
  readonly stage: string;
  readonly via: readonly string[];
  readonly route: readonly Level[];
  readonly reason?: string;
}

export interface ExpectedRefusal {
  readonly refusedAtPosting: string;
  readonly why: string;
}

export interface SampleNeed {
  readonly key: string;
  readonly villageCode: string;
  readonly householdNumber: string;
  readonly publisher: string;
  readonly relation: string;
  readonly title: string;
  readonly details: string;
  readonly category: string;
  readonly urgency: 'urgent' | 'normal' | 'low';
  readonly lines: readonly {
    readonly name: string;
    readonly unit: string;
    readonly quantity: number;
    readonly unitPriceFen: number;
    readonly condition: string;
  }[];
  readonly photos: readonly { readonly photoSeed: string; readonly caption: string }[];
  readonly consent: {
    readonly kind: 'paper' | 'recording' | 'inPerson';
    readonly reference: string;
    readonly sensitive: boolean;
    readonly guardian: boolean;
  };
  readonly expect: ExpectedStory | ExpectedRefusal;
}

export interface DemoAccount {
  readonly key: string;
  readonly phone: string;
  readonly name: string;
  readonly idNumber: string;
  /** Where a donor lives. */
  readonly homeRegion?: string;
  readonly grants: readonly {
    readonly role: string;
    readonly level?: Level;
    readonly regionCode?: string;
    readonly householdNumber?: string;
  }[];
}

export function readNeeds(): SampleNeed[] {
  const files = readdirSync(new URL('needs/', data)).filter((name) => name.endsWith('.jsonl'));
  return files.sort().flatMap((name) =>
    readFileSync(new URL(`needs/${name}`, data), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as SampleNeed),
  );
}

export const readAccounts = (): { password: string; accounts: DemoAccount[] } =>
  JSON.parse(readFileSync(new URL('demo-accounts.json', data), 'utf8')) as {
    password: string;
    accounts: DemoAccount[];
  };

export const readRegister = (): Buffer => readFileSync(new URL('needs/households.csv', data));

/** Every story once, in its quickest example, and each code of refusal once: enough to see that all of them work. */
export function oneOfEach(needs: readonly SampleNeed[]): SampleNeed[] {
  const chosen = new Map<string, SampleNeed>();
  for (const need of needs) {
    const { expect } = need;
    const kind = 'story' in expect ? expect.story : expect.refusedAtPosting;
    const known = chosen.get(kind);
    if (known === undefined || (need.urgency === 'urgent' && known.urgency !== 'urgent')) chosen.set(kind, need);
  }
  return [...chosen.values()];
}
