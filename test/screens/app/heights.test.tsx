/** Lists use the height they have: none counts hidden rows above rows that are empty. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { CheckResult } from '../../../src/setup/check-result.ts';
import { cleanup, openApp } from '../support/open-app.tsx';
import { createFakeServices } from '../support/services.ts';

afterEach(cleanup);

const sizes = [
  [60, 20],
  [60, 24],
  [80, 24],
  [80, 30],
  [120, 40],
] as const;

type App = ReturnType<typeof openApp>;

/** What stands between the last row of the list and the two lines at the bottom, and whether rows are hidden. */
const looked = (app: App) => {
  const lines = app.frame().split('\n');
  const body = lines.slice(2, -2);
  return { hidden: body.some(line => /[↑↓ ] \d+–\d+ of \d+/.test(line)), empty: body.filter(line => line.trim() === '').length, body };
};

const resized = async (app: App, columns: number, rows: number) => {
  app.resize(columns, rows);
  await vi.waitFor(() => expect(app.frame().split('\n')).toHaveLength(rows), 120_000);
};

const checks: readonly CheckResult[] = Array.from({ length: 17 }, (_, n) => ({
  name: `Check number ${n}`,
  verdict: n === 15 ? 'warn' : 'ok',
  found: n === 15 ? 'no answer from Modal within 4 s; what follows a run tries again by itself' : `all ${n} are as they should be`,
  ...(n === 15 ? { fix: 'check the network and HTTPS_PROXY' } : {}),
}));

describe.each(sizes)('at %i×%i', (columns, rows) => {
  test('doctor', async () => {
    const services = createFakeServices();
    const app = openApp({ services: { ...services, setup: { ...services.setup, doctor: async () => checks } } });
    await app.waitFor('Benchmark an ANN');
    await resized(app, columns, rows);
    await app.press('d');
    await app.waitFor('Nothing is missing');
    for (const at of ['g', 'G', 'k']) {
      await app.press(at);
      const { hidden, empty, body } = looked(app);
      // One below the summary and one above what is said of the selected check.
      if (hidden) expect(empty, app.frame()).toBeLessThanOrEqual(2);
      else expect(body.filter(line => line.includes('Check number'))).toHaveLength(checks.length);
      // What is found can be read beside every check.
      for (const line of body.filter(row => /Check number (?!15)/.test(row))) expect(line).toMatch(/all \d+ are as they should be/);
    }
  });

  test('hardware and datasets', async () => {
    const app = openApp({ services: createFakeServices() });
    await app.waitFor('Benchmark an ANN');
    await resized(app, columns, rows);
    await app.press('b');
    await app.waitFor('2 chosen');
    await app.press('enter');
    await app.waitFor('Where shall it run?');
    await app.press('p');
    await app.waitFor('32 cores');
    for (const at of ['G', 'g']) {
      await app.press(at);
      const { hidden, empty } = looked(app);
      if (hidden) expect(empty, app.frame()).toBeLessThanOrEqual(2);
    }
    await app.press('enter');
    await app.waitFor('On which data?');
    await app.waitFor('quick');
    const { hidden, empty } = looked(app);
    if (hidden) expect(empty, app.frame()).toBeLessThanOrEqual(2);
  });
});
