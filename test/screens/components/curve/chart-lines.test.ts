import { describe, expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../../screens/app/text.ts';
import { type Chart, type Curve, chartLines } from '../../../../screens/components/curve/chart-lines.ts';
import { curveStyle, legend } from '../../../../screens/components/curve/curve-style.ts';
import { toAscii } from '../../../../src/terminal/ascii.ts';

const steps = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n + 1);
const curve = (ys: readonly number[], more: Partial<Curve> = {}): Curve => ({ xs: steps(ys.length), ys, style: curveStyle(0), ...more });
const falling = steps(300).map(step => 0.1 + 0.6 * Math.exp(-step / 60));
const drawn = (chart: Partial<Chart>, columns = 40, height = 8): string =>
  plainText(chartLines({ title: 'loss', curves: [], ...chart }, columns, height));
const rowsWith = (text: string, pattern: RegExp): readonly number[] => text.split('\n').flatMap((row, n) => (pattern.test(row) ? [n] : []));

describe('a chart', () => {
  test('goes from the upper left to the lower right when its values fall, with ticks and steps', () => {
    const text = drawn({ curves: [curve(falling)], beside: '0.104' });
    const rows = text.split('\n');
    expect(rows[0]).toMatch(/^loss +0\.104$/);
    expect(rows[1]?.indexOf('⣇')).not.toBe(0);
    expect(rows[1]).toMatch(/^ +│[\u2801-\u28ff]/);
    expect(rows[6]).toMatch(/[\u2801-\u28ff]$/);
    expect(text).toMatch(/0\.6 ┤/);
    expect(rows.at(-1)).toMatch(/100 +200 +300/);
  });

  test('says that there is no value yet', () => expect(drawn({})).toContain('no value yet'));

  test('of one value, and of one that never changes, has it in the middle and written out', () => {
    const one = drawn({ curves: [curve([0.5], { glyphs: 14 })] });
    expect(one).toMatch(/0\.5 ┤ +●/);
    const flat = drawn({ curves: [curve(steps(100).map(() => 0.002))] });
    expect(flat).toMatch(/0\.002 ┤[\u2801-\u28ff]{28}/);
    // What lies above and below it is told too; nothing lies below nothing.
    expect(one).toMatch(/^ *0\.55 ┤[\s\S]*^ *0\.45 ┤/m);
    expect(drawn({ curves: [curve([0, 0])] })).toMatch(/^ *1 ┤[\s\S]*^ *0 ┤/m);
    expect(rowsWith(flat, /[\u2801-\u28ff]/)).toHaveLength(1);
  });

  test('leaves a gap where a value is not finite, and never puts one there', () => {
    const gap = drawn({ curves: [curve(falling.map((value, n) => (n >= 100 && n < 200 ? Number.NaN : value)))] }, 40, 4);
    expect(gap).toMatch(/[\u2801-\u28ff]\s{8,}[\u2801-\u28ff]/);
    expect(drawn({ curves: [curve([Number.NaN, Number.POSITIVE_INFINITY])] })).toContain('no value yet');
  });

  test('begins anew where steps go back', () => {
    // Without a new beginning a line would lead back through the middle of the chart.
    const text = drawn({ curves: [{ xs: [0, 100, 0, 100], ys: [1, 1, 0, 0], style: curveStyle(0) }] }, 40, 12);
    expect(rowsWith(text, /[\u2801-\u28ff]/)).toEqual([1, 10]);
  });

  test('is logarithmic once values span two decades, and straight where one of them is zero', () => {
    const spread = steps(100).map(step => 1000 * Math.exp(-step / 12));
    expect(drawn({ curves: [curve(spread)] })).toMatch(/1k ┤/);
    expect(drawn({ curves: [curve([0, ...spread])] })).toMatch(/500 ┤/);
  });

  test('keeps its size whatever its room, and what it is of as long as there is any', () => {
    for (const columns of [1, 2, 5, 11, 12, 13, 24, 200])
      for (const height of [0, 1, 2, 3, 4, 5, 30]) {
        const lines = chartLines({ title: 'dev AUROC', beside: 'best 0.871', curves: [curve(falling, { glyphs: 14 })] }, columns, height);
        expect(lines).toHaveLength(height);
        expect(Math.max(0, ...lines.map(lineWidth))).toBeLessThanOrEqual(columns);
      }
    expect(drawn({ curves: [curve(falling)] }, 3, 2)).toMatch(/^lo…/);
  });

  test('of thousands of values draws each, and in no time', () => {
    const many = Array.from({ length: 20_000 }, (_, n) => Math.sin(n / 900) + (n === 7000 ? 5 : 0));
    const text = drawn({ curves: [curve(many, { glyphs: 14 })] }, 80, 12);
    // The one that is like no other is there.
    expect(text.split('\n')[1]).toMatch(/[\u2801-\u28ff]/);
  });

  test('tells several curves apart without colour, in ASCII too', () => {
    const three = [0, 1, 2].map(n =>
      curve(
        falling.map(value => value * (1 + n / 2)),
        { style: curveStyle(n), glyphs: 14 },
      ),
    );
    const text = drawn({ curves: three }, 60, 12);
    for (const glyph of ['●', '▲', '■']) expect(text.split(glyph).length, glyph).toBeGreaterThan(2);
    const twins = legend(['0', '1', '2', '3', '4', '5']).map(({ text: words }) => toAscii(words.trim()).slice(0, 1));
    const known = twins.filter(twin => twin !== '');
    expect(new Set([...known, toAscii('★')]).size).toBe(7);
    expect(toAscii(text)).toMatch(/^[\x00-\x7f]*$/);
  });

  test('marks what is to be marked over the curves', () => {
    expect(drawn({ curves: [curve(falling)], marks: [{ x: 150, y: falling[149] ?? 0, glyph: '★', role: 'ok' }] })).toContain('★');
  });

  test('of a span begins and ends with it', () => {
    const text = drawn({ curves: [curve(falling.slice(0, 100))], span: [0, 300] });
    expect(text.split('\n')[3]?.length).toBeLessThan(25);
    expect(text.split('\n').at(-1)).toMatch(/^ +0 .*300$/);
  });
});
