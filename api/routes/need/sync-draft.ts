import type { z } from 'zod';
import type { draftUpload } from '../../../contracts/http/posting.ts';
import { problem, PROBLEMS, type Language, type Problem } from '../../../contracts/problems.ts';
import type { Instant } from '../../../domain/kernel/types.ts';
import { isDuplicateKey } from '../../../models/command.ts';
import { canonicalJson } from '../../../models/event.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';
import { derivedUuid } from '../../ids.ts';
import type { Caller } from '../../route.ts';
import { keepForDraft, newDraft } from './new-draft.ts';

/**
 * Uploads from a weak network: the client names its draft before it has a connection, and may send it as often as it
 * likes. The need's id is made of that name, so that no repetition makes a second one.
 */

export interface Upload {
  readonly clientId: string;
  readonly draft: z.output<typeof draftUpload>;
}

export interface Synced {
  readonly result: 'created' | 'updated' | 'unchanged';
  readonly need: NeedRecord;
}

/** The time in a UUIDv7, and its owner, make the need's id: nobody reaches another one's draft by its name. */
export const needIdOf = ({ crypto }: Pick<ApiDeps, 'crypto'>, { accountId }: Caller, clientId: string): string =>
  derivedUuid(
    crypto.derive,
    Number.parseInt(clientId.replace('-', '').slice(0, 12), 16),
    `draft\n${accountId}\n${clientId}`,
  );

/** @throws Problem DRAFT_CONFLICT with what the server has, GONE, and those of a new draft */
export async function syncDraft(deps: ApiDeps, caller: Caller, upload: Upload, now: Instant): Promise<Synced> {
  const needId = needIdOf(deps, caller, upload.clientId);
  const { baseRev, ...body } = upload.draft;
  const newId = (label: string): string => derivedUuid(deps.crypto.derive, now, `${needId}\n${label}`);
  const wanted = await newDraft(deps, caller, body, now, { needId, newId });
  await keepForDraft(deps, wanted);
  for (;;) {
    const known = await deps.models.needs.find(needId);
    if (known === null) {
      // What was uploaded before and is not there any more was deleted: a late upload must not bring it back.
      if (baseRev !== null) throw problem('GONE');
      if (await insert(deps, wanted)) return { result: 'created', need: wanted };
      continue;
    }
    if (contentKey(known) === contentKey(wanted)) return { result: 'unchanged', need: known };
    if (known.submittedAt !== null || known.rev !== baseRev) throw conflict(known);
    return { result: 'updated', need: await replace(deps, known, wanted) };
  }
}

/** @throws Problem DRAFT_CONFLICT when it was changed in this moment */
async function replace({ models }: ApiDeps, known: NeedRecord, wanted: NeedRecord): Promise<NeedRecord> {
  const { createdAt, rev, dismissed = [] } = known;
  const changed: NeedRecord = { ...wanted, createdAt, rev: rev + 1, dismissed };
  const same = { _id: known._id, rev, submittedAt: null };
  const { matchedCount } = await models.needs.needs.replaceOne(same, changed, { maxTimeMS: 3000 });
  if (matchedCount === 0) throw conflict((await models.needs.find(known._id)) ?? known);
  return changed;
}

async function insert({ models }: ApiDeps, need: NeedRecord): Promise<boolean> {
  try {
    await models.needs.needs.insertOne(need);
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return false;
  }
}

const conflict = ({ _id, rev, stage, submittedAt }: NeedRecord): Problem =>
  problem('DRAFT_CONFLICT', { members: { needId: _id, rev, stage: submittedAt === null ? 'draft' : stage } });

/** What the publisher has written. A line's id is Bangfu's; a payee is known by the index of his account. */
function contentKey(need: NeedRecord): string {
  const { kind, householdId, relation, title, details, category, urgency, photos, arrangement = null, consent } = need;
  const lines = need.lines.map(({ name, unit, quantity, unitPriceFen, condition }) => [
    name,
    unit,
    quantity,
    unitPriceFen,
    condition,
  ]);
  const { payee } = need;
  const paid = payee == null ? null : [payee.kind, payee.proof, payee.index, payee.masked];
  const texts = { kind, householdId, relation, title, details, category, urgency, photos, lines };
  const said = consent === null ? null : { ...consent, givenAt: consent.givenAt.getTime() };
  return canonicalJson({ ...texts, arrangement, consent: said, paid } as never);
}

/** A problem as part of an answer for many. */
export const toldInFull = ({ code, options }: Problem, language: Language) => ({
  code,
  title: PROBLEMS[code][language],
  errors: [...(options.errors ?? [])],
  members: options.members ?? {},
});
