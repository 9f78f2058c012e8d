import { checkCharacter } from '../../domain/people/id-number.ts';

/** Fictional people whom no run has seen before, so that a demo can be repeated on the data of another one. */

/** Tells what this run makes from what an earlier one has left. */
export const RUN = Date.now().toString(36);

/** Another one for each run and each person: the time at which the run began, counted on. */
let next = Date.now() % 10_000_000;

export function newNumbers(): { readonly phone: string; readonly idNumber: string; readonly mark: string } {
  next = (next + 1) % 10_000_000;
  const seven = String(next).padStart(7, '0');
  const digits = `99${seven.slice(0, 4)}19900115${seven.slice(4)}`;
  return { phone: `1370${seven}`, idNumber: digits + checkCharacter(digits), mark: seven };
}
