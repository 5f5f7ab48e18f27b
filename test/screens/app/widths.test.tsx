import stringWidth from 'string-width';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cleanup, openApp } from '../support/open-app.tsx';
import { someRuns, ways } from '../support/ways.ts';

afterEach(cleanup);

/** The last crumb, where it is not the screen's own name. */
const innermost: Readonly<Record<string, RegExp>> = {
  home: /^ ann-tui {2,}/,
  help: /^ ann-tui {2,}/,
  quit: /^ ann-tui {2,}/,
  'sign-in': / Modal /,
  setup: / set-up /,
  selftest: / self-test /,
  monitor: / bench-aaaaaa /,
  'compare-with': / compare with /,
  secret: / wandb-secret /,
  train: / what /,
  model: / your own model /,
  evaluate: / what /,
  prepare: / what /,
};

/** No two of them have the same height one after the other: the next frame is known by it. */
const sizes = [
  [50, 12],
  [60, 24],
  [120, 40],
  [80, 24],
] as const;

describe.each(Object.keys(ways) as (keyof typeof ways)[])('%s', name => {
  test('no line is wider than the window, none is lost below, and the way to help is there', async () => {
    const app = openApp({ services: someRuns(), columns: 80, rows: 24 });
    await app.waitFor('Running');
    // Walked where there is room to see the way, then looked at where it is asked for.
    app.resize(120, 40);
    for (const [keys, shows] of ways[name]) {
      await app.press(...keys);
      await app.waitFor(shows);
    }
    for (const [columns, rows] of sizes) {
      const size = `${columns}×${rows}`;
      app.resize(columns, rows);
      await vi.waitFor(() => expect(app.frame().split('\n'), size).toHaveLength(rows), 120_000);
      const lines = app.frame().split('\n');
      expect(Math.max(...lines.map(line => stringWidth(line))), size).toBeLessThanOrEqual(columns);
      // Outer crumbs may give way; where you are stands there whole.
      expect(lines[0], size).toMatch(innermost[name] ?? new RegExp(` ${name}(?: |$)`));
      if (name !== 'help' && name !== 'quit') expect(lines.at(-1), size).toMatch(/\? more/);
      else expect(lines.at(-1)?.trim(), size).not.toBe('');
    }
  });

  test('without Unicode every character is ASCII', async () => {
    const app = openApp({ services: someRuns(), unicode: false, columns: 120, rows: 40 });
    await app.waitFor('Running');
    for (const [keys, shows] of ways[name]) {
      await app.press(...keys);
      // What is waited for is written with Unicode's own marks; a moment does as well here.
      if (typeof shows === 'string' && /^[\x20-\x7e]+$/.test(shows)) await app.waitFor(shows);
      else await new Promise(resolve => setTimeout(resolve, 60));
    }
    expect(app.frame().replace(/\x1b\[[\d;]*m/g, '')).toMatch(/^[\x20-\x7e\n]*$/);
  });
});

test('a terminal that is too small says so, and draws again when there is room', async () => {
  const app = openApp({ services: someRuns() });
  await app.waitFor('Running');
  await app.press('b');
  await app.waitFor('2 chosen');
  await app.press('space');
  await app.waitFor('1 chosen');
  app.resize(30, 8);
  await app.waitFor('Terminal too small');
  expect(
    Math.max(
      ...app
        .frame()
        .split('\n')
        .map(line => stringWidth(line)),
    ),
  ).toBeLessThanOrEqual(30);
  app.resize(80, 24);
  await app.waitFor('1 chosen');
});

test('the first frame waits for nothing', () => {
  const answers: Readonly<Record<PropertyKey, unknown>> = { machine: () => someRuns().host.machine(), watchAll: () => () => {} };
  const service = new Proxy({}, { get: (_, name) => answers[name] ?? (() => new Promise(() => {})) });
  const never = new Proxy(someRuns(), { get: (target, name) => (name === 'version' ? Reflect.get(target, name) : service) });
  const app = openApp({ services: never });
  expect(app.frames[0]).toContain('Benchmark an ANN implementation');
});
