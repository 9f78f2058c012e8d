import { inboxPage, inboxQuery, readBody, readSchema } from '../../contracts/http/inbox.ts';
import type { InboxRecord } from '../../models/inbox.ts';
import { pagingOf } from '../cursor.ts';
import { defineRoute, type AnyRoute } from '../route.ts';

const listInbox = defineRoute({
  method: 'get',
  path: '/v1/inbox',
  operationId: 'listInbox',
  summary: 'Your messages, newest first',
  tags: ['Inbox'],
  access: { signedIn: true, scope: 'own' },
  request: { query: inboxQuery },
  responses: { 200: inboxPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, caller }) {
    const { accountId } = caller;
    const unreadOnly = query.unread ?? false;
    const list = `inbox ${accountId} ${unreadOnly}`;
    const paging = pagingOf<InboxRecord>(deps.crypto, list, query, (message) => [message.at.getTime(), message._id]);
    const [at, id] = paging.keys ?? [];
    const after = at === undefined ? {} : { after: { at: new Date(Number(at)), id: String(id) } };
    const [rows, unread] = await Promise.all([
      deps.models.inbox.list({ accountId, unreadOnly, limit: paging.fetch, ...after }),
      deps.models.inbox.unread(accountId),
    ]);
    const { page, next } = paging.cut(rows);
    const items = page.map((m) => ({
      id: m._id,
      template: m.template,
      caseType: m.caseType,
      caseId: m.caseId,
      text: m.text,
      at: m.at.toISOString(),
      readAt: m.readAt?.toISOString() ?? null,
    }));
    return { status: 200, body: { items, next, unread } };
  },
});

const readMessages = defineRoute({
  method: 'post',
  path: '/v1/inbox/read',
  operationId: 'markMessagesRead',
  summary: 'Mark messages as read; those of others and unknown ones are passed over',
  tags: ['Inbox'],
  access: { signedIn: true, scope: 'own' },
  request: { body: readBody },
  responses: { 200: readSchema },
  idempotency: { none: 'a message that is read stays read' },
  async handler({ deps, body, caller, now }) {
    const which = 'all' in body ? ('all' as const) : body.ids;
    return { status: 200, body: { marked: await deps.models.inbox.markRead(caller.accountId, which, new Date(now)) } };
  },
});

export const inboxRoutes: readonly AnyRoute[] = [listInbox, readMessages];
