import { z } from 'zod';
import { instant, queryInt } from './common.ts';

export const checkpointSchema = z
  .strictObject({
    n: z.int(),
    from: instant,
    to: instant,
    events: z.int(),
    root: z.string().meta({ description: 'Root of the hash tree over the events recorded after `from` up to `to`' }),
    prev: z.string(),
    digest: z.string(),
    keyId: z.string(),
    signature: z.string().meta({ description: 'Ed25519 over the digest’s text, base64' }),
  })
  .meta({ id: 'Checkpoint' });

export const checkpointsSchema = z
  .strictObject({
    publicKey: z.string().meta({ description: 'Of the current key: SPKI in DER, base64' }),
    items: z.array(checkpointSchema),
  })
  .meta({ id: 'Checkpoints' });

export const verificationQuery = z.strictObject({
  last: queryInt(1, 1000).optional().meta({ description: 'So many of the newest; default 20' }),
});
export const verificationSchema = z
  .strictObject({
    whole: z.boolean(),
    checked: z.int(),
    events: z.int(),
    inFile: z.int().meta({ description: 'Of the checked ones, how many the file outside the database confirms' }),
    faults: z.array(
      z.strictObject({
        checkpoint: z.int(),
        fault: z.enum(['missing', 'unlinked', 'altered', 'unsigned', 'events', 'file']),
      }),
    ),
  })
  .meta({ id: 'CheckpointVerification' });
