import type { z } from 'zod';
import type { CheckpointRecord } from '../../contracts/checkpoint.ts';
import {
  checkpointsSchema,
  verificationQuery,
  verificationSchema,
  type checkpointSchema,
} from '../../contracts/http/checkpoint.ts';
import { checkpointPublicKey, makeCheckpoint, verifyCheckpoints } from '../../infra/checkpoint.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type AnyRoute } from '../route.ts';

/** The signed checkpoints over the event log: to read, to make one now, and to check what is there against them. */

const ACCESS = { roles: ['operator'], scope: 'none' } as const;
const LISTED = 100;
const CHECKED = 20;

const checkpointDeps = ({ config, models }: ApiDeps) => ({
  checkpoints: models.checkpoints,
  keys: config.keys.checkpoint,
  dataDir: config.dataDir,
});

const viewOf = ({ _id, from, to, ...rest }: CheckpointRecord): z.input<typeof checkpointSchema> => ({
  n: _id,
  from: from.toISOString(),
  to: to.toISOString(),
  ...rest,
});

const listCheckpoints = defineRoute({
  method: 'get',
  path: '/v1/operator/checkpoints',
  operationId: 'listCheckpoints',
  summary: 'The newest signed checkpoints over the event log, and the key to verify them elsewhere',
  tags: ['Operations'],
  access: ACCESS,
  responses: { 200: checkpointsSchema },
  async handler({ deps }) {
    const newest = (await deps.models.checkpoints.newest())?._id ?? 0;
    const records = await deps.models.checkpoints.list(Math.max(0, newest - LISTED), LISTED);
    const publicKey = checkpointPublicKey(deps.config.keys.checkpoint);
    return { status: 200, body: { publicKey, items: records.reverse().map(viewOf) } };
  },
});

const signCheckpoint = defineRoute({
  method: 'post',
  path: '/v1/operator/checkpoints',
  operationId: 'makeCheckpoint',
  summary: 'Sign a checkpoint now over what is new and settled; the sweeper does so by itself',
  tags: ['Operations'],
  access: ACCESS,
  rate: 'export',
  responses: { 200: checkpointsSchema },
  audit: 'operator.checkpoint.make',
  async handler({ deps, now }) {
    const made = await makeCheckpoint(checkpointDeps(deps), now);
    const publicKey = checkpointPublicKey(deps.config.keys.checkpoint);
    return { status: 200, body: { publicKey, items: made === null ? [] : [viewOf(made)] } };
  },
});

const verifyLog = defineRoute({
  method: 'get',
  path: '/v1/operator/checkpoints/verification',
  operationId: 'verifyCheckpoints',
  summary: 'Compare the newest checkpoints with their signatures, the events they cover and the file outside MongoDB',
  tags: ['Operations'],
  access: ACCESS,
  rate: 'export',
  request: { query: verificationQuery },
  responses: { 200: verificationSchema },
  audit: 'operator.checkpoint.verify',
  async handler({ deps, query: { last = CHECKED } }) {
    const newest = (await deps.models.checkpoints.newest())?._id ?? 0;
    const after = Math.max(0, newest - last);
    const { faults, ...counts } = await verifyCheckpoints(checkpointDeps(deps), { after });
    return { status: 200, body: { whole: faults.length === 0, ...counts, faults: [...faults] } };
  },
});

export const checkpointRoutes: readonly AnyRoute[] = [listCheckpoints, signCheckpoint, verifyLog];
