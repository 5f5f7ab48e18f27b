import { afterEach, describe, expect, test } from 'vitest';
import type { BenchRun } from '../../../src/workloads/bench/run.ts';
import { cleanup, openApp } from '../support/open-app.tsx';
import { createFakeServices } from '../support/services.ts';
import { failed, finished, running, stoppedOnModal } from '../support/states.ts';

afterEach(cleanup);

const now = Date.now();
const three = () =>
  createFakeServices({
    runs: [running('bench-aaaaaa', 4, now - 9000), finished('bench-bbbbbb', now - 7_300_000), failed('bench-cccccc', now - 90_000_000)],
  });

describe('home', () => {
  test('at 80 columns says whole what each start is about', async () => {
    const app = openApp({ services: createFakeServices({ runs: [] }), rows: 30 });
    const text = await app.waitFor('Train the seizure detector');
    expect(text.slice(text.indexOf('Start'))).not.toContain('…');
    expect(text).toContain('synthetic EEG; free here');
  });

  test('stands on a run at work, and opens it', async () => {
    const app = openApp({ services: three() });
    await app.waitFor('Running');
    expect(app.frame()).toContain('1 running');
    await app.press('enter');
    await app.waitFor('runs › bench-aaaaaa');
    expect(app.frame()).toContain('4 of 9 points');
  });
});

describe('all runs', () => {
  const openRuns = async () => {
    const app = openApp({ services: three(), columns: 120 });
    await app.waitFor('Running');
    await app.press('r');
    await app.waitFor('bench-cccccc');
    return app;
  };

  test('are filtered by what they say', async () => {
    const app = await openRuns();
    await app.press('/', 'failed', 'enter');
    await app.waitFor('1 of 1 with “failed”, 3 in all');
    expect(app.frame()).not.toContain('bench-bbbbbb');
    await app.press('enter');
    await app.waitFor('✗ The implementation hnsw crashed');
  });

  test.each(['stopped', 'failed'] as const)(
    'at 80 columns the footer offers to go on with one that %s, and to compare it',
    async outcome => {
      const run = { ...finished('bench-eeeeee', now - 60_000), outcome };
      const app = openApp({ services: createFakeServices({ runs: [run] }) });
      await app.waitFor('Recent');
      await app.press('r');
      await app.waitFor('Runs  1 of 1');
      expect(app.frame().split('\n').at(-1)).toMatch(/R resume {3}c compare/);
    },
  );

  test('stand as they were left, once one comes back from a run', async () => {
    const app = await openRuns();
    await app.press('s', 'G');
    await app.waitFor('Runs  3 of 3');
    const before = app.frame();
    await app.press('enter');
    await app.waitFor(/runs › bench-/);
    await app.press('esc');
    await app.waitFor('Runs  3 of 3');
    expect(app.frame()).toContain('oldest first');
    const selected = /▸.*bench-\w+/;
    expect(selected.exec(app.frame())?.[0]).toBe(selected.exec(before)?.[0]);
  });

  test('stop asks first, and Enter is no', async () => {
    const app = await openRuns();
    await app.press('x');
    await app.waitFor('Stop bench-aaaaaa?');
    expect(app.frame()).toContain('finished points are kept');
    await app.press('enter');
    await app.waitFor('bench-cccccc');
    expect(app.services.calls).toEqual([]);
    await app.press('x');
    await app.waitFor('Stop bench-aaaaaa?');
    await app.press('s');
    await app.waitFor('was asked to stop');
    expect(app.services.calls).toEqual(['stop bench-aaaaaa']);
  });

  test('a run at work cannot be removed, and says why', async () => {
    const app = await openRuns();
    await app.press('D');
    await app.waitFor('Stop it first');
  });

  test('remove asks first', async () => {
    const app = await openRuns();
    await app.press('G', 'D');
    await app.waitFor('Delete bench-cccccc and its files?');
    await app.press('y');
    await app.waitFor('✓ bench-cccccc was deleted');
    expect(app.services.calls).toEqual(['remove bench-cccccc']);
    await app.waitFor(/^(?![\s\S]*yesterday)/);
  });

  test('a failed run is gone on with', async () => {
    const app = await openRuns();
    await app.press('G', 'R');
    await app.waitFor('goes on');
    expect(app.services.calls).toEqual(['resume bench-cccccc']);
  });

  test('to go on with one on Modal asks once, with what is left of its budget; Enter is no', async () => {
    const app = openApp({ services: createFakeServices({ runs: [stoppedOnModal('bench-dddddd', 2, now - 90_000_000)] }), columns: 120 });
    await app.waitFor(/bench-dddddd|R|runs/);
    await app.press('r');
    await app.waitFor('bench-dddddd');
    for (const no of ['enter', 'esc', 'n']) {
      await app.press('R');
      await app.waitFor('Go on with bench-dddddd on Modal? This costs money.');
      expect(app.frame()).toContain('at most $1.12: what is left of $2.00');
      await app.press(no);
      await app.waitFor(/^(?![\s\S]*This costs money)/);
    }
    expect(app.services.calls).toEqual([]);
    await app.press('R');
    await app.waitFor('This costs money');
    await app.press('y');
    await app.waitFor('goes on');
    expect(app.services.calls).toEqual(['resume bench-dddddd']);
  });

  test('a done run has nothing to go on with', async () => {
    const app = await openRuns();
    await app.press('j', 'R');
    await app.waitFor('It is complete');
  });
});

