import { payloadsSchema, type PayloadsBody } from '../../contracts/http/codec.ts';
import { fieldProblem } from '../../contracts/problems.ts';
import { createPayloadCodec } from '../../infra/temporal/codec.ts';
import { CODEC_COOKIE } from '../ops-pages.ts';
import { defineRoute, type AnyRoute } from '../route.ts';

type WirePayload = PayloadsBody['payloads'][number];

const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64');
const base64 = (data: Uint8Array | null | undefined): string => Buffer.from(data ?? []).toString('base64');

const fromWire = ({ metadata = {}, data }: WirePayload) => ({
  metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, bytes(value)])),
  data: bytes(data),
});

const decode = defineRoute({
  method: 'post',
  path: '/v1/codec/decode',
  operationId: 'decodePayloads',
  summary: 'Decode payloads for the Temporal UI (codec-server protocol)',
  description:
    'For operators only, from the Temporal UI’s origin only. Open `/ops/codec` once in the browser; see ops/codec.md.',
  tags: ['Operations'],
  access: { roles: ['operator'], scope: 'none' },
  audit: 'codec.decode',
  idempotency: { none: 'Reads only, and the Temporal UI sends no key.' },
  bodyLimit: 4 * 1024 * 1024,
  corsOrigin: (config) => new URL(config.temporal.uiUrl).origin,
  cookie: { name: CODEC_COOKIE, audience: 'codec' },
  request: { body: payloadsSchema },
  responses: { 200: payloadsSchema },
  async handler({ deps, body }) {
    const codec = createPayloadCodec(deps.config.keys.codec);
    try {
      const decoded = await codec.decode(body.payloads.map(fromWire));
      const payloads = decoded.map(({ metadata, data }) => ({
        metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, base64(value)])),
        data: base64(data),
      }));
      return { status: 200, body: { payloads } };
    } catch (cause) {
      deps.log.info({ err: cause }, 'a payload could not be decoded');
      throw fieldProblem('PAYLOAD_BROKEN', '/body/payloads', 'altered, or made with a key that is not configured');
    }
  },
});

export const codecRoutes: readonly AnyRoute[] = [decode];
