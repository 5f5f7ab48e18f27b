/** The key of a benchmark's report, on its result. */
import { afterEach, expect, test } from 'vitest';
import { UserError } from '../../../../src/errors/errors.ts';
import type { RunState } from '../../../../src/runs/state.ts';
import { cleanup, openApp } from '../../support/open-app.tsx';
import { createFakeServices } from '../../support/services.ts';
import { created, finished } from '../../support/states.ts';

afterEach(cleanup);

const open = async (state: RunState, services = createFakeServices({ runs: [state] })) => {
  const app = openApp({ services });
  await app.waitFor('Recent');
  await app.press('r');
  await app.waitFor(/Runs {2}1 of 1/);
  await app.press('enter');
  await app.waitFor(/› result/);
  return app;
};

test('r writes it and says where', async () => {
  const app = await open(finished('bench-aaaaaa'));
  expect(app.frame()).toContain('r report (HTML)');
  await app.press('r');
  await app.waitFor('./bench-aaaaaa.html: 85.6 kB, 4 plots, also in ./bench-aaaaaa-plots');
});

test('what keeps it from being written is told with its reason and what to do', async () => {
  const state = finished('bench-aaaaaa');
  const services = createFakeServices({ runs: [state] });
  const report = async () =>
    Promise.reject(
      new UserError({ what: 'The report could not be written', why: 'no room', hint: 'ann-tui report bench-aaaaaa --to /tmp' }),
    );
  const app = await open(state, { ...services, workloads: { ...services.workloads, bench: { ...services.workloads.bench, report } } });
  await app.press('r');
  await app.waitFor('The report could not be written: no room');
});

test('without a point there is none', async () => {
  const state = { ...created('bench-aaaaaa'), status: 'ended', outcome: 'failed', exitCode: 1 } as const;
  const app = openApp({ services: createFakeServices({ runs: [state] }) });
  await app.waitFor('Recent');
  await app.press('r', 'enter');
  await app.waitFor('enter result');
  await app.press('enter');
  await app.waitFor(/› result/);
  expect(app.frame()).not.toContain('r report');
  await app.press('r');
  await app.waitFor('No point was measured yet.');
});