describe('marked runs', () => {
  const many = (count: number) =>
    createFakeServices({
      runs: Array.from({ length: count }, (_, n) => finished(`bench-${String(n).padStart(6, '0')}`, now - (n + 1) * 3_600_000)),
    });
  const marking = async (services: ReturnType<typeof many>, rows = 24) => {
    const app = openApp({ services, columns: 100, rows });
    await app.waitFor('Recent');
    await app.press('r');
    await app.waitFor(/Runs {2}1 of/);
    await app.press('space', 'space', 'j', 'space');
    await app.waitFor('3 marked');
    return app;
  };

  test('are what D deletes, not the run under the cursor; each is named with its size and its result', async () => {
    const app = await marking(many(6));
    await app.press('G');
    await app.waitFor('▸ [ ] ✓  bench-000005');
    await app.press('D');
    await app.waitFor('Delete 3 runs and their files?');
    for (const run of ['bench-000000', 'bench-000001', 'bench-000003'])
      await app.waitFor(new RegExp(`${run} +900 kB {2}hnsw 33,870 QPS @ 0.9044, 9 of 9 points`));
    expect(app.frame()).not.toContain('bench-000005');
    await app.press('y');
    await app.waitFor('3 runs were deleted.');
    expect(app.services.calls).toEqual(['remove bench-000000', 'remove bench-000001', 'remove bench-000003']);
    expect(app.frame()).not.toContain('marked');
  });

  test('without a mark it is the one under the cursor', async () => {
    const app = await marking(many(6));
    await app.press('g', 'space', 'space', 'j', 'space');
    await app.waitFor(/Runs {2}5 of 6 {3}/);
    await app.press('D');
    await app.waitFor('Delete bench-000004 and its files?');
    await app.press('y');
    await app.waitFor('bench-000004 was deleted.');
    expect(app.services.calls).toEqual(['remove bench-000004']);
  });

  test('hidden by a filter they are still meant, and still named', async () => {
    const app = await marking(many(6));
    await app.press('/', '000005', 'enter');
    await app.waitFor('1 of 1 with');
    await app.press('D');
    await app.waitFor('Delete 3 runs');
    expect(app.frame()).toContain('bench-000003');
    expect(app.frame()).not.toContain('bench-000005 ');
  });

  test('more than fit are named all the same', async () => {
    const app = await marking(many(20), 18);
    await app.press('g');
    for (let n = 0; n < 20; n++) await app.press(n < 2 || n === 3 ? 'j' : 'space');
    await app.waitFor('20 marked');
    await app.press('D');
    await app.waitFor('Delete 20 runs');
    for (let n = 0; n < 20; n++) expect(app.frame()).toContain(`bench-${String(n).padStart(6, '0')}`);
    expect(app.frame()).toContain('Leave everything as it is');
  });

  test('are what x stops and R goes on with; what that cannot be done to is left out or said', async () => {
    const services = createFakeServices({
      runs: [
        running('bench-aaaaaa', 4, now - 9000),
        running('bench-bbbbbb', 2, now - 8000),
        failed('bench-cccccc', now - 90_000_000),
        failed('bench-dddddd', now - 91_000_000),
      ],
    });
    const app = openApp({ services, columns: 100 });
    await app.waitFor('Running');
    await app.press('r');
    await app.waitFor('1 of 4');
    await app.press('space', 'space', 'space', 'space');
    await app.waitFor('4 marked');
    await app.press('D');
    await app.waitFor('bench-aaaaaa, bench-bbbbbb are at work: stop first, x.');
    await app.press('R');
    await app.waitFor('2 runs go on.');
    expect(services.calls).toEqual(['resume bench-cccccc', 'resume bench-dddddd']);
    await app.press('x');
    await app.waitFor(/Stop \d runs\?/);
    expect(app.frame()).toMatch(/bench-aaaaaa[\s\S]*bench-bbbbbb/);
    await app.press('s');
    await app.waitFor('were asked to stop');
    expect(services.calls).toContain('stop bench-aaaaaa');
    expect(services.calls).toContain('stop bench-bbbbbb');
  });

  test('a run without a point is marked too, and compare says that it is left out', async () => {
    const services = createFakeServices({
      runs: [
        finished('bench-aaaaaa', now - 9000),
        finished('bench-bbbbbb', now - 90_000),
        { ...failed('bench-cccccc', now - 900_000), results: { points: [] } },
      ],
    });
    const app = openApp({ services, columns: 100 });
    await app.waitFor('Recent');
    await app.press('r');
    await app.waitFor('1 of 3');
    await app.press('space', 'space', 'space', 'c');
    await app.waitFor('Without a point, so not compared: bench-cccccc.');
    expect(app.frame()).toContain('compare');
  });
});

