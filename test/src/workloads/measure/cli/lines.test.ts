/** What a measurement says of itself: as it comes, at its end, and as a record. */
import { expect, test } from 'vitest';
import { measureLines } from '../../../../../src/workloads/measure/cli/lines.ts';
import { measureSpec, measureState, speed, three } from '../../../../support/measure.ts';

test('a line for each GPU as it is measured', async () => {
  const spec = await measureSpec({ gpus: ['T4', 'L4'] });
  const [one, both] = [[speed('w2', 410, 'NVIDIA L4')], [speed('w2', 410, 'NVIDIA L4'), speed('w1', 200, 'Tesla T4')]].map(told =>
    measureState(spec, told, { status: 'running' }),
  );
  if (one === undefined || both === undefined) throw new Error('two states');
  expect(measureLines.news(one, undefined)).toEqual(['  w2: L4 410 windows/s, 1.0M windows a dollar']);
  expect(measureLines.news(both, one)).toEqual(['  w1: T4 200 windows/s, 794k windows a dollar']);
});

test('the table has them by windows a dollar, and why one is missing', async () => {
  const run = await three();
  const [head = '', ...rows] = measureLines.table(run);
  expect(head).toMatch(/whole container +windows\/s +windows a dollar +memory +\$ per 1,000 steps +training +cost/);
  expect(rows[0]).toMatch(/^L40S +\$2\.71\/h +1,404 +1\.9M +11\.2 GiB +\$0\.0172 +≈ \d+s +≈ \$0\.\d{4}$/);
  expect(rows[1]).toMatch(/^T4 +\$0\.91\/h +204 +811k +– /);
  expect(rows[2]).toMatch(/^H100 +\$5\.85\/h +– .* No machine was free: no machine with H100 for 10 min$/);
  expect(measureLines.tableNotes(run).join('\n')).toContain('its 300 steps, looks at dev and scores on synthetic-seizures.');
  expect(measureLines.table(measureState(run.spec, []))).toEqual([]);
});

test('a GPU that turned out to be another is named', async () => {
  const spec = await measureSpec({ gpus: ['H100', 'A100-80GB', 'RTX-PRO-6000'], budget: 2 });
  const devices = ['NVIDIA H200', 'NVIDIA A100-SXM4-80GB', 'NVIDIA RTX PRO 6000 Blackwell Server Edition'];
  const notes = measureLines.tableNotes(
    measureState(
      spec,
      devices.map((device, at) => speed(`w${at + 1}`, 900, device)),
    ),
  );
  expect(notes[0]).toBe('H100 was NVIDIA H200.');
});

test('what is next is the training on the GPU with the most windows a dollar, as it was asked for', async () => {
  const spec = await measureSpec({ gpus: ['T4', 'L4'], which: { config: 'laptop', sets: ['training.steps=300'] } });
  const run = measureState(spec, [speed('w1', 100, 'Tesla T4'), speed('w2', 400, 'NVIDIA L4')]);
  expect(measureLines.next(run)).toBe('ann-tui train --config laptop --set training.steps=300 --target modal --gpu L4');
  expect(measureLines.next(measureState(spec, []))).toBe('ann-tui results measure-aaaaaa');
});

test('the record has every GPU in the order of the plan, and their ranking', async () => {
  const run = await three();
  const record = measureLines.record(run) as { readonly measured: readonly object[]; readonly ranked: readonly string[] };
  expect(record.ranked).toEqual(['L40S', 'T4']);
  expect(record.measured).toEqual([
    expect.objectContaining({ gpu: 'T4', hardware: 't4', windows_per_s: 204.4, memory_bytes: null, device: 'Tesla T4', why: null }),
    expect.objectContaining({ gpu: 'L40S', windows_per_s: 1404.2, training_dollars: expect.any(Number) }),
    expect.objectContaining({ gpu: 'H100', windows_per_s: null, training_seconds: null, why: expect.stringContaining('No machine') }),
  ]);
});
