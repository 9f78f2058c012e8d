import type { ClientSession } from 'mongoose';
import { certificationBody, certificationMadeSchema } from '../../../contracts/http/certification.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { askRefusal } from '../../../domain/certification/ask.ts';
import type { CertificationSeed } from '../../../domain/certification/types.ts';
import { codeAt, pathOf } from '../../../domain/region/region.ts';
import {
  certificationPlace,
  type CertificationRecord,
  type CertificationWords,
} from '../../../models/certification.ts';
import type { CommandRecord } from '../../../models/command.ts';
import { newReviewed } from '../../../models/reviewed.ts';
import { assertLength } from '../../case-command.ts';
import { openCase, openingCommand } from '../../open-case.ts';
import { defineRoute, type Ctx } from '../../route.ts';
import { householdOf } from '../../ties.ts';
import { found } from '../account/record.ts';
import { assertOwnPhotos, takePhotos } from '../photo-use.ts';

type AskCtx = Ctx<{ readonly signedIn: true; readonly scope: 'none' }, { body: typeof certificationBody }>;

export const askForCertification = defineRoute({
  method: 'post',
  path: '/v1/certifications',
  operationId: 'askForCertification',
  summary: 'Have your township look at your papers, when the register does not confirm your name and number',
  description: 'Statement and photos are kept sealed and never public. The level above takes over what is overdue.',
  tags: ['Certifications'],
  access: { signedIn: true, scope: 'none' },
  request: { body: certificationBody },
  responses: { 201: certificationMadeSchema },
  problems: [
    'REAL_NAME_REQUIRED',
    'ALREADY_DONE',
    'REGION_UNKNOWN',
    'STATEMENT_LENGTH',
    'PHOTO_UNKNOWN',
    'CERTIFICATION_OPEN',
    'TOO_MANY_CERTIFICATIONS',
  ],
  audit: 'certification.submit',
  async handler(ctx) {
    const { deps, body, caller } = ctx;
    const { accounts, certifications } = deps.models;
    const _id = ctx.newId('certification');
    const headers = { Location: `/v1/certifications/${_id}` };
    const answer = { status: 201 as const, headers, body: { id: _id, stage: 'draft' as const } };
    const regionPath = townshipOf(ctx);
    checkWords(ctx);
    await assertOwnPhotos(deps, caller.accountId, body.photos, '/body/photos');
    // The same request came before and its answer was lost.
    if ((await certifications.find(_id)) !== null) return answer;
    await assertUnconfirmed(ctx);
    // Who has not linked his account is of his household all the same.
    const householdId = await householdOf(deps, caller.accountId);
    const { record, command } = recordsFor(ctx, _id, { regionPath, householdId });
    const opened = await openCase(deps, command, async (session) => {
      await accounts.inTurn(caller.accountId, session);
      await assertMayAsk(ctx, session);
      await certifications.certifications.insertOne(record, { session });
      const use = { kind: 'certification', id: _id } as const;
      await takePhotos(
        deps,
        { ids: record.photos, accountId: caller.accountId, use, pointer: '/body/photos' },
        session,
      );
    });
    if (!opened && (await certifications.find(_id)) === null) throw isOpen();
    return answer;
  },
});

/** @throws Problem REGION_UNKNOWN, INVALID_REQUEST */
function townshipOf({ deps: { reference }, body: { regionCode } }: AskCtx): readonly string[] {
  if (reference.regions.find(regionCode) === null) {
    throw fieldProblem('REGION_UNKNOWN', '/body/regionCode', 'there is no such region');
  }
  const township = codeAt(regionCode, 'township');
  if (township === null) throw fieldProblem('INVALID_REQUEST', '/body/regionCode', 'must be a township or a village');
  return pathOf(township);
}

/** @throws Problem STATEMENT_LENGTH, INVALID_REQUEST. What it says about people stays: it is sealed. */
function checkWords({ deps, body, now }: AskCtx): void {
  const { statementLength, photosAtMost } = deps.reference.currentPolicy(now).certification;
  assertLength(body.statement, statementLength, 'STATEMENT_LENGTH', '/body/statement');
  if (body.photos.length > photosAtMost) {
    throw fieldProblem('INVALID_REQUEST', '/body/photos', `at most ${photosAtMost}`);
  }
}

/** There is a number to confirm, and nobody has confirmed it. @throws Problem REAL_NAME_REQUIRED, ALREADY_DONE */
async function assertUnconfirmed({ deps, caller }: AskCtx): Promise<void> {
  const { idNumberIndex, realName } = await found(deps, caller.accountId);
  if (idNumberIndex === undefined) throw problem('REAL_NAME_REQUIRED');
  if (realName !== undefined) throw problem('ALREADY_DONE');
}

const isOpen = () => fieldProblem('CERTIFICATION_OPEN', '/body', 'one of yours is still being looked at');

/** @throws Problem CERTIFICATION_OPEN, TOO_MANY_CERTIFICATIONS */
async function assertMayAsk({ deps, caller, now }: AskCtx, session: ClientSession): Promise<void> {
  const { shared, certification } = deps.reference.currentPolicy(now);
  const { days, count } = certification.perAccount;
  const since = new Date(now - days * shared.time.dayMs);
  const refusal = askRefusal(await deps.models.certifications.askedBy(caller.accountId, since, session), certification);
  if (refusal === 'CERTIFICATION_OPEN') throw isOpen();
  if (refusal !== null) throw problem(refusal, { members: { limit: count, days } });
}

function recordsFor(
  ctx: AskCtx,
  _id: string,
  { regionPath, householdId }: { readonly regionPath: readonly string[]; readonly householdId: string | null },
): { record: CertificationRecord; command: CommandRecord } {
  const { deps, body, caller, now } = ctx;
  const { accountId: applicantId } = caller;
  const { version } = deps.reference.policyIn(regionPath, now);
  const household = householdId !== null && { householdId };
  const words: CertificationWords = { statement: body.statement };
  const record: CertificationRecord = {
    ...newReviewed(_id, now, version),
    applicantId,
    ...household,
    regionPath: [...regionPath],
    regionNames: deps.reference.regions.names(regionPath),
    photos: [...new Set(body.photos)],
    sealed: deps.crypto.fields.seal(certificationPlace(_id), words),
  };
  const seed: CertificationSeed = { applicantId, ...household, regionPath };
  const command = openingCommand(ctx, { caseType: 'certification', caseId: _id, seed, policyVersion: version });
  return { record, command };
}
