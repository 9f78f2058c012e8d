import { z } from 'zod';
import { certificateParams, certificateSchema } from '../../contracts/http/certificate.ts';
import { id } from '../../contracts/http/common.ts';
import { problem } from '../../contracts/problems.ts';
import { publicLineName } from '../../domain/category/category.ts';
import {
  CERTIFICATE_NOTE,
  CERTIFICATE_TITLE,
  certificateCode,
  certificateTerms,
  certificateText,
  chineseDate,
  itemsText,
  type CertificateFacts,
} from '../../domain/pledge/certificate.ts';
import { mannerOf } from '../../domain/pledge/manner.ts';
import { dateInShanghai } from '../../domain/time/calendar.ts';
import { letterPdf } from '../../infra/certificate-pdf.ts';
import type { PledgeRecord } from '../../models/pledge.ts';
import type { ApiDeps } from '../deps.ts';
import { createLanes } from '../gateway-limits.ts';
import { binary, defineRoute, type AnyRoute } from '../route.ts';
import { openAccount } from './account/record.ts';

/** Drawing one keeps the process busy for a moment: one after the other, and others are served in between. */
const lanes = createLanes({ inFlight: 1, waiting: 20, waitMs: 10_000 });

const codeOf = ({ crypto }: ApiDeps, pledgeId: string): string =>
  certificateCode(Buffer.from(crypto.derive.mac('certificate', pledgeId), 'base64url'));

type NameOf = (name: string, category: string) => string;

async function factsOf({ models }: ApiDeps, pledge: PledgeRecord, code: string, donor: string, nameOf: NameOf) {
  const need = await models.needs.find(pledge.needId);
  if (need === null) throw problem('NOT_FOUND');
  const items = pledge.receivedLines.flatMap(({ lineId, quantity }) => {
    const line = need.lines.find((known) => known.id === lineId);
    return line === undefined ? [] : [{ name: nameOf(line.name, need.category), unit: line.unit, quantity }];
  });
  const place = need.regionNames.join('');
  const common = { code, donor, recipient: need.recipientPublicName, place, need: pledge.needTitle };
  const receivedAt = pledge.stageSince.getTime();
  return { ...common, items, manner: mannerOf(pledge), receivedAt } satisfies CertificateFacts;
}

const getCertificate = defineRoute({
  method: 'get',
  path: '/v1/pledges/{pledgeId}/certificate',
  operationId: 'getCertificate',
  summary: 'A letter of thanks for what was received, as a PDF for its donor',
  description: 'Thanks only: it has no official seal and is no receipt for taxes. Its code can be checked by anybody.',
  tags: ['Certificates'],
  access: { signedIn: true, scope: 'own' },
  request: { params: z.strictObject({ pledgeId: id }) },
  responses: { 200: binary('application/pdf', 'One page in Chinese') },
  problems: ['CERTIFICATE_NOT_READY'],
  async handler({ deps, params: { pledgeId }, caller }) {
    const { pledges } = deps.models.pledges;
    const pledge = await pledges.findOne({ _id: pledgeId, donorId: caller.accountId }, { maxTimeMS: 3000 });
    if (pledge === null) throw problem('NOT_FOUND');
    if (pledge.stage !== 'received') throw problem('CERTIFICATE_NOT_READY');
    const code = pledge.certificate ?? codeOf(deps, pledgeId);
    await pledges.updateOne({ _id: pledgeId }, { $set: { certificate: code } }, { maxTimeMS: 3000 });
    const account = await deps.models.accounts.find(caller.accountId);
    if (account === null) throw problem('NOT_FOUND');
    const facts = await factsOf(deps, pledge, code, openAccount(deps, account).name, (name) => name);
    const check = `验证码 ${code}，任何人都可以在平台“证书查验”页面核对，网址：/v1/certificates/${code}/page`;
    const letter = { title: CERTIFICATE_TITLE, paragraphs: certificateText(facts), notes: [check, CERTIFICATE_NOTE] };
    const body = await lanes.run('pdf', () => letterPdf(letter));
    const headers = {
      'Content-Disposition': `inline; filename="${code}.pdf"`,
      'Cache-Control': 'private, max-age=300',
    };
    return { status: 200, headers, body };
  },
});

/** What anybody may see of it: nobody's full name, and of health the category only. */
async function publicFacts(deps: ApiDeps, code: string): Promise<CertificateFacts> {
  const { models } = deps;
  const pledge = await models.pledges.pledges.findOne({ certificate: code }, { maxTimeMS: 3000 });
  if (pledge?.stage !== 'received') throw problem('NOT_FOUND');
  const donor = await models.accounts.find(pledge.donorId);
  return factsOf(deps, pledge, code, donor?.publicName ?? '**', (name, category) =>
    publicLineName(name, category, deps.reference.categories),
  );
}

const checkCertificate = defineRoute({
  method: 'get',
  path: '/v1/certificates/{certificateCode}',
  operationId: 'checkCertificate',
  summary: 'Whether a certificate is genuine, and what it is for',
  tags: ['Certificates'],
  access: { public: true },
  request: { params: certificateParams },
  responses: { 200: certificateSchema },
  async handler({ deps, params }) {
    const { receivedAt, manner: _how, ...facts } = await publicFacts(deps, params.certificateCode);
    const body = { ...facts, items: [...facts.items], receivedOn: dateInShanghai(receivedAt), note: CERTIFICATE_NOTE };
    return { status: 200, body };
  },
});

const certificatePage = defineRoute({
  method: 'get',
  path: '/v1/certificates/{certificateCode}/page',
  operationId: 'certificatePage',
  summary: 'The same as a small page',
  tags: ['Certificates'],
  access: { public: true },
  request: { params: certificateParams },
  responses: { 200: binary('text/html; charset=utf-8', 'A page in Chinese') },
  async handler({ deps, params }) {
    const facts = await publicFacts(deps, params.certificateCode);
    return { status: 200, body: Buffer.from(pageOf(facts)) };
  },
});

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

function pageOf(facts: CertificateFacts): string {
  const [what, day] = certificateTerms(facts);
  const rows: readonly (readonly [string, string])[] = [
    ['验证码', facts.code],
    ['爱心人士', facts.donor],
    ['受助家庭', `${facts.place} ${facts.recipient}`],
    ['求助', facts.need],
    [what, itemsText(facts)],
    [day, chineseDate(facts.receivedAt)],
  ];
  const list = rows.map(([term, text]) => `<dt>${term}</dt><dd>${escaped(text)}</dd>`).join('');
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${CERTIFICATE_TITLE}查验</title></head><body><h1>${CERTIFICATE_TITLE}属实</h1><dl>${list}</dl><p>${CERTIFICATE_NOTE}</p></body></html>`;
}

export const certificateRoutes: readonly AnyRoute[] = [getCertificate, checkCertificate, certificatePage];
