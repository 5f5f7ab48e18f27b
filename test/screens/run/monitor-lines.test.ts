/** What the monitor says of points whose passes are not over. */
import { describe, expect, test } from 'vitest';
import { type Line, line, lineWidth } from '../../../screens/app/text.ts';
import { headLines, middleLines, phaseLine } from '../../../screens/run/monitor-lines.ts';
import { trainState } from '../../support/training.ts';
import { points, running, start } from '../support/states.ts';

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

describe('the head', () => {
  test.each([58, 78])('of a run that is over has nothing cut at %i columns', columns => {
    const [first = []] = headLines(trainState('train-4kq2', { judged: true }), start, columns).map(line);
    expect(text([first])).not.toContain('…');
    expect(text([first])).toMatch(columns > 60 ? / in .* · enter shows the result$/ : / in \w+ \w+$/);
  });

  test.each(Array.from({ length: 40 }, (_, n) => 30 + n))('at %i columns has phases whole, the newest at least', columns => {
    const phases = ['data', 'inventory', 'prepare', 'train'].map((name, n) => ({
      name,
      startedAt: start + n * 1000,
      ...(n < 3 && { seconds: 100 + n }),
    }));
    const shown = phaseLine(phases, start + 165_000, true, columns);
    expect(lineWidth(shown)).toBeLessThanOrEqual(columns);
    expect(text([shown])).toMatch(/▸ train 2m 42s$/);
  });
});
