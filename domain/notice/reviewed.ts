import type { Level } from '../kernel/types.ts';
import type { ReviewedEvents } from '../reviewed/events.ts';
import type { Authority, ReviewedState, Turn } from '../reviewed/types.ts';
import { cadres, nobody, to, type Audience, type Notice, type NoticeArgs, type Notify } from './notice.ts';
import type { Template } from './texts.ts';

/** What all reviewed cases tell, in the words of each kind. */

type Kind = 'application' | 'certification' | 'offer' | 'complaint';
type Args = NoticeArgs;

/** Those whose turn it is: the cadres of a level, or the operators. */
export const decidersOf = (authority: Authority, template: Template, args: Args = {}): Notice =>
  authority === 'operator'
    ? to('operators', template, { level: authority, ...args })
    : cadres(authority, template, args);

/** Somebody's turn begins, and the one who asked hears `told`; operators hear of levels without a cadre, unless it is their own turn anyway. */
export function turnBegun(
  kind: Kind,
  asker: Audience,
  told: Template,
  { turn, skipped, args = {} }: { turn: Turn; skipped: readonly Level[]; args?: Args },
): readonly Notice[] {
  const { level, dueAt } = turn;
  const passedOver: Args = skipped.length === 0 ? {} : { skipped: skipped.join(',') };
  const report = skipped.length > 0 && level !== 'operator';
  return [
    decidersOf(level, `${kind}.assigned`, { ...args, dueAt, ...passedOver }),
    to(asker, told, { ...args, level, dueAt }),
    ...(report ? [to('operators', `${kind}.noCadre`, { ...args, level, ...passedOver })] : []),
  ];
}

/** Who slept hears it, unless nobody else took over. */
export const lostBy = (kind: Kind, from: Authority, by: Authority, args: Args = {}): readonly Notice[] =>
  from === 'operator' || from === by ? [] : [cadres(from, `${kind}.lost`, { ...args, by })];

type ReviewNotices<N extends string, S extends ReviewedState> = {
  readonly [K in keyof ReviewedEvents<N>]: Notify<S, ReviewedEvents<N>[K]>;
};

/** The notices of a review, `argsOf` with what the kind's texts need besides. */
export function reviewNotices<N extends Exclude<Kind, 'complaint'>, S extends ReviewedState>(
  kind: N,
  asker: Audience,
  argsOf: (state: S) => Args = () => ({}),
): ReviewNotices<N, S> {
  const begun = ({ review, skipped }: { review: Turn; skipped: readonly Level[] }, state: S) =>
    turnBegun(kind, asker, `${kind}.underReview`, { turn: review, skipped, args: argsOf(state) });
  const review: ReviewNotices<never, S> = {
    reviewStarted: (data, { after }) => begun(data, after),
    reviewerReminded: ({ level }, { after }) => [decidersOf(level, `${kind}.reminder`, argsOf(after))],
    reviewRerouted: (data, { after }) => begun(data, after),
    reviewTakenOver: (data, { after }) => [...begun(data, after), ...lostBy(kind, data.from, data.to, argsOf(after))],
  };
  const rest = {
    // The review that begins at once says it.
    [`${kind}Submitted`]: nobody,
    [`${kind}Withdrawn`]: nobody,
    [`${kind}Refused`]: ({ by, reasonCode }: { by: Authority; reasonCode: string }, { after }: { after: S }) => [
      to(asker, `${kind}.refused`, { ...argsOf(after), level: by, reasonCode }),
    ],
    [`${kind}Cancelled`]: ({ reasonCode }: { reasonCode: string }, { after }: { after: S }) => [
      to(asker, `${kind}.cancelled`, { ...argsOf(after), reasonCode }),
    ],
  };
  return { ...review, ...rest } as ReviewNotices<N, S>;
}
