import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  DAY_MS,
  addDays,
  addWorkingDays,
  dateInShanghai,
  isWorkingDay,
  knowsYear,
  workingDaysBetween,
  yearInShanghai,
  type CalendarData,
  type TimeRule,
} from '../../domain/time/calendar.ts';

const calendar = JSON.parse(readFileSync(new URL('../../data/calendar.json', import.meta.url), 'utf8')) as CalendarData;
const rule: TimeRule = { dayMs: DAY_MS, workingDays: 'calendar' };
const demo: TimeRule = { dayMs: 3000, workingDays: 'every' };
const at = (shanghai: string): number => Date.parse(`${shanghai}+08:00`);
const show = (instant: number): string => new Date(instant + 8 * 3_600_000).toISOString().slice(0, 16);
const later = (from: string, n: number): string => show(addWorkingDays(at(from), n, rule, calendar));

describe('working calendar', () => {
  it('knows holidays, make-up days and weekends of the official notices', () => {
    expect(isWorkingDay(at('2026-10-01T10:00'), calendar)).to.equal(false);
    expect(isWorkingDay(at('2026-10-10T10:00'), calendar), 'Saturday worked to make up').to.equal(true);
    expect(isWorkingDay(at('2026-10-11T10:00'), calendar), 'Sunday').to.equal(false);
    expect(isWorkingDay(at('2026-02-23T10:00'), calendar), 'Monday of the Spring Festival').to.equal(false);
    expect(isWorkingDay(at('2026-06-17T10:00'), calendar)).to.equal(true);
  });

  it('takes the day from the Shanghai clock, not from UTC', () => {
    expect(dateInShanghai(at('2026-01-01T00:00'))).to.equal('2026-01-01');
    expect(yearInShanghai(at('2026-01-01T00:00') - 1)).to.equal(2025);
    expect(isWorkingDay(at('2026-10-08T00:00'), calendar)).to.equal(true);
    expect(isWorkingDay(at('2026-10-08T00:00') - 1, calendar)).to.equal(false);
  });

  it('falls back to weekdays in a year that it does not know', () => {
    expect(knowsYear(calendar, 2026)).to.equal(true);
    expect(knowsYear(calendar, 2031)).to.equal(false);
    expect(isWorkingDay(at('2031-10-01T10:00'), calendar), 'a Wednesday').to.equal(true);
    expect(isWorkingDay(at('2031-10-04T10:00'), calendar), 'a Saturday').to.equal(false);
  });

  it('accepts dates with and without the year', () => {
    const full: CalendarData = {
      version: 't',
      years: { '2026': { holidays: ['2026-06-17'], makeUpDays: ['2026-06-20'] } },
    };
    expect(isWorkingDay(at('2026-06-17T10:00'), full)).to.equal(false);
    expect(isWorkingDay(at('2026-06-20T10:00'), full)).to.equal(true);
  });

  it('keeps the clock time over a weekend', () => {
    expect(later('2026-11-06T10:30', 1)).to.equal('2026-11-09T10:30');
    expect(later('2026-11-06T00:00', 1)).to.equal('2026-11-09T00:00');
    expect(later('2026-11-04T10:30', 3)).to.equal('2026-11-09T10:30');
  });

  it('steps over the National Day week and counts its make-up days', () => {
    expect(later('2026-09-30T09:00', 3)).to.equal('2026-10-10T09:00');
    expect(later('2026-09-18T09:00', 1)).to.equal('2026-09-20T09:00');
  });

  it('counts a start on a day off from the start of the next working day', () => {
    expect(later('2026-11-07T15:00', 1)).to.equal('2026-11-10T00:00');
    expect(later('2026-11-07T15:00', 0)).to.equal('2026-11-09T00:00');
  });

  it('takes halves for reminders', () => {
    expect(later('2026-11-06T18:00', 0.5)).to.equal('2026-11-09T06:00');
    expect(later('2026-11-04T10:00', 1.5)).to.equal('2026-11-05T22:00');
  });

  it('crosses the year into one that it does not know', () => {
    expect(later('2026-12-31T10:00', 1)).to.equal('2027-01-01T10:00');
  });

  it('scales a day to seconds in the demo, every day a working day', () => {
    expect(addWorkingDays(1000, 3, demo, calendar)).to.equal(10_000);
    expect(addDays(1000, 2.5, demo)).to.equal(8500);
    expect(workingDaysBetween(1000, 10_000, demo, calendar)).to.equal(3);
  });

  const instants = fc.integer({ min: at('2024-01-01T00:00'), max: at('2028-12-31T00:00') });
  const counts = fc.double({ min: 0, max: 60, noNaN: true });

  it('measures back what it added', () => {
    fc.assert(
      fc.property(instants, counts, fc.constantFrom(rule, demo), (from, n, r) => {
        const to = addWorkingDays(from, n, r, calendar);
        expect(Number.isInteger(to)).to.equal(true);
        expect(to).to.be.at.least(from);
        expect(workingDaysBetween(from, to, r, calendar)).to.be.closeTo(n, 1 / r.dayMs);
        if (r === rule) expect(isWorkingDay(to, calendar)).to.equal(true);
      }),
    );
  });

  it('adds up: going there in two steps is going there in one', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }), (from, a, b) => {
        const twice = addWorkingDays(addWorkingDays(from, a, rule, calendar), b, rule, calendar);
        expect(twice).to.equal(addWorkingDays(from, a + b, rule, calendar));
      }),
    );
  });

  it('counts backwards with the opposite sign', () => {
    fc.assert(
      fc.property(instants, instants, (a, b) => {
        const there = workingDaysBetween(a, b, rule, calendar);
        expect(there + workingDaysBetween(b, a, rule, calendar)).to.equal(0);
        expect(Math.abs(there)).to.be.at.most(Math.abs(b - a) / DAY_MS);
      }),
    );
  });
});
