import { accept, refuse } from '../kernel/types.ts';
import { decideBy, invalid, reviewHandlers, type ReviewRules } from '../reviewed/decide.ts';
import type { Authority, Handler, Handlers } from '../reviewed/types.ts';
import { happened } from './events.ts';
import { rightsRefusal } from './rights.ts';
import { moderatorOf } from './route.ts';
import { offerTable } from './table.ts';
import type { OfferPolicy, OfferState } from './types.ts';

/** Villages and townships moderate nobody's offer. */
export const workingDays = ({ reviewWorkingDays }: OfferPolicy, level: Authority): number =>
  reviewWorkingDays[level === 'village' || level === 'township' ? 'county' : level];

/** An offer's end stands whoever decides. */
const RULES: ReviewRules<OfferState, OfferPolicy> = {
  noun: 'offer',
  first: ({ regionCode }, eligible) => moderatorOf(eligible, regionCode),
  workingDays,
  standing: ({ until }) => ({ expire: until }),
};

const REVIEW = reviewHandlers(RULES);

const submit: Handler<OfferState, OfferPolicy> = (state, command, context) =>
  state.until <= context.now ? invalid('until') : (REVIEW['submit']?.(state, command, context) ?? accept());

const approve: Handler<OfferState, OfferPolicy> = ({ review, until }) =>
  review === null
    ? refuse('NOT_ALLOWED_IN_STAGE')
    : accept(happened('offerApproved', { by: review.level, clock: { expire: until } }));

/** Nothing is left and nobody has to answer: what was sent goes on by itself. */
const reportTally: Handler<OfferState, OfferPolicy> = ({ stage }, { data }) =>
  stage === 'open' && data['left'] === 0 && data['open'] === 0 ? accept(happened('offerUsedUp', {})) : accept();

const expire: Handler<OfferState, OfferPolicy> = ({ decidedBy }) =>
  accept(happened('offerExpired', { approved: decidedBy !== null }));

const HANDLERS: Handlers<OfferState, OfferPolicy> = { ...REVIEW, submit, approve, reportTally, expire };

export const decideOffer = decideBy('offer', offerTable, rightsRefusal, HANDLERS);
