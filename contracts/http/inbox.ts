import { z } from 'zod';
import { instant, pageOf, pageQuery, queryFlag } from './common.ts';

export const messageSchema = z
  .strictObject({
    id: z.string(),
    template: z.string(),
    caseType: z.string(),
    caseId: z.string(),
    text: z.string(),
    at: instant,
    readAt: instant.nullable(),
  })
  .meta({ id: 'Message' });

export const inboxPage = z
  .strictObject({ ...pageOf(messageSchema).shape, unread: z.int().meta({ description: 'At most 1000' }) })
  .meta({ id: 'InboxPage' });

export const inboxQuery = z.strictObject({ unread: queryFlag.optional(), ...pageQuery });

export const readBody = z.union([
  z.strictObject({ ids: z.array(z.string().min(1).max(200)).min(1).max(100) }),
  z.strictObject({ all: z.literal(true) }),
]);

export const readSchema = z.strictObject({ marked: z.int() }).meta({ id: 'MessagesRead' });
