/** Doctor's screen: what Enter does about each kind of trouble. */
import { afterEach, expect, test } from 'vitest';
import type { CheckResult } from '../../../src/setup/check-result.ts';
import { cleanup, openApp } from '../support/open-app.tsx';
import { createFakeServices, type FakeServices, obstacles } from '../support/services.ts';

afterEach(cleanup);

const withDoctor = (services: FakeServices, doctor: () => Promise<readonly CheckResult[]>): FakeServices => ({
  ...services,
  setup: { ...services.setup, doctor },
});

const open = async (check: CheckResult) => {
  const services = withDoctor(createFakeServices({ modal: obstacles.auth }), async () => [check]);
  const app = openApp({ services });
  await app.waitFor('Benchmark an ANN');
  await app.press('d');
  await app.waitFor(check.name);
  await app.press('enter');
  return app;
};

test('while checks run nothing is offered that they must tell first', async () => {
  let answer: (found: readonly CheckResult[]) => void = () => {};
  const services = withDoctor(
    createFakeServices(),
    () =>
      new Promise(resolve => {
        answer = resolve;
      }),
  );
  const app = openApp({ services });
  await app.waitFor('Benchmark an ANN');
  await app.press('d');
  await app.waitFor('Checking this machine');
  expect(app.frame()).not.toMatch(/enter mend|check again/);
  await app.press('enter');
  await app.waitFor('Still checking.');
  answer([
    { name: 'Node', verdict: 'ok', found: '20.20.2' },
    { name: 'Set-up', verdict: 'warn', found: 'old', fix: 'ann-tui setup' },
  ]);
  await app.waitFor(/enter mend .*r check again/);
  // What is as it should be has nothing to mend.
  await app.press('k');
  await app.waitFor(/▸ +Node/);
  expect(app.frame()).not.toContain('enter mend');
});

const trouble = (name: string, fix: string): CheckResult => ({ name, verdict: 'warn', found: 'something', fix });

test('what needs nobody is mended on the spot', async () => {
  const app = await open(trouble('Modal datasets', 'ann-tui volumes create ann-datasets --volume-version 1'));
  await app.waitFor('Made the volume ann-datasets.');
  expect(app.services.calls).toContain('mend Modal datasets');
});

test('a client or a sign-in that is missing has a screen', async () => {
  for (const check of [trouble('Modal client', 'ann-tui setup'), trouble('Modal sign-in', 'ann-tui auth')]) {
    const app = await open(check);
    await app.waitFor('what it may spend');
    cleanup();
  }
});

test('set-up has one too; what is for a shell is said', async () => {
  const app = await open(trouble('Set-up', 'ann-tui setup'));
  await app.waitFor(/set-up/i);
  cleanup();
  const other = await open(trouble('C++ compiler', 'sudo apt install g++'));
  await other.waitFor('Type in a shell: sudo apt install g++');
});
