import { kindOf, type NeedKind } from '../need/kind.ts';
import type { Delivery } from './types.ts';

/** How help comes to a household, as far as it is spoken of: nobody posts a lesson, and nobody receives a job by courier. */
export type Manner = 'parcel' | 'inPerson' | 'service' | 'employment';

/** Goods where it does not say, by parcel where it does not say. */
export function mannerOf(given: { readonly kind?: NeedKind; readonly delivery?: Delivery }): Manner {
  const kind = kindOf(given);
  if (kind === 'service' || kind === 'employment') return kind;
  return given.delivery === 'faceToFace' ? 'inPerson' : 'parcel';
}

interface MannerWords {
  /** What is given, and what may come free. */
  readonly thing: string;
  readonly spare: string;
  /** To be done, being done, done by the donor. */
  readonly give: string;
  readonly giving: string;
  readonly given: string;
  /** Done, as `given` but without saying by whom. */
  readonly gave: string;
  /** What the household does about it, and what is then said of it. */
  readonly take: string;
  readonly got: string;
  /** What is asked afterwards. */
  readonly asked: string;
}

const PARCEL: MannerWords = {
  thing: '物品',
  spare: '物品',
  give: '寄出',
  giving: '寄送',
  given: '已由爱心人士寄出',
  gave: '寄出',
  take: '请留意查收，收到后请确认',
  got: '收到',
  asked: '收到的物品现在用得怎么样',
};

const WORDS: Readonly<Record<Manner, MannerWords>> = {
  parcel: PARCEL,
  inPerson: {
    ...PARCEL,
    give: '送到',
    giving: '当面交付',
    given: '已由爱心人士送出',
    gave: '送出',
    take: '请当面接收，收到后请确认',
  },
  service: {
    thing: '服务',
    spare: '名额',
    give: '提供',
    giving: '提供服务',
    given: '已由爱心人士开始提供',
    gave: '开始提供',
    take: '完成后请确认',
    got: '完成',
    asked: '得到的服务效果怎么样',
  },
  employment: {
    thing: '岗位',
    spare: '名额',
    give: '落实',
    giving: '落实岗位',
    given: '已由爱心人士安排',
    gave: '安排',
    take: '上岗后请确认',
    got: '落实',
    asked: '岗位上的工作怎么样',
  },
};

const PLACES = /\{(thing|spare|give|giving|given|gave|take|got|asked)\}/g;

/** A text with the words of how help comes put in. Other braces stay. */
export const worded = (text: string, manner: Manner): string =>
  text.replace(PLACES, (_, word: keyof MannerWords) => WORDS[manner][word]);
