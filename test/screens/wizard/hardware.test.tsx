/** The hardware screen over the real price list: what is asked of a container is in its price. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createServices } from '../../../src/services/create-services.ts';
import { cleanup, openApp } from '../support/open-app.tsx';
import { createFakeServices, type FakeOptions, signedIn } from '../support/services.ts';
import { cloudSpec, finished } from '../support/states.ts';

let home: string;
const before = process.env.ANN_TUI_HOME;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-hardware-'));
  process.env.ANN_TUI_HOME = home;
});
afterEach(() => {
  cleanup();
  if (before === undefined) delete process.env.ANN_TUI_HOME;
  else process.env.ANN_TUI_HOME = before;
  rmSync(home, { recursive: true, force: true });
});

const openHardware = async (target: 'local' | 'modal', fake: FakeOptions = {}) => {
  const { prices } = createServices().plans;
  const services = createFakeServices({ modal: signedIn, ...fake });
  const app = openApp({ columns: 120, rows: 40, services: { ...services, plans: { ...services.plans, prices } } });
  await app.waitFor('Benchmark an ANN');
  await app.press('b');
  await app.waitFor('2 chosen');
  await app.press('enter');
  await app.waitFor('Where shall it run?');
  if (target === 'modal') {
    await app.press('j');
    await app.waitFor('✓ acme/main');
  }
  // A run here skips the prices unless they are asked for.
  await app.press(target === 'modal' ? 'enter' : 'p');
  await app.waitFor(target === 'modal' ? 'On which container?' : 'What would it cost there?');
  await app.waitFor(/32 cores · 32 GiB.* 1\.77 /);
  return app;
};

describe('on Modal', () => {
  test('a region, broad or narrow, and containers that may not be interrupted', async () => {
    const app = await openHardware('modal');
    await app.press('r');
    await app.waitFor(/in us,.*[\s\S]*32 cores · 32 GiB.* 2\.65 /);
    await app.press('r', 'r', 'r');
    await app.waitFor(/in us-west,.*[\s\S]*32 cores · 32 GiB.* 3\.10 /);
    await app.press('p');
    await app.waitFor(/in us-west · not preemptible,.*[\s\S]*32 cores · 32 GiB.* 9\.29 /);
    await app.press('r', 'r', 'r');
    await app.waitFor(/ not preemptible, as listed[\s\S]*32 cores · 32 GiB.* 5\.31 /);
    await app.press('p');
    await app.waitFor(/32 cores · 32 GiB.* 1\.77 /);
  });

  test('no GPU is offered to what uses none', async () => {
    const app = await openHardware('modal');
    expect(app.frame()).toMatch(/No GPU is\s+offered/);
    expect(app.frame()).not.toMatch(/A100|H100|VRAM/);
    await app.press('/', 'a100', 'enter');
    await app.waitFor('! None has “a100”');
    await app.press('esc');
    await app.waitFor('32 cores · 32 GiB');
  });
});

describe('on this machine: what it would cost there', () => {
  test('every GPU, whole, and what its name does not say', async () => {
    const app = await openHardware('local');
    await app.press('/', 'a100');
    await app.waitFor(/A100-80GB · 24 cores · 96 GiB +80 +312 +4\.40 /);
    await app.press('enter', 'g');
    await app.waitFor(/▸ +A100-40GB/);
    expect(app.frame()).toContain('may turn out to have 80 GB where A100 is asked for');
    await app.press('/', 'ctrl-u', 'h100', 'enter', 'g');
    await app.waitFor(/▸ +H100 · 24 cores · 96 GiB +80 +989 +5\.85 /);
    expect(app.frame().replace(/\s+/g, ' ')).toContain('may turn out to be an H200, at this price; --gpu H100! keeps it an H100');
  });

  test('a region and the rest are for Modal: said', async () => {
    const app = await openHardware('local');
    await app.press('r');
    await app.waitFor('A region is asked for on Modal only');
    await app.press('p');
    await app.waitFor('Only containers on Modal are ever interrupted');
  });
});

describe('what queries cost', () => {
  const onModal = { ...finished('bench-aaaaaa'), spec: cloudSpec() };

  test.each([
    [60, false],
    [80, true],
    [120, true],
  ])('a shape on which it was measured says so, with the run and its age; %i columns', async (columns, hasColumn) => {
    const app = await openHardware('local', { runs: [onModal] });
    // It is reckoned after the prices are there.
    await app.waitFor('(bench-aaaaaa, ');
    app.resize(columns, 24);
    await vi.waitFor(() => expect(app.frame().split('\n')).toHaveLength(24), 60_000);
    const frame = app.frame();
    expect(frame.replace(/\s+/g, ' ')).toMatch(
      /1M queries @ 0\.95: \$0\.0207 with hnsw, 23,\d{3} QPS on 1 thread, 48\.\dM queries\/\$ \(bench-aaaaaa, .*\)\./,
    );
    expect(/1M queries @ 0\.95(?!:)/.test(frame)).toBe(hasColumn);
    expect(/32 cores · 32 GiB.* 1\.77 .* \$0\.0207/.test(frame)).toBe(hasColumn);
  });

  test('a run of this machine, and one of another question, have no price there', async () => {
    const others = [finished('bench-bbbbbb'), { ...onModal, spec: { ...onModal.spec, k: 5 } }];
    const app = await openHardware('local', { runs: others });
    expect(app.frame()).not.toContain('1M queries');
  });
});
