/** Fictional people: ID numbers with the prefix 99 (no region has it), phones in the block 139000. */
import { checkCharacter } from '../../domain/people/id-number.ts';
import { seeded } from './random.ts';

export interface Person {
  readonly name: string;
  readonly sex: 'M' | 'F';
  /** YYYY-MM-DD */
  readonly birthDate: string;
  readonly health: 'healthy' | 'chronic' | 'severe' | 'disabled';
}

const HEALTH = { C: 'chronic', S: 'severe', D: 'disabled' } as const;

const pad = (n: number, digits: number): string => String(n).padStart(digits, '0');

/** `name:sex:birth year[:C|S|D]`; the day of birth follows from the key, so that it never changes. */
export function personOf(text: string, key: string): Person {
  const [name = '', sex, year = '', flag] = text.split(':');
  const random = seeded(hash(key + name));
  const birthDate = `${year}-${pad(1 + random.int(9), 2)}-${pad(1 + random.int(28), 2)}`;
  const health = flag === 'C' || flag === 'S' || flag === 'D' ? HEALTH[flag] : 'healthy';
  return { name, sex: sex === 'F' ? 'F' : 'M', birthDate, health };
}

/** A fictional ID number; the last digit before the check character is odd for men. */
export function idNumberFor(person: Person, key: string): string {
  const random = seeded(hash(`id${key}${person.name}`));
  const sequence = pad(random.int(50), 2) + String(random.int(5) * 2 + (person.sex === 'M' ? 1 : 0));
  const first17 = `99${pad(random.int(10_000), 4)}${person.birthDate.replaceAll('-', '')}${sequence}`;
  return first17 + checkCharacter(first17);
}

/** Phone number n of the block that all sample people share. */
export const demoPhone = (n: number): string => `139000${pad(n, 5)}`;

const SURNAMES = [...'王李张刘陈杨黄赵吴周徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎'];
const GIVEN = {
  M: ['建国', '志明', '海涛', '永强', '文斌', '立新', '国平', '少华', '晓东', '卫民', '云飞', '学军', '思源', '柏林', '正阳', '启航'],
  F: ['丽华', '晓燕', '雪梅', '春兰', '玉洁', '佳慧', '静怡', '文静', '海霞', '秀云', '雨薇', '红英', '若兰', '思敏', '婉清', '素琴'],
};

/** Somebody of working age, by key. */
export function inventPerson(key: string, wanted?: 'M' | 'F'): Person {
  const random = seeded(hash(key));
  const either = random.int(2) === 0 ? 'M' : 'F';
  const sex = wanted ?? either;
  const name = random.pick(SURNAMES) + random.pick(GIVEN[sex]);
  return personOf(`${name}:${sex}:${1968 + random.int(30)}`, key);
}

export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
