/** Facts of the household register (建档立卡). Codes only; what the public reads is made from them elsewhere. */

/** general: 一般; minimumLiving: 低保; extremePoverty: 特困; the other three are the monitored kinds since 2020. */
export const PROPERTIES = [
  'general',
  'minimumLiving',
  'extremePoverty',
  'unstable',
  'borderline',
  'suddenHardship',
] as const;
export type Property = (typeof PROPERTIES)[number];

export const CAUSES = [
  'illness',
  'disability',
  'schooling',
  'disaster',
  'marriageCost',
  'lackOfLand',
  'lackOfWater',
  'lackOfTechnology',
  'lackOfLabour',
  'lackOfFunds',
  'poorTransport',
  'lowMotivation',
  'other',
] as const;
export type Cause = (typeof CAUSES)[number];

export const EDUCATION = ['none', 'primary', 'juniorHigh', 'seniorHigh', 'vocational', 'college'] as const;
export type Education = (typeof EDUCATION)[number];

export const HEALTH = ['healthy', 'chronic', 'severe', 'disabled'] as const;
export type Health = (typeof HEALTH)[number];

/** Ability to work. */
export const LABOUR = ['ordinary', 'skilled', 'weak', 'lost', 'none'] as const;
export type Labour = (typeof LABOUR)[number];

/** Relation of a member to the head. */
export const MEMBER_RELATIONS = [
  'spouse',
  'son',
  'daughter',
  'father',
  'mother',
  'grandson',
  'granddaughter',
  'grandfather',
  'grandmother',
  'sonInLaw',
  'daughterInLaw',
  'brother',
  'sister',
  'other',
] as const;
export type MemberRelation = (typeof MEMBER_RELATIONS)[number];

/** One person of a household. All of it is personal and stored encrypted. `birthDate`: `YYYY-MM-DD`. */
export interface HouseholdPerson {
  readonly name: string;
  readonly birthDate: string;
  readonly education: Education;
  readonly health: Health;
  readonly labour: Labour;
}

export interface HouseholdHead extends HouseholdPerson {
  readonly idNumber: string;
  readonly phone: string | null;
}

export interface HouseholdMember extends HouseholdPerson {
  readonly relation: MemberRelation;
}

/** What is sealed in a household's record. */
export interface HouseholdPersonal {
  readonly head: HouseholdHead;
  readonly members: readonly HouseholdMember[];
  /** Where in the village they live; only for those who deliver or check. */
  readonly address?: string;
}

/** One address is one, however it is spaced, punctuated or numbered; the village makes it unique. */
export const addressKey = (villageCode: string, address: string): string =>
  `${villageCode}\n${address
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/[〇零一二三四五六七八九]/g, (c) => String('零一二三四五六七八九'.indexOf(c === '〇' ? '零' : c)))}`;
