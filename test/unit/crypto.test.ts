import { createHmac, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { mongo } from 'mongoose';
import {
  createCrypto,
  erased,
  ErasedError,
  SealBrokenError,
  UnknownKeyError,
  type Sealed,
} from '../../infra/crypto/index.ts';
import { keyRing } from '../support/keys.ts';

const place = { collection: 'accounts', id: '0190c1f0-0000-7000-8000-000000000001', field: 'sealed' };
const person = { name: '王小明', idNumber: '990001199001011234', phone: '13812345678' };
const crypto = createCrypto({ master: keyRing('m1'), index: keyRing('i1') });
const bytes = (value: unknown): Buffer => Buffer.from(value as Uint8Array);

describe('encryption of personal fields', () => {
  it('gives back what was sealed, whatever it was', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
        const plain = JSON.parse(JSON.stringify(fields)) as object;
        expect(crypto.fields.open(place, crypto.fields.seal(place, plain))).to.deep.equal(plain);
      }),
      { numRuns: 200 },
    );
  });

  it('opens what the driver gives back as BSON Binary', () => {
    const { keyId, key, data } = crypto.fields.seal(place, person);
    const stored = { keyId, key: new mongo.Binary(bytes(key)), data: new mongo.Binary(bytes(data)) };
    expect(crypto.fields.open(place, stored)).to.deep.equal(person);
  });

  it('never gives the same bytes twice and holds no plain text', () => {
    const [a, b] = [crypto.fields.seal(place, person), crypto.fields.seal(place, person)];
    expect(bytes(a.data).equals(bytes(b.data))).to.equal(false);
    expect(bytes(a.data).includes(person.phone)).to.equal(false);
  });

  it('refuses a value that was copied to another record, field or collection', () => {
    const sealed = crypto.fields.seal(place, person);
    for (const other of [{ id: '2' }, { field: 'x' }, { collection: 'households' }]) {
      expect(() => crypto.fields.open({ ...place, ...other }, sealed)).to.throw(SealBrokenError);
    }
  });

  it('refuses a data key that was copied from another record', () => {
    const elsewhere = { ...place, id: '2' };
    const mixed: Sealed = { ...crypto.fields.seal(place, person), key: crypto.fields.seal(elsewhere, person).key };
    expect(() => crypto.fields.open(place, mixed)).to.throw(SealBrokenError);
  });

  it('notices every single flipped bit, in the data and in the wrapped key', () => {
    const sealed = crypto.fields.seal(place, person);
    for (const part of ['key', 'data'] as const) {
      const original = bytes(sealed[part]);
      for (let bit = 0; bit < original.length * 8; bit += 1) {
        const altered = Buffer.from(original);
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => crypto.fields.open(place, { ...sealed, [part]: altered }), `${part} bit ${bit}`).to.throw(
          SealBrokenError,
        );
      }
    }
  });

  it('refuses cut-off bytes', () => {
    const sealed = crypto.fields.seal(place, person);
    for (const length of [0, 1, 27, 28]) {
      const cut = { ...sealed, data: bytes(sealed.data).subarray(0, length) };
      expect(() => crypto.fields.open(place, cut)).to.throw(SealBrokenError);
    }
  });

  it('cannot be opened after erasure, not even with the keys', () => {
    expect(() => crypto.fields.open(place, erased(crypto.fields.seal(place, person)))).to.throw(ErasedError);
  });

  it('rotates: old data opens under the new ring, rewrapping makes the old key unnecessary', () => {
    const sealed = crypto.fields.seal(place, person);
    const both = createCrypto({ master: keyRing('m2', 'm1'), index: keyRing('i1') });
    expect(both.fields.open(place, sealed)).to.deep.equal(person);
    const rewrapped = both.fields.rewrap(place, sealed);
    expect(rewrapped.keyId).to.equal('m2');
    expect(rewrapped.data).to.equal(sealed.data);
    const onlyNew = createCrypto({ master: keyRing('m2'), index: keyRing('i1') });
    expect(onlyNew.fields.open(place, rewrapped)).to.deep.equal(person);
    expect(() => onlyNew.fields.open(place, sealed)).to.throw(UnknownKeyError);
    expect(both.fields.rewrap(place, rewrapped), 'already current').to.equal(rewrapped);
    expect(both.fields.rewrap(place, erased(sealed)), 'erased stays erased').to.deep.equal(erased(sealed));
  });
});

describe('blind index', () => {
  it('is the same for the same value, and another one for another field, value or key', () => {
    const of = crypto.index.of('phone', person.phone);
    expect(of)
      .to.match(/^[\w-]{22}$/)
      .and.equal(crypto.index.of('phone', person.phone));
    expect(of).not.to.equal(crypto.index.of('idNumber', person.phone));
    expect(of).not.to.equal(crypto.index.of('phone', '13812345679'));
    const other = createCrypto({ master: keyRing('m1'), index: keyRing('i2') });
    expect(of).not.to.equal(other.index.of('phone', person.phone));
  });

  it('finds by every configured key while one is being replaced', () => {
    const both = createCrypto({ master: keyRing('m1'), index: keyRing('i2', 'i1') });
    expect(both.index.candidates('phone', person.phone)).to.include(crypto.index.of('phone', person.phone));
  });
});

describe('derived keys', () => {
  it('are independent of each other by purpose', () => {
    const { derive } = crypto;
    expect(derive.mac('cursor', 'x')).not.to.equal(derive.mac('commandId', 'x'));
    expect(derive.key('cursor').export()).to.have.length(32);
    const direct = createHmac('sha256', derive.key('cursor')).update('x').digest('base64url');
    expect(derive.mac('cursor', 'x')).to.equal(direct);
  });

  it('verify what any configured key made, and nothing else', () => {
    const mac = crypto.derive.mac('photoLink', 'photo-1');
    const both = createCrypto({ master: keyRing('m1'), index: keyRing('i2', 'i1') });
    expect(both.derive.verify('photoLink', 'photo-1', mac)).to.equal(true);
    expect(both.derive.verify('photoLink', 'photo-2', mac)).to.equal(false);
    expect(both.derive.verify('photoLink', 'photo-1', mac.slice(1))).to.equal(false);
    expect(both.derive.verify('photoLink', 'photo-1', '')).to.equal(false);
  });

  it('give codes of the asked length that only their own text has', () => {
    const code = crypto.derive.code('pickupCode', 'pledge-1', 6);
    expect(code).to.match(/^\d{6}$/);
    expect(crypto.derive.verifyCode('pickupCode', 'pledge-1', code)).to.equal(true);
    const codes = new Set(
      Array.from({ length: 500 }, () => crypto.derive.code('pickupCode', randomBytes(8).toString('hex'), 6)),
    );
    expect(codes.size).to.be.above(490);
    expect(crypto.derive.verifyCode('pickupCode', 'pledge-1', '')).to.equal(false);
  });
});
