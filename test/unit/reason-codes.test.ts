import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { z } from 'zod';
import { allRoutes } from '../../api/registry.ts';
import type { ReasonCodes } from '../../domain/notice/reason-codes.ts';

interface Field {
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Field>>;
}

/** Other names for a code that says why. */
const NAMES = ['reasonCode', 'measure'];
/** Said of needs that may be the same, and read by nobody but the reviewer. */
const OF_THEIR_OWN = ['dismissLikelyMatches'];

const fieldsIn = (node: unknown): Field[] => {
  if (typeof node !== 'object' || node === null) return [];
  const { properties = {} } = node as Field;
  const own = NAMES.flatMap((name) => properties[name] ?? []);
  return [...own, ...Object.values(node).flatMap(fieldsIn)];
};

describe('codes of reasons', () => {
  const url = new URL('../../data/reason-codes.json', import.meta.url);
  const { acts } = JSON.parse(readFileSync(url, 'utf8')) as ReasonCodes;
  const lists = acts.map(({ codes }) => Object.keys(codes).join());
  const taken = allRoutes
    .filter(({ operationId }) => !OF_THEIR_OWN.includes(operationId))
    .flatMap(({ operationId, request }) => {
      const body =
        request?.body === undefined ? {} : z.toJSONSchema(request.body, { io: 'input', unrepresentable: 'any' });
      return fieldsIn(body).map((field) => ({ operationId, codes: field.enum?.join() ?? 'any' }));
    });

  it('are taken from one act of the catalogue by every route that takes a reason', () => {
    expect(taken.map(({ operationId }) => operationId)).to.include.members([
      ...[
        'returnNeed',
        'refuseNeed',
        'decideNeeds',
        'takeNeedDown',
        'pauseNeed',
        'dismissChallenge',
        'upholdChallenge',
      ],
      ...['challengeNeed', 'disputePledge', 'cancelCase', 'actOnCases', 'refuseApplication', 'refuseCertification'],
      ...['refuseOffer', 'refuseSponsorship', 'refuseHandover', 'upholdComplaint', 'dismissComplaint', 'decideRecheck'],
    ]);
    expect(taken.filter(({ codes }) => !lists.includes(codes))).to.deep.equal([]);
  });
});
