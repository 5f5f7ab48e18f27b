/** The self-test's screen: free here, asked about at Modal, and never started by Enter alone there. */
import { afterEach, expect, test } from 'vitest';
import { cleanup, openApp } from './support/open-app.tsx';
import { createFakeServices, signedIn } from './support/services.ts';

afterEach(cleanup);

const atDoctor = async (options: Parameters<typeof createFakeServices>[0] = {}) => {
  const app = openApp({ services: createFakeServices(options) });
  await app.waitFor('Benchmark an ANN');
  await app.press('d');
  await app.waitFor('missing');
  return app;
};

test('this machine: lines fill in, and at the end what is not as assumed comes first, with what is', async () => {
  const app = await atDoctor();
  await app.press('t');
  await app.waitFor('costs nothing');
  await app.press('enter');
  await app.waitFor('The report: /home/ada/selftest.txt');
  expect(app.services.calls).toContain('selftest local');
  const lines = app.frame().split('\n');
  const at = (words: string): number => lines.findIndex(line => line.includes(words));
  expect(at('✗ check 2')).toBeLessThan(at('! check 1'));
  expect(at('! check 1')).toBeLessThan(at('✓ check 0'));
  expect(lines[at('✗ check 2') + 1]).toContain('assumed: it is so');
  expect(lines[at('✓ check 0') + 1]).not.toContain('assumed');
});

test('Modal: without a sign-in it says so', async () => {
  const app = await atDoctor();
  await app.press('s');
  await app.waitFor("Modal's client is not installed");
  await app.press('enter');
  expect(app.services.calls.filter(call => call.startsWith('selftest'))).toEqual([]);
});

test('Modal: the price on top, a question whose Enter says no, and the cost at the end', async () => {
  const app = await atDoctor({ modal: signedIn });
  await app.press('s');
  await app.waitFor('about $0.0084, at most $0.0683');
  await app.press('enter');
  await app.waitFor('This costs money');
  await app.press('enter');
  await app.waitFor('enter asks once more');
  expect(app.services.calls.filter(call => call.startsWith('selftest'))).toEqual([]);
  await app.press('enter');
  await app.waitFor('This costs money');
  await app.press('y');
  await app.waitFor("$0.0031 by the job's own account");
  expect(app.services.calls).toContain('selftest modal');
});
