import { DONOR, KEEPER, RECIPIENT } from './people.ts';
import { heldPledge, type PledgeStory } from './story.ts';

/** Pledges on their way, for the tests of what may follow. */

/** The units that its last event moves. */
export const moves = (pledge: PledgeStory) => pledge.events.at(-1)?.data['moves'];
export const move = (lineId: string, from: string, to: string, quantity = 1) => ({ lineId, from, to, quantity });

export const sentPledge = (delivery: 'villagePoint' | 'faceToFace' = 'villagePoint') => {
  const pledge = heldPledge({ delivery });
  pledge.do('send', DONOR);
  return pledge;
};
export const pledgeAtPoint = () => {
  const pledge = sentPledge();
  pledge.do('arrive', KEEPER);
  return pledge;
};
export const disputed = () => {
  const pledge = sentPledge();
  pledge.do('dispute', RECIPIENT, { reasonCode: 'notArrived' });
  return pledge;
};
