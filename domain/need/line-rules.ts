import { hasChinese } from '../content/text-rules.ts';
import { fault, type Fault } from './fault.ts';
import { kindOf, type NeedKind } from './kind.ts';
import type { Posting, PostingCategory, PostingLine } from './posting.ts';

/** What a line may say, by the kind of its need: things have prices, services and jobs a number, money its purpose. */

interface LineRules {
  /** null: any. */
  readonly units: readonly string[] | null;
  readonly priced: boolean;
  /** What a line is called in sentences to the publisher. */
  readonly what: string;
}

const RULES: { readonly [kind in NeedKind]: LineRules } = {
  goods: { units: null, priced: true, what: '物品' },
  service: { units: ['次', '小时', '天', '节', '趟'], priced: false, what: '服务' },
  employment: { units: ['人', '名', '个'], priced: false, what: '岗位或培训' },
  money: { units: ['笔'], priced: true, what: '用途' },
};

/** Units that fit; empty: any. */
export const unitsOf = (kind: NeedKind): readonly string[] => RULES[kind].units ?? [];

export const yuan = (fen: number): string => (fen / 100).toFixed(fen % 100 === 0 ? 0 : 2);

export function lineFaults(posting: Pick<Posting, 'kind' | 'lines'>, category: PostingCategory | null): Fault[] {
  const { lines } = posting;
  const { what } = RULES[kindOf(posting)];
  if (lines.length === 0) return [fault('/lines', 'LINES_REQUIRED', `请至少填写一项${what}`)];
  const names = lines.map((line) => line.name.replace(/\s/g, ''));
  return lines.flatMap((line, i) => {
    const at = `/lines/${i}`;
    const faults: Fault[] = [];
    if (names.indexOf(names[i] ?? '') < i)
      faults.push(fault(`${at}/name`, 'LINE_DUPLICATE', `同一${what}请合并为一行`));
    if (!hasChinese(line.name)) faults.push(fault(`${at}/name`, 'CHINESE_TEXT_REQUIRED', `${what}名称请用中文填写`));
    return [...faults, ...unitFaults(line, at, kindOf(posting)), ...numberFaults(line, at, kindOf(posting), category)];
  });
}

function unitFaults({ unit = '' }: PostingLine, at: string, kind: NeedKind): Fault[] {
  const { units } = RULES[kind];
  if (units === null || units.includes(unit)) return [];
  return [fault(`${at}/unit`, 'UNIT_NOT_FITTING', `单位应为${units.join('、')}`, { units: [...units] })];
}

function numberFaults(line: PostingLine, at: string, kind: NeedKind, category: PostingCategory | null): Fault[] {
  if (!RULES[kind].priced && line.unitPriceFen !== 0) {
    return [fault(`${at}/unitPriceFen`, 'PRICE_NOT_ASKED', '服务和就业求助不填写单价')];
  }
  if (category?.leaf !== true) return [];
  const faults: Fault[] = [];
  // An amount of money is one: given twice it would be two purposes.
  const max = kind === 'money' ? 1 : (category.capUnits ?? category.maxQuantity);
  if (!Number.isInteger(line.quantity) || line.quantity < 1 || line.quantity > max) {
    faults.push(fault(`${at}/quantity`, 'QUANTITY_OUT_OF_RANGE', `数量应为1至${max}`, { max }));
  }
  if (RULES[kind].priced) faults.push(...priceFaults(line, at, category));
  return faults;
}

function priceFaults({ name, unitPriceFen }: PostingLine, at: string, category: PostingCategory): Fault[] {
  const { minFen, maxFen } = category.bandOf(name);
  if (unitPriceFen >= minFen && unitPriceFen <= maxFen) return [];
  const detail = `单价应在${yuan(minFen)}至${yuan(maxFen)}元之间`;
  return [fault(`${at}/unitPriceFen`, 'PRICE_OUT_OF_BAND', detail, { minFen, maxFen })];
}