describe('the list of runs', () => {
  const differing = createFakeServices({
    runs: ['bench-aaaaaa', 'bench-bbbbbb', 'bench-cccccc', 'bench-dddddd'].map((run, n) => {
      const state = finished(run, now - (n + 1) * 3_600_000);
      return {
        ...state,
        results: { points: state.results.points.map(point => ({ ...point, qps: point.qps * (n + 1) })) },
        spec: { ...state.spec, k: n === 1 ? 100 : 10, threads: n === 2 ? 2 : 1, subset: n === 3 ? 5000 : null },
      };
    }),
  });

  test.each([60, 80, 100, 140])('at %i columns has headings, and what tells runs apart', async columns => {
    const app = openApp({ services: differing, columns });
    await app.waitFor('Recent');
    await app.press('r');
    await app.waitFor('Runs  1 of 4');
    const lines = app.frame().split('\n');
    const row = (n: number) => lines.find(text => text.includes(`${((n + 1) * 33_870).toLocaleString('en')}`)) ?? '';
    expect(app.frame()).toMatch(/what .*best, or how/);
    expect(row(1)).toMatch(/k ?100/);
    expect(row(2)).toMatch(/t2|2 thr/);
    expect(row(3)).toMatch(/5,000/);
    // What all have in common says nothing.
    expect(app.frame()).not.toMatch(/best of \d/);
  });

  test('is sorted by s', async () => {
    const app = openApp({ services: differing, columns: 100 });
    await app.waitFor('Recent');
    await app.press('r');
    await app.waitFor('newest first');
    const order = () => app.frame().match(/bench-\w{6}/g);
    expect(order()).toEqual(['bench-aaaaaa', 'bench-bbbbbb', 'bench-cccccc', 'bench-dddddd']);
    await app.press('s', 's');
    await app.waitFor('by QPS');
    expect(order()).toEqual(['bench-dddddd', 'bench-cccccc', 'bench-bbbbbb', 'bench-aaaaaa']);
  });

  test('says where one is in it', async () => {
    const app = openApp({
      services: createFakeServices({
        runs: Array.from({ length: 200 }, (_, n) => finished(`bench-${String(n).padStart(6, '0')}`, now - n * 60_000)),
      }),
    });
    await app.waitFor('Recent');
    await app.press('r');
    await app.waitFor('Runs  1 of 200');
    await app.press('j', 'j');
    await app.waitFor('Runs  3 of 200');
    expect(app.frame()).toContain('1–16 of 200');
  });
});

