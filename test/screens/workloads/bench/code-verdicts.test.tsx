/** A file of a person's own that did not come through: ✗, and the compiler's first error whole, at every width. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Verdict } from '../../../../src/workloads/bench/code-verdicts.ts';
import type { BenchRun } from '../../../../src/workloads/bench/run.ts';
import { cleanup, openApp } from '../../support/open-app.tsx';
import { createFakeServices } from '../../support/services.ts';
import { finished } from '../../support/states.ts';

afterEach(cleanup);

const why =
  "mine.cpp:52:10: no matching function for call to 'push_heap(std::vector<std::pair<float, int> >::iterator, std::vector<std::pair<float, int> >&)'; candidate expects 3 arguments";

const verdict = { impl: 'mine', verdict: 'compile-error', what: 'It does not compile', why, dataset: 'quick' };
const done = finished('bench-aaaaaa');
const failedWith = (verdicts: readonly Verdict[]): BenchRun => ({ ...done, results: { ...done.results, verdicts } });
const failed = failedWith([verdict]);

const open = (state: BenchRun, columns: number, rows: number) =>
  openApp({ services: createFakeServices({ runs: [state] }), columns, rows, run: state.run });

/** The screen as one text, so that words can be found across the ends of its rows. */
const flat = (frame: string): string => frame.replaceAll(/\s+/g, ' ');

describe.each([
  [60, 20],
  [60, 24],
  [80, 24],
  [120, 40],
])('at %i×%i', (columns, rows) => {
  test('monitor and result show all of it', async () => {
    const app = open(failed, columns, rows);
    await app.waitFor('✗ mine: compile-error');
    expect(flat(app.frame())).toContain(why);
    expect(app.frame()).toMatch(/✗ done, mine failed/);
    await app.press('enter');
    await app.waitFor('at recall');
    expect(flat(app.frame())).toContain(why);
    expect(app.frame().split('\n').slice(1).join('\n')).toMatch(/^ ✗ /m);
    expect(app.frame()).not.toMatch(/^ [!✓] hnsw/m);
  });
});

test('of an endless one what is left off is said, and the log is named', async () => {
  const app = open(failedWith([{ ...verdict, why: why.repeat(9) }]), 60, 24);
  await app.waitFor('✗ mine: compile-error');
  await vi.waitFor(() => expect(app.frame()).toMatch(/ …\s/), 60_000);
  expect(app.frame()).toMatch(/l log/);
});

test('several are counted, the others named', async () => {
  const more = { impl: 'other', verdict: 'crashed', what: 'It crashed', why: 'a segmentation fault', dataset: 'quick' };
  const app = open(failedWith([verdict, more]), 80, 24);
  await app.waitFor('done, 2 failed');
  expect(flat(app.frame())).toContain('and other: crashed');
});
