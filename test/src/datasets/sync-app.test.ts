import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadPrices } from '../../../src/config/prices.ts';
import { createRate } from '../../../src/datasets/rate.ts';
import { storageBill, storagePrice } from '../../../src/prices/storage.ts';
import { packageRoot } from '../../../src/util/paths.ts';

const apps = path.join(packageRoot, 'modal', 'apps');
const sourceOf = (file: string): string => readFileSync(path.join(apps, file), 'utf8');

test('a sync, a self-test and a run have one image: none waits for a second one to be built', () => {
  expect(sourceOf('image.py')).toMatch(/pip_install/);
  for (const app of ['benchmark.py', 'sync.py', 'selftest.py']) {
    expect(sourceOf(app)).toMatch(
      /^(?:app = declare\.app\(launch, image\((?:"annbench"|package, environment=environment or None)\)\)|fleet = Fleet\("[\w.:]+", "annbench"\))$/m,
    );
    expect(sourceOf(app)).not.toMatch(/modal\.Image/);
  }
});

test('speed and time left come from the last seconds, and from nothing before there are any', () => {
  let at = 0;
  const rate = createRate(() => at);
  expect(rate.look(0, 100)).toEqual({ bytesPerSecond: undefined, etaSeconds: undefined });
  at = 500;
  expect(rate.look(10, 90).bytesPerSecond).toBeUndefined();
  at = 2000;
  expect(rate.look(40, 60)).toEqual({ bytesPerSecond: 20, etaSeconds: 3 });
  // Half a minute later it has become slow: what was fast before no longer counts.
  for (let second = 3; second <= 40; second++) {
    at = second * 1000;
    rate.look(40 + second - 2, 60);
  }
  expect(rate.look(78, 22)).toEqual({ bytesPerSecond: 1, etaSeconds: 22 });
  // A part begins anew.
  expect(rate.look(70, 30).bytesPerSecond).toBeUndefined();
});

test('a TiB is free, beyond it every GiB and month is paid', async () => {
  const tib = 2 ** 40;
  const rates = (await loadPrices()).value.storage;
  expect(rates).toEqual({ gibMonth: 0.09, freeGiB: 1024 });
  expect(storageBill(tib, rates)).toBe(0);
  expect(storageBill(tib + 2 ** 30, rates)).toBeCloseTo(0.09, 10);
  expect(storagePrice(100 * 2 ** 30, rates)).toBeCloseTo(9, 10);
});
