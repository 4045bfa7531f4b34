import { describe, expect, it } from 'vitest';
import { bytes, clock, counted, isoSeconds, percent, spoken } from './spoken';

describe('spoken', () => {
  it.each([
    [-3, '0 s'],
    [0.9, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [245, '4 min 5 s'],
    [3600, '1 h'],
    [3725, '1 h 2 min'],
    [90_000, '1 d 1 h'],
  ])('%d seconds are %s', (seconds, text) => expect(spoken(seconds)).toBe(text));
});

describe('clock', () => {
  it.each([
    [-1, '0:00'],
    [7.9, '0:07'],
    [245, '4:05'],
    [3729, '1:02:09'],
  ])('%d seconds are %s', (seconds, text) => expect(clock(seconds)).toBe(text));
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [150 * 1024 * 1024, '150 MiB'],
  ])('%d are %s', (many, text) => expect(bytes(many)).toBe(text));
});

describe('percent', () => {
  it.each([
    [1, '100 %'],
    [0.99999, '99.9 %'],
    [0.9, '90.0 %'],
    [0, '0.0 %'],
  ])('%d is %s', (share, text) => expect(percent(share)).toBe(text));
});

describe('durations of the API', () => {
  it.each([
    ['PT0.25S', 0.25],
    ['PT1M2S', 62],
    ['P1DT2H', 93_600],
    ['yesterday', null],
  ])('%s', (text, seconds) => expect(isoSeconds(text)).toBe(seconds));
});

describe('what is counted', () => {
  it.each([
    [0, '0 tables'],
    [1, '1 table'],
    [1200, '1,200 tables'],
  ])('%d', (many, text) => expect(counted(many, 'table')).toBe(text));
});
