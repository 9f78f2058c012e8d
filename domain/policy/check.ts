import type { CaseTable } from '../kernel/types.ts';
import { PARTS, POLICY_PARTS, type Policy, type Use } from '../policy.ts';

/** Whether a policy's numbers are whole, and whether each is used. */

/** Parts that older versions don't have; without them the older rule holds. */
const LATER: readonly string[] = [
  'outcomeCheckPercent',
  'photoLookWorkingDays',
  'news',
  'moneyHeldDays',
  'likelyMatches',
  'endorsementsPerAccount',
  'takeMinutes',
  'recheck',
  'twoReviewersAboveFen',
  'previewFirst',
  'decisionWorkingDays',
  'risk',
  'receivedPerHousehold',
  'pauseDays',
  'pinDaysAtMost',
  'widenDays',
  'challengeWorkingDays',
  'challengesPerAccount',
  'othersDecideAgain',
  'operatorsImpartial',
  'tiedAbstain',
  'proposalDays',
  'sendDays',
  'visitTask',
  'secondLookWorkingDays',
  'homeChangeDays',
  'duplicatePercent',
  'draftDays',
  'consentDays',
  'endorsement',
  'pickupTries',
  'alikePercent',
];

/** What is wrong with a policy, and where: a JSON Pointer into it. */
export interface PolicyFault {
  readonly pointer: string;
  readonly detail: string;
}

/** A deadline that no timer uses would be a promise that nobody keeps. */
export const policyFaults = (policy: Policy): PolicyFault[] =>
  POLICY_PARTS.flatMap((name) => {
    const { uses, table }: { uses: { readonly [value: string]: Use }; table?: CaseTable } = PARTS[name];
    return faultsOf(name, policy[name], uses, table === undefined ? [] : clockCommands(table));
  });

/**
 * Checked when policies are loaded: from files, from MongoDB, and as regions override them.
 * @throws Error naming every fault
 */
export function checkPolicy(policy: Policy): Policy {
  const faults = policyFaults(policy).map(({ detail }) => detail);
  if (faults.length > 0) throw new Error(`policy ${policy.version}: ${faults.join('; ')}`);
  return policy;
}

const clockCommands = (table: CaseTable): string[] =>
  Object.values(table.stages).flatMap((stage) => Object.keys(stage.clock));

function faultsOf(
  part: string,
  numbers: object,
  uses: { readonly [key: string]: Use },
  clock: string[],
): PolicyFault[] {
  const unused = Object.keys(numbers).filter((key) => uses[key] === undefined);
  const missing = Object.keys(uses).filter((key) => !(key in numbers) && !LATER.includes(key));
  const idle = Object.entries(uses).filter(([, use]) => use !== 'limit' && !clock.includes(use.timer));
  const bad = Object.entries(numbers).filter(([key, value]) => uses[key] !== 'limit' && !isPositive(value));
  const fault = (key: string, detail: string): PolicyFault => ({ pointer: `/${part}/${key}`, detail });
  return [
    ...unused.map((key) => fault(key, `nothing uses ${part}.${key}`)),
    ...missing.map((key) => fault(key, `${part}.${key} is missing`)),
    ...idle.map(([key]) => fault(key, `${part}.${key} sets a timer that no stage has`)),
    ...bad.map(([key]) => fault(key, `${part}.${key} must be above 0`)),
  ];
}

/** Numbers, lists and records of numbers, all above 0. */
function isPositive(value: unknown): boolean {
  if (typeof value === 'number') return value > 0;
  if (typeof value !== 'object' || value === null) return false;
  const numbers: unknown[] = Object.values(value);
  return numbers.length > 0 && numbers.every((n) => typeof n === 'number' && n > 0);
}
