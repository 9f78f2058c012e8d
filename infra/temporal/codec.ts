import { fileURLToPath } from 'node:url';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import protobuf from 'protobufjs';
import { decrypt, encrypt } from '../crypto/aes-gcm.ts';
import { loadRing, type KeyRing } from '../crypto/key-ring.ts';

const ENCODING = Buffer.from('binary/encrypted');
const AAD = 'temporal-payload';

/** Temporal's own message, so that the plain form is what every SDK would write. */
const PayloadMessage = protobuf
  .parse('syntax = "proto3"; message Payload { map<string, bytes> metadata = 1; bytes data = 2; }')
  .root.lookupType('Payload');

/** A payload that does not decrypt: wrong key, or altered. */
export class PayloadBrokenError extends Error {
  override name = 'PayloadBrokenError';
  constructor() {
    super('a payload does not decrypt: altered, or made with another key');
  }
}

/** AES-256-GCM over the whole payload; the key's id is in the metadata, so that keys can be replaced. */
export function createPayloadCodec(keys: KeyRing): PayloadCodec {
  const ring = loadRing(keys);
  const seal = (payload: Payload): Payload => ({
    metadata: { encoding: ENCODING, 'encryption-key-id': Buffer.from(ring.current.id) },
    data: encrypt(ring.current.secret, PayloadMessage.encode(PayloadMessage.fromObject(payload)).finish(), AAD),
  });
  const open = (payload: Payload): Payload => {
    const { encoding, 'encryption-key-id': keyId } = payload.metadata ?? {};
    if (!encoding || !ENCODING.equals(encoding) || !payload.data) return payload;
    const { secret } = ring.byId(Buffer.from(keyId ?? '').toString());
    try {
      const { metadata, data } = PayloadMessage.decode(decrypt(secret, payload.data, AAD)) as unknown as Payload;
      return { metadata: metadata ?? null, data: data ?? null };
    } catch {
      throw new PayloadBrokenError();
    }
  };
  return {
    encode: async (payloads) => payloads.map(seal),
    /** Payloads that are not encrypted pass through. @throws PayloadBrokenError, UnknownKeyError */
    decode: async (payloads) => payloads.map(open),
  };
}

/** For every client and worker. The workflow bundle needs the same `failureConverterPath`. */
export const createDataConverter = (keys: KeyRing): DataConverter & { failureConverterPath: string } => ({
  payloadCodecs: [createPayloadCodec(keys)],
  failureConverterPath: fileURLToPath(new URL('../../workflows/failure-converter.ts', import.meta.url)),
});
