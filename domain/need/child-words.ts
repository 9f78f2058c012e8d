import { GUARDIAN_CONSENT_AGE, MAJORITY_AGE } from '../people/age.ts';

/** Whether a text asks for a child, whatever its category is: a coat for a girl of seven. */

const CHILD =
  /孩子|小孩|儿童|幼儿|婴儿|宝宝|娃娃|女娃|男娃|女童|男童|童装|童鞋|孙子|孙女|外孙|幼儿园|小学|中学|初中|高中|学生/;
const AGED = /(\d{1,3}|[零一二三四五六七八九十百]{1,5})(?:周岁|岁)/g;
const DIGITS = '一二三四五六七八九';

export function mentionsChild(text: string): boolean {
  return CHILD.test(text) || [...text.matchAll(AGED)].some(([, age = '']) => yearsOf(age) < MAJORITY_AGE);
}

/** 7, 七 and 十七; of 七八岁 the lower. A hundred and more is no child. */
function yearsOf(age: string): number {
  if (/^\d/.test(age)) return Number(age);
  if (age.includes('百')) return 100;
  const [tens = '', ones = ''] = age.includes('十') ? age.split('十') : ['零', age];
  const ten = tens === '' ? 10 : (DIGITS.indexOf(tens.at(-1) ?? '') + 1) * 10;
  return ten + DIGITS.indexOf(ones.charAt(0) || '零') + 1;
}

/** Who is meant among the people of a household, by their ages: somebody under 14, under 18. */
export function childrenMeant(
  forChildren: boolean,
  texts: readonly string[],
  ages: readonly number[],
): { readonly concernsChild: boolean; readonly concernsMinor: boolean } {
  const meant = forChildren || mentionsChild(texts.join(''));
  return {
    concernsChild: meant && ages.some((age) => age < GUARDIAN_CONSENT_AGE),
    concernsMinor: meant && ages.some((age) => age < MAJORITY_AGE),
  };
}