describe('a run', () => {
  test('is opened at once by its name, and p changes what is seen of its points', async () => {
    const app = openApp({ services: three(), run: 'bench-aaaaaa' });
    await app.waitFor('4 of 9 points');
    expect(app.frame()).toContain('● hnsw');
    await app.press('p', 'p');
    await app.waitFor('efSearch=40');
    expect(app.frame()).toContain('0.9587');
  });

  test('shows its log full screen, and searches in it', async () => {
    const services = three();
    services.log.add(...Array.from({ length: 100 }, (_, n) => `row ${n}`));
    const app = openApp({ services, run: 'bench-aaaaaa' });
    await app.waitFor('row 99');
    await app.press('l');
    await app.waitFor('› log');
    await app.waitFor('row 81');
    await app.press('/', 'row 42', 'enter');
    await app.waitFor('▸ row 42');
    expect(app.frame()).toContain('scrolled');
    await app.press('G');
    await app.waitFor('row 99');
    await app.press('esc');
    await app.waitFor('4 of 9 points');
  });

  test('whose file does not compile: the first error is read whole at 60 columns, and e opens that file at its line', async () => {
    const error = "mine.cpp:41:17: error: no matching function for call to 'mine::nearest(const float*&, int, std::vector<int>&)' here";
    const from = '/home/you/mine.cpp';
    const state = finished('bench-eeeeee', now - 9000);
    const mine = { name: 'mine', build: {}, search: [{}], source: { file: 'mine.cpp', sha256: '0', from } };
    const edited: BenchRun = { ...state, spec: { ...state.spec, implementations: [mine] } };
    const services = createFakeServices({ editor: 'vim', runs: [edited] });
    services.log.add(...Array.from({ length: 30 }, (_, n) => `row ${n}`), error, ...Array.from({ length: 90 }, (_, n) => `more ${n}`));
    const app = openApp({ services, run: 'bench-eeeeee', columns: 60, rows: 20 });
    await app.waitFor('more 89');
    await app.press('l', '!');
    await app.waitFor('▸✗mine.cpp:41');
    const plain = app
      .frame()
      .replace(/\x1b\[[\d;]*m/g, '')
      .split('\n');
    const at = plain.findIndex(text => text.includes('▸✗'));
    const bare = (text: string) => text.replace(/\s/g, '');
    expect(bare(plain.slice(at, at + 3).join(''))).toContain(`▸✗${bare(error)}`);
    await app.press('w');
    await app.waitFor(/▸✗mine.cpp:41.*…/);
    await app.press('right', 'right', 'right', 'right');
    await app.waitFor("&)' here");
    expect(app.frame()).toContain('from column 65');
    await app.press('e');
    await app.waitFor('/home/you/mine.cpp, line 41');
    expect(services.calls).toContain(`edit ${from}:41`);
  });

  test('without an editor e says how to name one; a line that names no file of one’s own is shown in the log', async () => {
    const services = three();
    services.log.add('one', 'two', 'ValueError: three');
    const app = openApp({ services, run: 'bench-bbbbbb' });
    await app.waitFor('ValueError');
    await app.press('e');
    await app.waitFor('Neither VISUAL nor EDITOR is set');
    cleanup();
    const withOne = createFakeServices({ editor: 'nano', runs: [finished('bench-bbbbbb')] });
    withOne.log.add('one', 'two', 'ValueError: three');
    const other = openApp({ services: withOne, run: 'bench-bbbbbb' });
    await other.waitFor('ValueError');
    await other.press('e');
    await other.waitFor('line 3');
    expect(withOne.calls).toEqual([`edit ${withOne.log.file}:3`]);
  });

  test('that failed says what, why, what was kept, what to press', async () => {
    const app = openApp({ services: three(), run: 'bench-cccccc' });
    await app.waitFor('✗ The implementation hnsw crashed');
    expect(app.frame()).toMatch(/why +signal 11/);
    expect(app.frame()).toMatch(/kept +3 points of 9/);
    expect(app.frame()).toMatch(/next +l shows the log/);
  });

  test('every point stands in the result, with four digits of recall', async () => {
    const app = openApp({ services: three(), run: 'bench-bbbbbb' });
    await app.waitFor('enter shows the result');
    await app.press('enter');
    await app.waitFor('at recall');
    await app.press('p', 'p');
    await app.waitFor('index MB');
    for (const recall of ['0.8123', '0.9044', '0.9994', '1.0000']) expect(app.frame()).toContain(recall);
  });
});

describe('runs that cannot be read', () => {
  const broken = (...names: readonly string[]) =>
    names.map(run => ({ run, why: 'its journal has lines of version 99, of a later ann-tui', changedAt: now - 9000 }));
  const opened = async (services: ReturnType<typeof createFakeServices>, columns = 100) => {
    const app = openApp({ services, columns });
    await app.waitFor('cannot be read');
    await app.press('r');
    await app.waitFor('Runs  1 of');
    return app;
  };

  test('are named on home, one with its reason, more by their number', async () => {
    const one = openApp({ services: createFakeServices({ runs: [finished('bench-aaaaaa', now)], unreadable: broken('bench-eeeeee') }) });
    await one.waitFor('! bench-eeeeee cannot be read: its journal has lines of version 99');
    cleanup();
    const two = openApp({ services: createFakeServices({ unreadable: broken('bench-eeeeee', 'bench-ffffff') }) });
    await two.waitFor('! 2 runs cannot be read; r lists them');
    expect(two.frame()).not.toContain('Nothing was run yet');
  });

  test('are reached by the cursor, and D asks with name, size and why; Enter is no', async () => {
    const services = createFakeServices({ runs: [finished('bench-aaaaaa', now)], unreadable: broken('bench-eeeeee') });
    const app = await opened(services);
    expect(app.frame()).toContain('! 1 cannot be read (G)');
    await app.press('G');
    await app.waitFor('▸ !  bench-eeeeee  cannot be read: its journal');
    expect(app.frame()).toContain('2 of 2');
    await app.press('D');
    await app.waitFor('Delete bench-eeeeee and its files?');
    await app.waitFor(/bench-eeeeee +1.2 kB {2}cannot be read: its journal has lines of version 99/);
    expect(app.frame()).toContain('cannot be undone');
    expect(app.frame()).not.toContain('bench-aaaaaa');
    await app.press('enter');
    await app.waitFor('2 of 2');
    expect(services.calls).toEqual([]);
    await app.press('D');
    await app.waitFor('Delete bench-eeeeee');
    await app.press('y');
    await app.waitFor('bench-eeeeee was deleted.');
    expect(services.calls).toEqual(['remove bench-eeeeee']);
    await app.waitFor('1 of 1');
  });

  test.each(['enter', 'x', 'R', 'c'])('%s says why nothing else can be done', async key => {
    const services = createFakeServices({ runs: [finished('bench-aaaaaa', now)], unreadable: broken('bench-eeeeee') });
    const app = await opened(services);
    await app.press('G', key);
    await app.waitFor('bench-eeeeee cannot be read: D deletes it.');
    expect(services.calls).toEqual([]);
  });

  test('are marked beside others, and deleted with them', async () => {
    const services = createFakeServices({
      runs: [finished('bench-aaaaaa', now), finished('bench-bbbbbb', now - 60_000)],
      unreadable: broken('bench-eeeeee', 'bench-ffffff'),
    });
    const app = await opened(services);
    await app.press('space', 'G', 'space', 'D');
    await app.waitFor('Delete 2 runs and their files?');
    await app.waitFor(/bench-aaaaaa +900 kB[\s\S]*bench-ffffff +1.2 kB {2}cannot be read/);
    await app.press('y');
    await app.waitFor('2 runs were deleted.');
    expect(services.calls).toEqual(['remove bench-aaaaaa', 'remove bench-ffffff']);
  });

  test('stand in the list also where there is no other run, and are found by a filter', async () => {
    const app = await opened(createFakeServices({ unreadable: broken('bench-eeeeee', 'bench-ffffff') }), 60);
    await app.waitFor('▸ !  bench-eeeeee');
    await app.press('/', 'ffff', 'enter');
    await app.waitFor('1 of 1 with “ffff”, 2 in all');
    expect(app.frame()).toContain('▸ !  bench-ffffff');
  });
});

describe('a recall that an older version counted', () => {
  const older = (run: string) => {
    const state = finished(run, now - 60_000);
    return { ...state, results: { points: state.results.points.map(({ recall_tolerant: _, ...rest }) => rest) } };
  };
  const strict = (run: string) => {
    const state = finished(run, now - 30_000);
    return { ...state, results: { points: state.results.points.map(point => ({ ...point, recall_tolerant: point.recall })) } };
  };

  test.each([80, 100, 140])('is labelled on home and in the list, %i columns wide, the strict one is not', async columns => {
    const app = openApp({ services: createFakeServices({ runs: [strict('bench-aaaaaa'), older('bench-bbbbbb')] }), columns });
    await app.waitFor('@ 0.9044 tolerant');
    expect(app.frame().match(/@ 0\.9044/g)).toHaveLength(2);
    expect(app.frame().match(/tolerant/g)).toHaveLength(1);
    await app.press('r');
    await app.waitFor('1 of 2');
    expect(app.frame()).toMatch(/bench-bbbbbb.*@ 0\.9044 tolerant/);
    expect(app.frame()).not.toMatch(/bench-aaaaaa.*tolerant/);
    await app.press('G', 'D');
    await app.waitFor('@ 0.9044 tolerant');
  });
});
