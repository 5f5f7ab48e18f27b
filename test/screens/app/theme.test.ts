import { expect, test } from 'vitest';
import { seriesStyles } from '../../../screens/workloads/bench/series-styles.ts';

const glyphs = (...impls: readonly string[]) => Object.fromEntries(seriesStyles(impls).map(({ glyph }, n) => [impls[n], glyph]));

test('an implementation keeps its mark and colour, in whatever order and beside whom it stands', () => {
  const built = glyphs('hnsw', 'naive');
  for (const impls of [['naive', 'hnsw'], ['mine', 'naive', 'hnsw'], ['hnsw', 'mine', 'naive'], ['naive']])
    expect(glyphs(...impls)).toMatchObject(Object.fromEntries(Object.entries(built).filter(([name]) => impls.includes(name))));
  expect(glyphs('mine', 'hnsw')).toEqual(glyphs('hnsw', 'mine'));
  expect(glyphs('mine', 'hnsw').mine).toBe(glyphs('mine', 'naive').mine);
  expect(glyphs('b', 'a', 'hnsw')).toEqual(glyphs('hnsw', 'a', 'b'));
});

test('no two series share one, also where two show the same implementation', () => {
  const styles = seriesStyles(['hnsw', 'hnsw', 'naive', 'mine', 'naive']);
  expect(new Set(styles.map(({ glyph }) => glyph)).size).toBe(5);
  expect(new Set(styles.map(({ role }) => role)).size).toBe(5);
});
