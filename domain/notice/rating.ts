import type { RatedBy } from '../rating/rating.ts';
import { to, type Notice } from './notice.ts';

/** Whom a rating tells of it: the side that was rated, never by whom. */
export const ratingNotice = (by: RatedBy, stars: number): Notice =>
  by === 'donor'
    ? to('recipient', 'pledge.ratedByDonor', { stars })
    : to('donor', 'pledge.ratedByHousehold', { stars });
