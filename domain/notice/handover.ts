import type { HandoverEvents, HandoverEventType } from '../handover/events.ts';
import type { HandoverState } from '../handover/types.ts';
import { cadres, nobody, type Notice, type NoticeArgs, type Notify } from './notice.ts';
import type { Template } from './texts.ts';

const count = ({ needIds }: HandoverState): NoticeArgs => ({ count: needIds.length });

const giver = (state: HandoverState, template: Template, args: NoticeArgs = {}): readonly Notice[] => [
  cadres(state.level, template, { ...count(state), ...args }, state.giverId),
];
const receiver = (state: HandoverState, template: Template, args: NoticeArgs = {}): readonly Notice[] => [
  cadres(state.level, template, { ...count(state), ...args }, state.receiverId),
];

/** Every event of a handing over, and whom it concerns. */
export const HANDOVER_NOTICES: {
  readonly [K in HandoverEventType]: Notify<HandoverState, HandoverEvents[K]>;
} = {
  handoverOffered: ({ clock }, { after }) => receiver(after, 'handover.offered', { dueAt: clock['lapse'] ?? 0 }),
  receiverReminded: (_data, { after }) => receiver(after, 'handover.reminder'),
  handoverAccepted: (_data, { after }) => giver(after, 'handover.accepted'),
  handoverRefused: ({ reasonCode }, { after }) => giver(after, 'handover.refused', { reasonCode }),
  // The receiver finds nothing to answer any more; nothing was his yet.
  handoverWithdrawn: nobody,
  handoverLapsed: (_data, { after }) => giver(after, 'handover.lapsed'),
  handoverCancelled: ({ reasonCode }, { after }) => [
    ...giver(after, 'handover.cancelled', { reasonCode }),
    ...receiver(after, 'handover.cancelled', { reasonCode }),
  ],
};
