/** The self-test's screen: free here, asked about at Modal, and never started by Enter alone there. */
import { afterEach, expect, test } from 'vitest';
import { line, plainText } from '../../../screens/app/text.ts';
import { selftestCost } from '../../../screens/doctor/selftest-lines.ts';
import { cleanup, openApp } from '../support/open-app.tsx';
import { createFakeServices, signedIn } from '../support/services.ts';

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

test('Modal: what it costs by now stands at the top right while it runs', async () => {
  const plan = await createFakeServices().setup.selftestPlan();
  const at = (seconds: number): string => {
    const cost = selftestCost({ plan, work: { state: 'working', since: 1000 }, now: 1000 + seconds * 1000 });
    return cost === undefined ? '' : plainText([line(cost)]);
  };
  expect(selftestCost({ plan: undefined, work: { state: 'idle' }, now: 0 })).toBeUndefined();
  // The one that leads costs 0.0951 an hour all along; the others cost the rest of 0.0084 within the usual 240 seconds.
  expect(at(120)).toBe('≈ $0.0042 of at most $0.0683');
  expect(at(240)).toBe('≈ $0.0084 of at most $0.0683');
  expect(at(600)).toBe('≈ $0.0179 of at most $0.0683');
  expect(at(86_400)).toBe('≈ $0.0683 of at most $0.0683');
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
  await app.showed('esc stops it');
  // What it costs by now, and the most that it may.
  await app.showed(' of at most $0.0683');
  await app.waitFor("$0.0031 by the job's own account");
  // What cannot be done while it runs is not offered then.
  expect(app.frames.findLast(frame => frame.includes('esc stops it'))).not.toContain('enter start');
  expect(app.frame()).toContain('$0.0031 of at most $0.0683');
  expect(app.services.calls).toContain('selftest modal');
});
