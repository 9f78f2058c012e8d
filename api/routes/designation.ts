import { designationSchema } from '../../contracts/http/operator.ts';
import { problem } from '../../contracts/problems.ts';
import { readDesignation, recordDesignation } from '../../models/designation.ts';
import { defineRoute, type AnyRoute } from '../route.ts';

/** The document by which Bangfu may carry personal money appeals. Without it none is shown, whoever has approved it. */

const getDesignation = defineRoute({
  method: 'get',
  path: '/v1/operator/designation',
  operationId: 'getDesignation',
  summary: 'The designation as a platform for personal appeals, as it is recorded',
  tags: ['Operators'],
  access: { roles: ['operator'], scope: 'none' },
  responses: { 200: designationSchema },
  async handler({ deps }) {
    const designation = await readDesignation(deps.models.settings);
    if (designation === null) throw problem('NOT_FOUND');
    return { status: 200, body: designation };
  },
});

const putDesignation = defineRoute({
  method: 'put',
  path: '/v1/operator/designation',
  operationId: 'recordDesignation',
  summary: 'Record the designation: only then may money needs be opened to the public',
  tags: ['Operators'],
  access: { roles: ['operator'], scope: 'none' },
  audit: 'designation.record',
  request: { body: designationSchema },
  responses: { 200: designationSchema },
  async handler({ deps, body }) {
    await recordDesignation(deps.models.settings, body);
    return { status: 200, body };
  },
});

export const designationRoutes: readonly AnyRoute[] = [getDesignation, putDesignation];
