/** What the monitor says of points whose passes are not over. */
import { expect, test } from 'vitest';
import { type Line, line } from '../../../screens/app/text.ts';
import { headLines, middleLines } from '../../../screens/run/monitor-lines.ts';
import { points, running } from '../support/states.ts';

const text = (lines: readonly Line[]): string => lines.map(spans => spans.map(span => span.text).join('')).join('\n');

const provisional = points.slice(0, 3).map(point => ({ ...point, provisional: true as const }));
const state = { ...running('bench-aaaaaa', 0), results: { points: [], provisional } };

test('first passes are drawn and listed before any point is there, and counted apart', () => {
  const now = state.createdAt + 5000;
  const middle = text(middleLines(state, undefined, 'both', now, 100, 16));
  expect(middle).toMatch(/… naive .*1\.0000 +1,042/);
  expect(middle).toMatch(/… hnsw .*0\.8123 +48,210/);
  expect(middle).not.toContain('The plot begins');
  // No curve joins what is not sure.
  expect(middle).not.toMatch(/[\u2801-\u28ff]/);
  expect(text(headLines(state, now, 100).map(line))).toContain('0 of 9 points, 3 begun');
});
