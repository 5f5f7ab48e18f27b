/** GPUs are measured at Modal with the real client: each in a container of its own, ranked, and what was measured is what is told from then on. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { givenHome, givenTorchStandIn } from './given.ts';
import { containersOf, eventsOf } from './training-there.ts';

const standIn = givenTorchStandIn();
const home = givenHome(standIn);

type Row = { readonly [name: string]: unknown };

const last = (stdout: string): Row => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

const config = `model: { name: tiny, options: { filters: 2, electrode_features: 2, width: 4, tcn_blocks: 1 } }
prepare: { rate: 64, band: { low: 0.5, high: 20 } }
windows: { seconds: 5, batch: 2 }
training: { steps: 5000, threads: 1 }
`;

test('each GPU is one container, a minute of steps, and a row of the table; forecasts know them from then on', async () => {
  home().write('small.yaml', config);
  const words = ['train', '--config', path.join(home().folder, 'small.yaml'), '--measure'];
  const refused = await home().run([...words, '--target', 'modal', '--gpu', 'L4,T4']);
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('without a terminal to ask in it needs --yes')]);

  const done = await home().run([...words, '--target', 'modal', '--gpu', 'L4,T4', '--budget', '5', '--yes', '--json']);
  expect([done.exitCode, done.stderr]).toEqual([0, '']);
  const result = last(done.stdout) as Row & { readonly measured: readonly Row[] };
  expect(result).toMatchObject({ type: 'result', outcome: 'done', seconds: 60, ranked: expect.arrayContaining(['T4', 'L4']) });
  const measured = { device: 'cpu', windows_per_s: expect.any(Number), training_dollars: expect.any(Number), why: null };
  expect(result.measured).toEqual([
    expect.objectContaining({ gpu: 'L4', hardware: 'l4', ...measured }),
    expect.objectContaining({ gpu: 'T4', hardware: 't4', ...measured }),
  ]);
  expect(result.measured.every(({ seconds }) => Number(seconds) >= 60)).toBe(true);

  const [run = ''] = home().runs();
  expect(eventsOf(home(), run, 'measured').map(({ container }) => container)).toEqual(expect.arrayContaining(['w1', 'w2']));
  const there = (await containersOf(standIn())).filter(one => one.function.startsWith('work'));
  expect(there.map(({ gpu }) => gpu).toSorted()).toEqual(['L4', 'T4']);
  const listed = await home().run(['runs']);
  expect(listed.stdout).toMatch(new RegExp(`${run}.* 2/2 `));
  const shown = await home().run(['results', run]);
  expect(shown.stdout).toMatch(/windows\/s +windows a dollar[\s\S]*T4 +\$0\.91\/h/);

  const forecast = last((await home().run([...words, '--dry-run', '--json'])).stdout) as Row & { readonly rows: readonly Row[] };
  const rows = new Map(forecast.rows.map(row => [row.hardware, row]));
  for (const { hardware, windows_per_s } of result.measured)
    expect(rows.get(hardware as string)).toMatchObject({ measured: true, windows_per_s });
  expect(rows.get('h100')).toMatchObject({ measured: false });
});
