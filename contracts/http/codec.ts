import { z } from 'zod';

const base64 = z.string().max(3_000_000);

/** A payload in protobuf's JSON form: bytes as base64. */
const payload = z.strictObject({
  metadata: z.record(z.string().max(100), base64).optional(),
  data: base64.optional(),
});

/** Temporal's codec-server protocol, the same shape both ways. */
export const payloadsSchema = z.strictObject({ payloads: z.array(payload).max(1000) }).meta({ id: 'Payloads' });
export type PayloadsBody = z.output<typeof payloadsSchema>;
