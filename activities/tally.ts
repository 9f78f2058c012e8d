import { SYSTEM } from '../domain/kernel/types.ts';
import type { NewCommand } from '../models/command.ts';
import type { OfferRecord } from '../models/offer.ts';
import type { NeedRecord } from '../models/need.ts';

/** The fact that the pledges' ledger tells a need. Its version makes it unique: the same fact is never applied twice. */
export const reportTally = (
  need: Pick<NeedRecord, '_id' | 'tallyVersion' | 'openPledges' | 'progress'>,
): NewCommand => ({
  _id: `tally-${need._id}-${need.tallyVersion}`,
  caseType: 'need',
  caseId: need._id,
  name: 'reportTally',
  actor: SYSTEM,
  data: {
    version: need.tallyVersion,
    openPledges: need.openPledges,
    progress: { committed: need.progress.committed, sent: need.progress.sent, received: need.progress.received },
  },
  bodyHash: '',
});

/** What is left of an offer, once nobody has to answer any more. */
export const reportOffer = (
  offer: Pick<OfferRecord, '_id' | 'tallyVersion' | 'left' | 'proposed' | 'accepted'>,
): NewCommand => ({
  _id: `tally-${offer._id}-${offer.tallyVersion}`,
  caseType: 'offer',
  caseId: offer._id,
  name: 'reportTally',
  actor: SYSTEM,
  data: { left: offer.left, open: offer.proposed + offer.accepted },
  bodyHash: '',
});

/** A need's word to a hold: its clock stands still, or goes on. Each pledge decides for itself. */
export const holdClock = (name: 'pauseHold' | 'resumeHold', pledgeId: string, cause: string): NewCommand => ({
  _id: messageId(name, pledgeId, cause),
  caseType: 'pledge',
  caseId: pledgeId,
  name,
  actor: SYSTEM,
  data: {},
  bodyHash: '',
});

/** A stable id for a message between cases: a repeated recording or reaction sends the same one. */
export const messageId = (name: string, to: string, because: string): string => `${name}-${to}-${because}`;
