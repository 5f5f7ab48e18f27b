/** Measuring GPUs from the price table of a training: the price first, then a table of what each came to. */
import { afterEach, describe, expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../../screens/app/text.ts';
import { measuredLines } from '../../../../screens/workloads/measure/table.ts';
import { measureSpec, measureState, three } from '../../../support/measure.ts';
import { cleanup, openApp } from '../../support/open-app.tsx';
import { createFakeServices, signedIn } from '../../support/services.ts';

afterEach(cleanup);

const wanted: readonly (readonly [number, readonly string[]])[] = [
  [58, ['GPU', 'windows/s', 'windows a $', 'training', 'cost']],
  [78, ['GPU', 'container', 'windows/s', 'windows a $', 'training', 'cost']],
  [118, ['GPU', 'container', 'windows/s', 'windows a $', 'memory', '$ per 1,000 steps', 'training', 'cost']],
];

test.each(wanted)('the table in %d columns', async (columns, titles) => {
  const lines = measuredLines(await three(), columns, 20);
  expect(lines.every(line => lineWidth(line) <= columns)).toBe(true);
  const [head = '', ...rows] = lines.map(line => plainText([line]));
  expect(head.trim().split(/ {2,}/)).toEqual(titles);
  expect(rows[0]).toMatch(/^L40S ★ .*1,404 .*≈ \$/);
  expect(rows[1]).toMatch(/^T4 .*204 /);
  expect(rows[2]).toMatch(/^H100 .*failed/);
  expect(rows.join(' ').replace(/\s+/g, ' ')).toContain('! H100: No machine was free: no machine with H100 for 10 min');
});

test('while it goes on: what waits, and what is told so far', async () => {
  const spec = await measureSpec({ gpus: ['T4', 'L4'] });
  const run = measureState(spec, [{ part: 'w2', type: 'metric', seed: 0, step: 3, values: { windows_per_s: 88 } }], { status: 'running' });
  const text = plainText(measuredLines(run, 78, 12));
  expect(text).toMatch(/T4 .*waits/);
  expect(text).toMatch(/L4 .*so far 88/);
});

const toTable = async (services: ReturnType<typeof createFakeServices>, size: object = {}) => {
  const app = openApp({ services, columns: 100, rows: 40, ...size });
  await app.waitFor('Train the seizure detector');
  await app.press('t');
  await app.waitFor('trains on a laptop');
  await app.press('enter');
  await app.waitFor('Where shall it run?');
  await app.press('p');
  await app.waitFor(/m measures 6 of them first, a minute each, for ≈ \$0\.\d+/);
  return app;
};

describe('from the price table', () => {
  test('m shows which and for how much; Enter asks, and only a yes starts it', async () => {
    const services = createFakeServices({ modal: signedIn });
    const app = await toTable(services);
    await app.press('m');
    await app.waitFor('Which GPUs shall be measured?');
    const page = await app.waitFor(/All 6: ≈ \$0\.\d+, perhaps/);
    expect(page).toMatch(/✓ +T4 .*\$0\.81\/h/);
    expect(page.replace(/\s+/g, ' ')).toContain('no more than the budget of $0.5000');
    await app.press('enter');
    await app.waitFor('Start it on Modal? This costs money.');
    await app.press('enter');
    await app.waitFor('Which GPUs shall be measured?');
    expect(services.calls.join('\n')).not.toContain('launch');
    await app.press('enter');
    await app.waitFor('Start it on Modal? This costs money.');
    await app.press('y');
    await app.waitFor('› bench-0001');
    expect(services.calls.join('\n')).toContain('launch measure');
  });

  test('space takes one or leaves it, b sets what it may cost; back, and the training is as it was', async () => {
    const app = await toTable(createFakeServices({ modal: signedIn }));
    await app.press('m');
    await app.waitFor(/All 6: /);
    await app.press('space');
    // The first row, T4, is left out; this short list has two of the others.
    await app.waitFor(/All 2: /);
    await app.press('b', 'ctrl-u', '0.1', 'enter');
    await app.waitFor('would be gone before');
    await app.press('b', 'ctrl-u', '2', 'enter');
    await app.waitFor('the budget of $2.00');
    await app.press('esc');
    await app.waitFor(/m measures 6 of them first/);
    await app.press('enter');
    await app.waitFor('▸ synthetic-seizures');
  });

  test('nobody is signed in: that is said, and nothing can be started', async () => {
    const app = await toTable(createFakeServices());
    await app.press('m');
    await app.waitFor("Modal's client is not installed");
    await app.press('enter');
    expect(app.frame()).not.toContain('This costs money');
  });
});

test('home does not begin it', async () => {
  const app = openApp();
  await app.waitFor('Train the seizure detector');
  expect(app.frame()).not.toMatch(/gpu/i);
});

test('its result, and in the list of runs', async () => {
  const run = await three();
  const app = openApp({ services: createFakeServices({ runs: [run] }), columns: 118, rows: 30, run: run.run });
  await app.waitFor(/L40S ★/);
  expect(app.frame()).toContain('speed of tiny on 3 GPUs');
});
