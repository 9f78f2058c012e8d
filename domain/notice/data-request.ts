import type { Instant } from '../kernel/types.ts';
import { to, type Notice } from './notice.ts';

/** Tells a household that somebody has asked for its erasure: until then it can still say no. */
export const erasureNotice = (until: Instant): Notice => to('recipient', 'data.erasureAsked', { until });
