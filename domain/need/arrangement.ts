import { hasChinese, lengthOf } from '../content/text-rules.ts';
import { isPersonal, type NeedKind } from './kind.ts';
import { fault, type Fault } from './fault.ts';

/** When and where a service or a job is wanted, and who looks after a child that takes part. */

/** Never an address: donor and household agree on the rest through the platform. */
export const PLACES = ['home', 'village', 'township', 'county', 'remote', 'elsewhere'] as const;
export type Place = (typeof PLACES)[number];

/** Who is there all the time when a stranger meets somebody under 18. */
export const PRESENT_ADULTS = ['parent', 'grandparent', 'relative', 'teacher', 'villageCadre'] as const;
export type PresentAdult = (typeof PRESENT_ADULTS)[number];

export interface Arrangement {
  /** In words, e.g. 每周六上午. */
  readonly when: string;
  readonly place: Place;
  /** Somebody under 18 is met. */
  readonly minor: boolean;
  readonly presentAdult: PresentAdult | null;
}

const WHEN = { min: 2, max: 60 };

/** A claim brings a stranger to a child: he must be vetted. */
export const meetsMinor = (
  arrangement: Arrangement | null,
  category: { readonly withMinors: boolean } | null,
): boolean => arrangement !== null && (arrangement.minor || category?.withMinors === true);

export function arrangementFaults(
  kind: NeedKind,
  arrangement: Arrangement | null,
  category: { readonly withMinors: boolean } | null,
): Fault[] {
  if (!isPersonal(kind)) {
    return arrangement === null
      ? []
      : [fault('/arrangement', 'ARRANGEMENT_NOT_ASKED', '物品和资金求助不需要约定时间地点')];
  }
  if (arrangement === null) return [fault('/arrangement', 'ARRANGEMENT_REQUIRED', '请填写需要的时间和地点')];
  const faults: Fault[] = [];
  const { when, presentAdult } = arrangement;
  if (lengthOf(when) < WHEN.min || lengthOf(when) > WHEN.max || !hasChinese(when)) {
    faults.push(fault('/arrangement/when', 'ARRANGEMENT_REQUIRED', `请用${WHEN.min}至${WHEN.max}个字写明时间`, WHEN));
  }
  if (!meetsMinor(arrangement, category)) return faults;
  if (kind === 'employment') {
    faults.push(fault('/arrangement/minor', 'MINOR_EMPLOYMENT', '不得为未成年人求职或介绍工作'));
  } else if (presentAdult === null) {
    const detail = '服务涉及未成年人，须写明全程在场的成年人';
    faults.push(fault('/arrangement/presentAdult', 'PRESENT_ADULT_REQUIRED', detail));
  }
  return faults;
}
