import type { Request } from 'express';
import { problem } from '../contracts/problems.ts';
import type { AnyRoute } from './route.ts';

/** What a route reads from a request's headers. */

export function tokenOf(route: AnyRoute, req: Request): { text: string; from: 'header' | 'cookie' } | null {
  const bearer = /^Bearer +([\w.~+/=-]+)$/i.exec(req.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { text: bearer, from: 'header' };
  if (route.cookie === undefined) return null;
  const pattern = new RegExp(`(?:^|;\\s*)${route.cookie.name}=([\\w.-]+)`);
  const cookie = pattern.exec(req.headers.cookie ?? '')?.[1];
  return cookie === undefined ? null : { text: cookie, from: 'cookie' };
}

/** `If-Match: "7"` → 7. @throws Problem INVALID_REQUEST */
export function ifMatchOf(header: string | undefined): number | null {
  if (header === undefined || header === '*') return null;
  const rev = /^"(\d{1,15})"$/.exec(header)?.[1];
  if (rev !== undefined) return Number(rev);
  const detail = 'expected the ETag of the record, e.g. "7"';
  throw problem('INVALID_REQUEST', { errors: [{ pointer: '/headers/if-match', code: 'INVALID', detail }] });
}

export const isFresh = (ifNoneMatch: string | undefined, etag: string | undefined): boolean =>
  ifNoneMatch !== undefined &&
  ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
