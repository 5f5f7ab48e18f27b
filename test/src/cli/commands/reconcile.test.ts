/** `cost --reconcile` with the real client: runs of a small app, and the stand-in's own bill of them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun, openRun, removeRun } from '../../../../src/runs/store.ts';
import { type Cloud, modalSpec, openCloud } from '../../targets/modal/support/bench.ts';
import { program } from '../program.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(async () => {
  await cloud?.close();
});

const month = new Date().toISOString().slice(0, 7);

/** A run that is over; what a container of the small app costs is what the spec says, or not. */
const ranRun = async (changes: Parameters<typeof modalSpec>[0] = {}): Promise<string> => {
  const run = createRun(modalSpec(changes));
  await cloud.supervise(run, { events: 2, pace: 0.2 }).gone;
  expect(openRun(run).refresh()).toMatchObject({ outcome: 'done' });
  return run;
};

/** Dollars an hour of the small app's one container, by the stand-in's bill. */
const smallRate = async (): Promise<number> => {
  const { rows } = (await cloud.standIn.admin('bill')) as { rows: readonly { since: number; until: number; cost: string }[] };
  const [row] = rows;
  if (row === undefined) throw new Error('the stand-in billed nothing');
  return (Number(row.cost) / (row.until - row.since)) * 3600;
};

test('meter and bill side by side; a difference is told with what explains it, an app of nobody too', async () => {
  const cloudPlan = modalSpec().cloud;
  if (cloudPlan === undefined) throw new Error('no cloud');
  const at = (dollarsPerHour: number) => ({ cloud: { ...cloudPlan, coordinator: { ...cloudPlan.coordinator, dollarsPerHour } } });
  // So far off that it is no rounding, however short the run was.
  const dear = await ranRun(at(50));
  const right = await ranRun(at(await smallRate()));
  const gone = await ranRun();
  removeRun(gone);

  const { code, records } = await program(['cost', '--reconcile', '--json']);
  expect(code).toBe(0);
  const row = (run: string) => records.find(({ app }) => String(app).includes(run));
  expect(row(right)).toMatchObject({ verdict: 'same', why: '' });
  expect(row(dear)).toMatchObject({ verdict: 'differs' });
  expect(row(dear)?.why).not.toBe('');
  expect(row(gone)).toMatchObject({ verdict: 'not-ours', meter: 0 });
  expect(records.at(-1)).toMatchObject({ type: 'reconciliation' });

  const { stdout } = await program(['cost', '--reconcile', '--month', month]);
  expect(stdout).toMatch(/the same/);
  expect(stdout).toMatch(/no journal on this machine knows it/);
});

test('the month: our own runs, and the whole workspace against its budget; nobody is asked with --local', async () => {
  await cloud.standIn.admin('environments/acme/main', { cycle_budget_dollars: 40 });
  const { stdout } = await program(['cost'], { env: cloud.standIn.env });
  expect(stdout).toMatch(/by our own meter, before credits/);
  expect(stdout).toMatch(/The whole workspace by Modal's count: \S+ of \$40\.00 \(\d+ %\)/);
  expect((await program(['cost', '--local'])).stdout).not.toMatch(/The whole workspace/);
});

test('a plan without a report: that is said, with what there is instead', async () => {
  await cloud.standIn.admin('workspaces/acme', { plan: 'starter' });
  try {
    const { code, stderr } = await program(['cost', '--reconcile']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/no bill to compare with/);
    expect(stderr).toMatch(/Team and Enterprise/);
    expect(stderr).toMatch(/our own meter/);
  } finally {
    await cloud.standIn.admin('workspaces/acme', { plan: 'team' });
  }
});
