/** Drawings as SVG and PNG: whatever names hold, whatever fonts there are. */
import { expect, test } from 'vitest';
import { alone } from '../../../src/report/plots/alone.ts';
import { barsSpec } from '../../../src/report/plots/bars.ts';
import { curvesSpec } from '../../../src/report/plots/curves.ts';
import { sizes } from '../../../src/report/plots/frame.ts';
import { lookOf, page, paper, seriesColours } from '../../../src/report/plots/ink.ts';
import { keyOf } from '../../../src/report/plots/key.ts';
import { pngOf } from '../../../src/report/plots/png.ts';
import { svgOf } from '../../../src/report/plots/svg.ts';

const scale = { at: (value: number) => value, ticks: [0, 0.5, 1].map(at => ({ label: `t${at}`, at })) };
const side = { scale, title: 'a side' };
const curve = (label: string, place = 0) => ({
  label,
  place,
  marks: [
    { x: 0.2, y: 0.8, onLine: true, bar: { low: 0.7, high: 0.9, tick: 0.85 } },
    { x: 0.6, y: 0.1, onLine: false },
    { x: 0.8, y: 0.3, onLine: true },
  ],
});
const drawn = (labels: readonly string[], ink = paper) =>
  svgOf(curvesSpec({ curves: labels.map((label, n) => curve(label, n)), x: side, y: side }, { ink, size: sizes.file }));

test('curves: a line through what is on it, hollow marks beside it, ticks by their labels, a name a series', async () => {
  const svg = await drawn(['one', 'two']);
  for (const text of ['>one<', '>two<', '>t0.5<', '>a side<']) expect(svg).toContain(text);
  expect(svg.match(/class="mark-line/g)).toHaveLength(2);
  // Of three marks the one beside the line is filled with the ground.
  expect(svg.match(new RegExp(`stroke="${seriesColours.light[0]}"[^>]*`, 'g'))?.length).toBeGreaterThan(3);
  expect(svg.match(new RegExp(`fill="${paper.ground}"`, 'g'))).toHaveLength(2);
  expect(svg).not.toMatch(/NaN|undefined|Infinity|style=/);
});

test('names are text, whatever they hold', async () => {
  const svg = await drawn(['</text><script>alert(1)</script>', 'a\u0000b\ud800c', '"><image href="http://x.example/">']);
  expect(svg).not.toMatch(/<script|<image/);
  expect(svg).toContain('&lt;script');
  const file = alone(svg, { title: '</text><a>', parts: ['<b>', 'a\u0001'], told: '</desc><script>' }, paper);
  expect(file).not.toMatch(/<script|<a>|<b>|\u0001/);
  expect((await pngOf(file)).byteLength).toBeGreaterThan(1000);
});

test('within a page its colours are the page’s own', async () => {
  const svg = await drawn(['one'], page);
  expect(svg).toContain('var(--series-0)');
  expect(svg).toContain('var(--text)');
  expect(svg).not.toContain(seriesColours.light[0]);
});

test('twenty-four series are told apart without their names', () => {
  const looks = Array.from({ length: 24 }, (_, place) => JSON.stringify(lookOf(paper, place)));
  expect(new Set(looks).size).toBe(24);
});

test('a key wraps where the drawing ends', () => {
  const series = Array.from({ length: 12 }, (_, place) => ({ label: `implementation-${place}`, place }));
  expect(keyOf(series, 900, paper).height).toBeLessThan(keyOf(series, 350, paper).height);
  expect(keyOf(series.slice(0, 1), 350, paper).height).toBe(keyOf(series.slice(0, 2), 900, paper).height);
});

test('bars are as long as their values, and a level goes across each', async () => {
  const bars = [
    { label: 'one', place: 0, value: 10, text: '10 B' },
    { label: 'two', place: 1, value: 5, text: '5 B' },
  ];
  const svg = await svgOf(barsSpec({ bars, level: { value: 8, label: 'rows' } }, { ink: paper, size: sizes.file }));
  const long = [...svg.matchAll(/d="M0,\d+h([\d.]+)v12/g)].map(([, width]) => Number(width));
  expect(long).toHaveLength(2);
  expect((long[0] ?? 0) / (long[1] ?? 1)).toBeCloseTo(2, 2);
  for (const text of ['>one<', '>5 B<', '>rows<']) expect(svg).toContain(text);
});

test('a PNG has its letters without any font of the machine, and is the same every time', async () => {
  const square = (words: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text x="2" y="15" font-family="${paper.font}">${words}</text></svg>`;
  const [empty, recall, again] = await Promise.all(['', '0.95 µs', '0.95 µs'].map(words => pngOf(square(words))));
  expect([...(recall ?? []).slice(1, 4)].map(code => String.fromCharCode(code)).join('')).toBe('PNG');
  // Twice as wide and as high as its drawing.
  const view = new DataView((recall as Uint8Array).buffer, (recall as Uint8Array).byteOffset);
  expect([view.getUint32(16), view.getUint32(20)]).toEqual([120, 40]);
  expect(recall).toEqual(again);
  expect(recall?.byteLength).toBeGreaterThan((empty?.byteLength ?? 0) + 200);
});
