import type { FindingEvents, FindingEventType } from '../finding/events.ts';
import { findingKindText } from '../finding/texts.ts';
import type { FindingState } from '../finding/types.ts';
import { nobody, to, type Notice, type Notify } from './notice.ts';

const owner = (accountId: string, template: 'finding.assigned' | 'finding.reminder', kind: string): Notice => ({
  ...to('owner', template, { kind }),
  accountId,
});

/** Every event of a finding, and whom it concerns: its owner, or all operators while it has none. */
export const FINDING_NOTICES: { readonly [K in FindingEventType]: Notify<FindingState, FindingEvents[K]> } = {
  findingReported: (_data, { after }) => [to('operators', 'finding.opened', { kind: findingKindText(after.kind) })],
  findingTaken: nobody,
  findingAssigned: ({ ownerId }, { after }) => [owner(ownerId, 'finding.assigned', findingKindText(after.kind))],
  findingLetGo: (_data, { after }) => [to('operators', 'finding.opened', { kind: findingKindText(after.kind) })],
  ownerReminded: ({ ownerId }, { after }) => {
    const kind = findingKindText(after.kind);
    return ownerId === null
      ? [to('operators', 'finding.reminder', { kind })]
      : [owner(ownerId, 'finding.reminder', kind)];
  },
  findingSettled: nobody,
  findingReopened: (_data, { after }) => [to('operators', 'finding.reopened', { kind: findingKindText(after.kind) })],
  findingClosed: nobody,
  findingCancelled: nobody,
};
