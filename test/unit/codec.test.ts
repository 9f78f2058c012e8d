import { expect } from 'chai';
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import {
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
} from '@temporalio/common/lib/internal-non-workflow/codec-helpers.js';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/data-converter-helpers.js';
import { failureConverter } from '../../workflows/failure-converter.ts';
import { UnknownKeyError } from '../../infra/crypto/index.ts';
import { createDataConverter, createPayloadCodec, PayloadBrokenError } from '../../infra/temporal/codec.ts';
import { keyRing } from '../support/keys.ts';

const codec = createPayloadCodec(keyRing('c1'));
const input = { caseId: '0190c1f0-0000-7000-8000-000000000001', note: '不该出现' };
const payload = defaultPayloadConverter.toPayload(input);

async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail('should have been refused'),
    (error: unknown) => error,
  );
}

describe('payload codec', () => {
  it('gives back every payload, metadata included', async () => {
    const empty: Payload = { metadata: { encoding: Buffer.from('binary/null') }, data: null };
    const decoded = await codec.decode(await codec.encode([payload, empty]));
    expect(defaultPayloadConverter.fromPayload(decoded[0] as Payload)).to.deep.equal(input);
    expect(Buffer.from(decoded[1]?.metadata?.['encoding'] ?? '').toString()).to.equal('binary/null');
  });

  it('shows only the encoding and the key id', async () => {
    const [encoded] = await codec.encode([payload]);
    expect(Object.keys(encoded?.metadata ?? {})).to.have.members(['encoding', 'encryption-key-id']);
    expect(Buffer.from(encoded?.data ?? '').includes('caseId')).to.equal(false);
  });

  it('lets payloads through that were never encrypted', async () => {
    expect(await codec.decode([payload])).to.deep.equal([payload]);
  });

  it('refuses altered payloads and unknown keys', async () => {
    const [encoded] = await codec.encode([payload]);
    const data = Buffer.from(encoded?.data ?? '');
    data[20] = (data[20] ?? 0) ^ 1;
    expect(await rejection(codec.decode([{ ...encoded, data }]))).to.be.instanceOf(PayloadBrokenError);
    const other = createPayloadCodec(keyRing('c2'));
    expect(await rejection(other.decode([encoded as Payload]))).to.be.instanceOf(UnknownKeyError);
  });

  it('reads with an older key and writes with the current one', async () => {
    const rotated = createPayloadCodec(keyRing('c2', 'c1'));
    const old = await codec.encode([payload]);
    expect(defaultPayloadConverter.fromPayload((await rotated.decode(old))[0] as Payload)).to.deep.equal(input);
    const [fresh] = await rotated.encode([payload]);
    expect(Buffer.from(fresh?.metadata?.['encryption-key-id'] ?? '').toString()).to.equal('c2');
  });
});

describe('failures', () => {
  const converter = loadDataConverter(createDataConverter(keyRing('c1')));

  it('are converted by the file that the data converter names', () => {
    expect(converter.failureConverter).to.equal(failureConverter);
  });

  it('show neither message nor stack trace, and come back whole, causes too', async () => {
    const cause = new Error('王小明 in the inner message');
    const error = ApplicationFailure.create({
      message: '王小明 in the message',
      type: 'CODE',
      details: ['王小明'],
      cause,
    });
    const failure = await encodeErrorToFailure(converter, error);
    expect(JSON.stringify(failure)).not.to.include('王小明');
    expect(JSON.stringify(failure)).not.to.include('codec.test');
    expect(failure.message).to.equal('Encoded failure');
    expect(failure.cause?.message).to.equal('Encoded failure');
    const back = await decodeOptionalFailureToOptionalError(converter, failure);
    expect(back).to.be.instanceOf(ApplicationFailure);
    expect(back?.message).to.equal('王小明 in the message');
    expect((back as ApplicationFailure).type).to.equal('CODE');
    expect((back?.cause as Error).message).to.equal('王小明 in the inner message');
  });
});
