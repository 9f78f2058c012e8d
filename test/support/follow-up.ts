import { v7 as uuidv7 } from 'uuid';
import type { NeedRecord } from '../../models/need.ts';
import type { TestApi } from './api.ts';

export async function addNews(
  { deps }: TestApi,
  { _id: needId, regionPath, householdId }: NeedRecord,
): Promise<string> {
  const _id = uuidv7();
  const rest = { authorId: 'somebody', text: '棉被已经收到，谢谢。', photos: [], photosShown: false, takenDown: null };
  await deps.models.news.news.insertOne({ _id, needId, regionPath, householdId, ...rest, at: new Date() });
  return _id;
}

export async function addFeedback(
  { deps }: TestApi,
  { _id: needId, regionPath, householdId }: NeedRecord,
): Promise<string> {
  const _id = uuidv7();
  const said = { kind: 'thanks' as const, question: null, answer: null, text: '谢谢好心人。', photos: [] };
  const place = { needId, regionPath, householdId, authorId: 'somebody' };
  await deps.models.feedback.feedback.insertOne({
    _id,
    ...place,
    ...said,
    shown: false,
    takenDown: null,
    at: new Date(),
  });
  return _id;
}

export async function addOutcomeCheck({ deps }: TestApi, need: NeedRecord): Promise<string> {
  const _id = uuidv7();
  const { _id: needId, regionPath, regionNames, title, recipientPublicName, publisherId, householdId } = need;
  await deps.models.outcomeChecks.checks.insertOne({
    ...{ _id, needId, question: 1, regionPath, regionNames, title, recipientPublicName, items: [] },
    ...{ publisherId, householdId, answer: 'good', answeredBy: 'somebody', approverIds: ['another'] },
    ...{ levels: ['village', 'township', 'county'], status: 'open', second: null, text: null, agreed: null },
    ...{ checkedBy: null, commandId: null, checkedAt: null, createdAt: new Date(), dueAt: null, remindAt: null },
  });
  return _id;
}
