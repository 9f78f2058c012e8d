import { expect } from 'chai';
import { isFaults, parseRegisterRow } from '../../domain/household/register-row.ts';
import { birthDateOf, idNumberFault, isFictional } from '../../domain/people/id-number.ts';
import { isPhone } from '../../domain/people/phone.ts';
import { levelOf, pathOf } from '../../domain/region/region.ts';
import { needs, households, accounts, accountOf, membersOf } from '../support/demo-data.ts';

describe('household register', () => {
  it('has at least 110 households with fictional people and valid numbers', () => {
    expect(households.size).to.be.at.least(110);
    const ids = new Set<string>();
    for (const [number, row] of households) {
      const id = row['headIdNumber'] ?? '';
      ids.add(id);
      expect(number.slice(0, 12), number).to.equal(row['villageCode']);
      expect(idNumberFault(id), id).to.equal(null);
      expect(isFictional(id), id).to.equal(true);
      expect(isPhone(row['phone'] ?? ''), number).to.equal(true);
      expect(Number.isInteger(Number(row['incomePerCapitaYuan'])), number).to.equal(true);
      for (const m of membersOf(row)) expect(m.birthDate, m.name).to.match(/^\d{4}-\d{2}-\d{2}$/);
    }
    expect(ids.size).to.equal(households.size);
  });

  it('is accepted row by row by the import', () => {
    const villages = new Set(needs.map((n) => n.villageCode));
    const known = (code: string): boolean => villages.has(code);
    const context = { isVillage: known, isRegion: known, scope: null, allowFictional: true };
    for (const [number, row] of households) {
      const parsed = parseRegisterRow((column) => row[column] ?? '', context);
      expect(isFaults(parsed) ? parsed : [], number).to.deep.equal([]);
    }
  });

  it('agrees with the head’s account in name, ID number and phone', () => {
    for (const [number, row] of households) {
      const account = accountOf.get(`household-${number}`);
      expect(account, number).to.include({ name: row['headName'], idNumber: row['headIdNumber'], phone: row['phone'] });
    }
  });
});

describe('demo accounts', () => {
  it('are fictional, with keys, phones and ID numbers of their own', () => {
    for (const field of ['key', 'phone', 'idNumber'] as const) {
      expect(new Set(accounts.map((a) => a[field])).size, field).to.equal(accounts.length);
    }
    for (const a of accounts) {
      expect(a.phone, a.key).to.match(/^139000\d{5}$/);
      expect(idNumberFault(a.idNumber), a.key).to.equal(null);
      expect(isFictional(a.idNumber), a.key).to.equal(true);
      expect(birthDateOf(a.idNumber), a.key).to.not.equal(null);
    }
  });

  it('have grants whose level fits the region', () => {
    for (const grant of accounts.flatMap((a) => a.grants)) {
      if (grant.level !== undefined) expect(levelOf(grant.regionCode ?? '')).to.equal(grant.level);
    }
  });

  it('staff every place that is used, but for one village without and two with a single cadre', () => {
    const count = (role: string, region: string): number =>
      accounts.filter((a) => a.grants.some((g) => g.role === role && g.regionCode === region)).length;
    const villages = [...new Set(needs.map((n) => n.villageCode))];
    const byCount = (n: number): string[] => villages.filter((v) => count('cadre', v) === n);
    expect(byCount(0)).to.have.length(1);
    expect(byCount(1)).to.have.length(2);
    for (const village of villages) {
      expect(count('pointKeeper', village), village).to.equal(1);
      for (const above of pathOf(village).slice(0, -1)) expect(count('cadre', above), above).to.be.at.least(1);
    }
    for (const village of byCount(1)) {
      expect(
        needs.some((n) => n.publisher === `cadre-${village}-1`),
        'its only cadre posts',
      ).to.equal(true);
    }
    expect(accounts.filter((a) => a.grants.some((g) => g.role === 'donor'))).to.have.length(20);
  });
});
