import { expect } from 'chai';
import fc from 'fast-check';
import { ageAt, isMinor, needsGuardianConsent } from '../../domain/people/age.ts';
import {
  birthDateOf,
  checkCharacter,
  idNumberFault,
  isFictional,
  isIdNumber,
  normaliseIdNumber,
} from '../../domain/people/id-number.ts';
import { maskIdNumber, maskPhone, publicName } from '../../domain/people/masking.ts';
import { normalisePhone } from '../../domain/people/phone.ts';

const first17 = fc
  .tuple(
    fc.integer({ min: 100000, max: 999999 }),
    fc.date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true }),
    fc.integer({ min: 0, max: 999 }),
  )
  .map(
    ([region, born, n]) =>
      `${region}${born.toISOString().slice(0, 10).replaceAll('-', '')}${String(n).padStart(3, '0')}`,
  );

describe('identity numbers', () => {
  it('agrees with the example of the standard', () => {
    expect(idNumberFault('11010519491231002X')).to.equal(null);
    expect(idNumberFault('440524188001010014'), 'valid check digit, but born in 1880').to.equal('birthDate');
  });

  it('names the fault', () => {
    expect(idNumberFault('11010519491231002')).to.equal('shape');
    expect(idNumberFault('01010519491231002X')).to.equal('shape');
    expect(idNumberFault('110105194912310021')).to.equal('checkDigit');
    for (const born of ['19490229', '20230431', '20231301', '20231200', '20230010']) {
      const first = `110105${born}002`;
      expect(idNumberFault(first + checkCharacter(first)), born).to.equal('birthDate');
    }
    expect(birthDateOf('110105200002290020')).to.equal('2000-02-29');
  });

  it('accepts every well-made number, whatever its region', () => {
    fc.assert(fc.property(first17, (digits) => isIdNumber(digits + checkCharacter(digits))));
  });

  it('notices any single wrong digit and any two neighbours swapped', () => {
    fc.assert(
      fc.property(first17, fc.nat(16), fc.integer({ min: 1, max: 9 }), (digits, i, add) => {
        const id = digits + checkCharacter(digits);
        const wrong = id.slice(0, i) + String((Number(id[i]) + add) % 10) + id.slice(i + 1);
        expect(isIdNumber(wrong)).to.equal(false);
        if (i > 15 || id[i] === id[i + 1]) return;
        expect(isIdNumber(id.slice(0, i) + id.charAt(i + 1) + id.charAt(i) + id.slice(i + 2))).to.equal(false);
      }),
    );
  });

  it('reads what people type', () => {
    expect(normaliseIdNumber(' 110105 19491231 002x ')).to.equal('11010519491231002X');
    expect(normaliseIdNumber('１１０１０５１９４９１２３１００２Ｘ')).to.equal('11010519491231002X');
  });

  it('knows fictional people by the prefix 99', () => {
    expect(isFictional('990105194912310021')).to.equal(true);
    expect(isFictional('11010519491231002X')).to.equal(false);
  });
});

describe('phone numbers', () => {
  it('come out as eleven digits whatever was typed around them', () => {
    for (const typed of [
      '13900001234',
      ' 139 0000 1234',
      '+86 139-0000-1234',
      '0086-13900001234',
      '8613900001234',
      '１３９００００１２３４',
    ]) {
      expect(normalisePhone(typed), typed).to.equal('13900001234');
    }
  });

  it('are refused when they are no mobile number', () => {
    for (const typed of [
      '',
      '12900001234',
      '1390000123',
      '139000012345',
      '0797-5712345',
      '+1 3900001234',
      '1390000123a',
    ]) {
      expect(normalisePhone(typed), typed).to.equal(null);
    }
  });
});

describe('masking', () => {
  it('keeps four characters on both sides of an identity number', () => {
    expect(maskIdNumber('36073519560102123X')).to.equal('3607**********123X');
  });

  it('keeps three and four digits of a phone number', () => {
    expect(maskPhone('13812345678')).to.equal('138****5678');
  });

  it('keeps the surname, also a double one, and never tells the length', () => {
    const shown = ['张三', '张小明', '欧阳娜娜', '司马光明', '欧阳', '李', '诸葛亮'].map(publicName);
    expect(shown).to.deep.equal(['张**', '张**', '欧阳**', '司马**', '欧**', '李**', '诸葛**']);
    expect(publicName('')).to.equal('**');
  });
});

describe('age', () => {
  const at = (shanghai: string): number => Date.parse(`${shanghai}+08:00`);

  it('turns on the birthday, at midnight in Shanghai', () => {
    expect(ageAt('2012-06-17', at('2026-06-17T00:00'))).to.equal(14);
    expect(ageAt('2012-06-17', at('2026-06-17T00:00') - 1)).to.equal(13);
  });

  it('protects the under-fourteens and the under-eighteens', () => {
    expect(needsGuardianConsent('2012-06-18', at('2026-06-17T12:00'))).to.equal(true);
    expect(needsGuardianConsent('2012-06-17', at('2026-06-17T12:00'))).to.equal(false);
    expect(isMinor('2008-06-18', at('2026-06-17T12:00'))).to.equal(true);
    expect(isMinor('2008-06-17', at('2026-06-17T12:00'))).to.equal(false);
  });
});
