import { erasureNotice } from '../../../domain/notice/data-request.ts';
import { render } from '../../../domain/notice/render.ts';
import type { DataRequestRecord } from '../../../models/data-request.ts';
import { newSms } from '../../../models/sms.ts';
import type { ApiDeps } from '../../deps.ts';
import { householdPhone } from '../sms/phones.ts';

/**
 * One of the household, or somebody for it, has asked that all of it be erased: the others hear of it while it can still be
 * stopped. Told once, however often the request comes.
 */
export async function tellHousehold(
  deps: ApiDeps,
  { _id, accountId: asker, householdId, dueAt, createdAt: at }: DataRequestRecord,
): Promise<void> {
  if (householdId === null || dueAt === null) return;
  const { models, crypto, jobs } = deps;
  const { template, args } = erasureNotice(dueAt.getTime());
  const text = render(template, args, { need: '', place: '' });
  const [others, phone] = await Promise.all([
    models.accounts.ofHousehold(householdId),
    householdPhone(deps, householdId),
  ]);
  const message = { template, caseType: 'household', caseId: householdId, eventId: `erasure:${_id}`, at, readAt: null };
  await models.inbox.deliver(
    others
      .filter((accountId) => accountId !== asker)
      .map((accountId) => ({ ...message, _id: `erasure:${_id}:${accountId}`, accountId, text })),
  );
  if (phone === null) return;
  const about = { householdId, args: { ...args } };
  const id = `erasure:${_id}:household`;
  const sms = newSms(crypto, { id, kind: 'notice', template, phone, text, about, urgent: true, now: at.getTime() });
  if (await models.sms.add(sms)) await jobs.sendSms(sms._id);
}
