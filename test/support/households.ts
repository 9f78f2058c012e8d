import { REGISTER_COLUMNS, type RegisterColumn } from '../../domain/household/register-row.ts';
import { checkCharacter } from '../../domain/people/id-number.ts';

const digits = (n: number, length: number): string => String(n).padStart(length, '0');

/** Rows (without header, columns in the order of `REGISTER_COLUMNS`) of made-up households in 长乐村; row n is always the same. */
export function manyHouseholds(count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, i) => registerLine(first + i));
}

function registerLine(n: number): string {
  const first17 = `99${digits(n % 10_000, 4)}1960${digits(1 + (n % 12), 2)}15${digits(Math.floor(n / 10_000) % 1000, 3)}`;
  const cells: Partial<Record<RegisterColumn, string>> = {
    householdNumber: `360735100223${digits(n, 8)}`,
    villageCode: '360735100223',
    headName: `赖${['秀英', '建国', '桂香', '德发'][n % 4] ?? ''}`,
    headIdNumber: first17 + checkCharacter(first17),
    phone: `139${digits(n % 100_000_000, 8)}`,
    property: n % 3 === 0 ? 'minimumLiving' : 'general',
    mainCause: n % 2 === 0 ? 'illness' : 'lackOfLabour',
    otherCauses: n % 5 === 0 ? 'schooling;lackOfFunds' : '',
    incomePerCapitaYuan: String(4000 + (n % 5000)),
    identifiedOn: '2015-04-30',
    removedOn: '2019-12-31',
    helperPhone: `1390000300${n % 10}`,
    headEducation: 'primary',
    headHealth: 'healthy',
    headLabour: 'ordinary',
    members: 'spouse|陈桂香|1960-07-13|juniorHigh|chronic|weak;son|赖俊辉|1990-01-15|juniorHigh|healthy|ordinary',
  };
  return REGISTER_COLUMNS.map((column) => cells[column]).join(',');
}
