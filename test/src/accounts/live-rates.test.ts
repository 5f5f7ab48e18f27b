/** Rates of one's own workspace: asked for by who is signed in, kept for a day, and never in the way. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentPrices, hasFreshRates, keepRates, toRates } from '../../../src/accounts/live-rates.ts';
import { loadPrices } from '../../../src/config/prices.ts';
import { containerPrice } from '../../../src/prices/container-price.ts';
import { packageRoot, paths } from '../../../src/util/paths.ts';
import { givenHome } from '../../support/home.ts';
import { clientEnv, preparedClient } from '../../support/modal-env.ts';
import { linkPython, type StandIn, startStandIn } from '../../support/stand-in.ts';
import { program } from '../cli/program.ts';

let standIn: StandIn;
beforeAll(async () => {
  await preparedClient();
  standIn = await startStandIn();
});
afterAll(() => standIn.close());
const home = givenHome();
const now = Date.parse('2026-11-20T12:00:00Z');
const live = {
  cpu_hour_cost: 0.05,
  mem_gib_hour_cost: 0.01,
  gpu_hour_cost_a100_80gb: 3,
  gpu_hour_cost_x900: 9,
  volume_storage_gib_month_cost: 0.09,
};

test('in our names; what Modal does not say stays as listed, what it has newly is there', async () => {
  const { value } = await loadPrices();
  const rates = toRates(live, { workspace: 'acme', at: now }, value);
  expect(rates).toMatchObject({ date: '2026-11-20', source: 'modal billing rates of acme', core: 0.05, gib: 0.01, regionBroad: 1.5 });
  expect(rates?.gpu).toMatchObject({ 'A100-80GB': 3, X900: 9, T4: 0.59 });
  expect(toRates({ cpu_hour_cost: 0.05 }, { workspace: 'acme', at: now }, value)).toBeUndefined();
  expect(toRates({ ...live, cpu_hour_cost: 0 }, { workspace: 'acme', at: now }, value)).toBeUndefined();
});

test('kept for a day; then, and with a clock set back, the list counts again', async () => {
  keepRates('acme', live, now);
  expect(await currentPrices(now + 1000)).toMatchObject({ live: true, shownAs: 'your workspace acme', value: { core: 0.05 } });
  expect(await currentPrices(now + 86_500_000)).toMatchObject({ live: false, value: { core: 0.0473 } });
  expect(await currentPrices(now - 1000)).toMatchObject({ live: false });
});

test('a damaged file is none; a price list of one’s own comes first', async () => {
  mkdirSync(paths().data, { recursive: true });
  writeFileSync(path.join(paths().data, 'rates.json'), '{"v":1,"at":1');
  expect((await currentPrices(now)).live).toBe(false);
  keepRates('acme', live, now);
  mkdirSync(paths().config, { recursive: true });
  const listed = readFileSync(path.join(packageRoot, 'configs/prices.yaml'), 'utf8');
  writeFileSync(path.join(paths().config, 'prices.yaml'), listed.replace('core: 0.0473', 'core: 0.1'));
  expect(await currentPrices(now)).toMatchObject({ live: false, own: true, value: { core: 0.1 } });
});

test('asked for by who is signed in, with source and date; the same to the cent as the list of facts', async () => {
  const variables = clientEnv({ ...standIn.env });
  variables.set();
  linkPython(home());
  try {
    const said = await program(['prices'], { env: process.env as Record<string, string> });
    const today = new Date().toISOString().slice(0, 10);
    expect(said.stdout).toContain(`Prices of ${today} from your workspace acme, before credits.`);
    expect(hasFreshRates()).toBe(true);
    const [{ value: there }, { value: listed }] = [await currentPrices(), await loadPrices()];
    for (const gpu of Object.keys(listed.gpu)) expect(there.gpu[gpu]).toBeCloseTo(listed.gpu[gpu] ?? 0, 6);
    expect(containerPrice(there, { gpu: null, cores: 32, memoryGiB: 32 }).total.toFixed(2)).toBe('1.77');
    expect(containerPrice(there, { gpu: 'A100-80GB', cores: 24, memoryGiB: 96 }).total.toFixed(2)).toBe('4.40');
  } finally {
    variables.restore();
  }
});

test('who is not signed in waits for nobody', async () => {
  const variables = clientEnv({ MODAL_CONFIG_PATH: path.join(home(), 'none.toml'), MODAL_SERVER_URL: 'http://127.0.0.1:1' });
  variables.set();
  try {
    const before = performance.now();
    const said = await program(['prices', '--gpu', 'h100,a100-80gb'], { env: process.env as Record<string, string> });
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(said.stdout).toContain('H100 or A100-80GB · 24 cores · 96 GiB: $5.85/h');
    expect(said.stdout).toContain('the price of the dearest, H100');
    expect(said.stdout).toContain('prices of 2026-09-29, configs/prices.yaml');
  } finally {
    variables.restore();
  }
});
