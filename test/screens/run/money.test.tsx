/** What screens say of money: the budget and how it is raised, what it costs in the end, apps of ours that nobody looks after, costs. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Orphan } from '../../../src/orphans/orphan.ts';
import { cleanup, openApp } from '../support/open-app.tsx';
import { createFakeServices, funded, signedIn } from '../support/services.ts';
import { finished, onFour, running } from '../support/states.ts';

afterEach(cleanup);

const orphan = (change: Partial<Orphan> = {}): Orphan => ({
  app: 'ap-orphanorphanstrang',
  name: 'ann-tui-bench-zzzzzz-1',
  run: 'bench-zzzzzz',
  kind: 'unknown',
  place: { profile: null, environment: null },
  since: Date.now() - 3_600_000,
  billedSince: [Date.now() - 3_600_000, Date.now() - 1_800_000],
  waiting: 0,
  rates: [0.0317, 1.7654],
  ...change,
});

const openMonitor = (change: object = {}, columns = 80) => {
  const state = { ...onFour('bench-aaaaaa', 4, Date.now() - 100_000), ...change };
  return openApp({ services: createFakeServices({ runs: [state], modal: signedIn }), run: 'bench-aaaaaa', columns, rows: 24 });
};

describe('a run that is paid for', () => {
  test.each([60, 80, 120])('at %i columns: so far, of which budget, and in the end', async columns => {
    const app = openMonitor({}, columns);
    await app.waitFor('4 of 9 points');
    await app.waitFor(/\$0\.\d+ of \$2\.00/);
    await app.waitFor(/\$\d\.\d+–\$\d\.\d+ in the end/);
    await app.waitFor(/ends in \d/);
    if (columns >= 80) await app.waitFor(/→ \$\d\.\d\d ± \d\.\d\d/);
  });

  test.each([
    [0.1, '50 %|5\\d %'],
    [0.065, '8\\d %'],
    [0.0555, '9\\d %'],
  ])('a budget of $%s is warned of', async (budget, share) => {
    const app = openMonitor({ budget });
    await app.waitFor(new RegExp(`! (${share}) of the budget is spent, it lasts .*b raises it`));
  });

  test('b raises the budget: what it changes stands there; nothing on Enter alone, nothing less than before', async () => {
    const app = openMonitor();
    await app.waitFor('4 of 9 points');
    await app.press('b');
    await app.waitFor('the new whole, not an addition');
    expect(app.frame()).toMatch(/The budget is \$2\.00, and \$0\.\d+ of it is spent/);
    await app.press('enter');
    await app.waitFor('QPS');
    await app.press('b', '1', '.', '5', 'enter');
    await app.waitFor('can only be raised');
    await app.press('b', 'x', 'enter');
    await app.waitFor('amount of dollars');
    expect(app.services.calls).toEqual([]);
    await app.press('b', '5', 'enter');
    await app.waitFor(/of \$5\.00/);
    expect(app.services.calls).toEqual(['budget bench-aaaaaa 5']);
  });

  test('what is assumed is named, and the figure has its mark', async () => {
    const app = openMonitor({ planeClock: undefined });
    await app.waitFor("≈: this machine's clock stands in for Modal's");
    expect(app.frame()).toMatch(/≈ \$0\.\d+ of \$2\.00/);
  });

  test('long silence while it is billed is pointed out, in the monitor and at home', async () => {
    const at = Date.now() - 2_000_000;
    const quiet = { ...onFour('bench-aaaaaa', 4, at), planeClock: { plane: at + 1_900_000, uptime: Date.now() - 100_000, boot: '-' } };
    const app = openApp({ services: createFakeServices({ runs: [quiet], modal: signedIn }), run: 'bench-aaaaaa', columns: 80, rows: 24 });
    await app.waitFor(/nothing was heard of it for 3\dm/);
    await app.press('esc');
    await app.waitFor('Running');
    await app.waitFor(/nothing was heard of it for 3\dm/);
  });

  test('a run of this machine has no budget to raise', async () => {
    const app = openApp({ services: createFakeServices({ runs: [running('bench-bbbbbb', 3, Date.now() - 5000)] }), run: 'bench-bbbbbb' });
    await app.waitFor('3 of 9 points');
    await app.press('b');
    await app.waitFor('nothing is billed, so it has no budget');
  });
});

describe('apps of ours that nobody looks after', () => {
  const withOrphans = (all: readonly Orphan[], columns = 80) =>
    openApp({ services: createFakeServices({ orphans: all, modal: signedIn, runs: [finished('bench-bbbbbb')] }), columns, rows: 24 });

  test.each([60, 80, 120])('at %i columns they stand at home with what they cost, and are stopped after a question', async columns => {
    const app = withOrphans([orphan()], columns);
    await app.waitFor('At Modal, on its own');
    await app.waitFor(/bench-zzzzzz-1.*\$1\.80\/h · ≈ \$\d/);
    await app.waitFor(columns < 72 ? '1 unknown · ' : '1 unknown · $1.80/h');
    await app.press('g', 'x');
    await app.waitFor('Stop ann-tui-bench-zzzzzz-1?');
    expect(app.frame()).toContain('another machine');
    await app.press('enter');
    await app.waitFor('At Modal, on its own');
    expect(app.services.calls).toEqual([]);
    await app.press('x', 'y');
    await app.waitFor('is stopped');
    await app.waitFor(/^(?![\s\S]*At Modal, on its own)/);
    expect(app.services.calls).toEqual(['stopOrphan ap-orphanorphanstrang']);
  });

  test.each([60, 80])('at %i columns they stay in sight wherever the cursor is, however many runs there were', async columns => {
    const runs = [
      running('bench-cccccc', 3, Date.now() - 5000),
      ...Array.from({ length: 30 }, (_, n) => finished(`bench-${String(n).padStart(6, 'b')}`)),
    ];
    const services = createFakeServices({ orphans: [orphan()], modal: signedIn, runs });
    const app = openApp({ services, columns, rows: 24 });
    for (const key of ['g', 'G']) {
      await app.waitFor('At Modal, on its own');
      await app.press(key);
      await app.waitFor(/▸/);
      expect(app.frame()).toMatch(/Running[\s\S]*sweep 3\/9[\s\S]*At Modal, on its own[\s\S]*bench-zzzzzz-1/);
    }
    expect(app.frame()).toMatch(/▸ d {2}Doctor/);
  });

  test('one that was launched elsewhere is taken up', async () => {
    const app = withOrphans([orphan()]);
    await app.waitFor('At Modal, on its own');
    await app.press('g', 'a');
    await app.waitFor('2 of 9 points');
    expect(app.services.calls).toEqual(['adoptOrphan ap-orphanorphanstrang']);
  });

  test.each([
    ['over', { kind: 'over' }, 'there is nothing to follow'],
    ['a sync', { kind: 'sync', name: 'ann-tui-sync-abc-1' }, 'ends by itself'],
  ] as const)('%s cannot be taken up', async (_, change, words) => {
    const app = withOrphans([orphan(change)]);
    await app.waitFor('At Modal, on its own');
    await app.press('g', 'a');
    await app.waitFor(words);
  });

  test('nothing waits for the answer, and no answer is no trouble', async () => {
    const app = openApp({ services: createFakeServices({ orphans: () => Promise.reject(new Error('no network')) }) });
    await app.waitFor('Benchmark an ANN');
    await app.press('x');
    await app.waitFor('Select what stands under');
    await app.waitFor(/ /);
    expect(app.frame()).not.toContain('no network');
  });
});

describe('costs', () => {
  const paid = () => {
    const state = onFour('bench-aaaaaa', 4, Date.now() - 100_000);
    const { progress, progressOf, ...over } = state;
    const containers = state.containers?.map(container => ({ ...container, finishedAt: container.finishedAt ?? Date.now() }));
    return { ...over, ...(containers && { containers }), status: 'ended', outcome: 'done', endedAt: Date.now() } as typeof state;
  };

  test.each([60, 80, 120])('at %i columns: by day, run, app and hardware; the month against the budget of the workspace', async columns => {
    const modal = { ...signedIn, environments: [funded({ budget: 100, usage: 17.66 })] };
    const app = openApp({
      services: createFakeServices({ runs: [paid()], modal: { ...modal, state: 'ready' } as typeof signedIn }),
      columns,
      rows: 24,
    });
    await app.waitFor('Recent');
    await app.press('$');
    await app.waitFor(/Costs {2}by day/);
    await app.waitFor(/20\d\d-\d\d-\d\d +\$0\.\d+/);
    await app.press('space');
    await app.waitFor(/bench-aaaaaa +\$0\.\d+/);
    await app.press('space');
    await app.waitFor(/ann-tui-bench-aaaaaa-1 +\$0\.\d+/);
    await app.press('space');
    await app.waitFor(/cpu-32 +\$0\.\d+/);
    await app.press('m');
    await app.waitFor('all months');
    expect(app.frame()).toContain('--reconcile');
  });

  test('without a run on Modal that is said', async () => {
    const app = openApp({ services: createFakeServices({ runs: [finished('bench-bbbbbb')] }) });
    await app.waitFor('Recent');
    await app.press('$');
    await app.waitFor('Nothing was billed in');
  });
});
