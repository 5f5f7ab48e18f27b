/** What screens ask for: files of a run, by names that the job gave. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createEvaluateService } from '../../../../src/workloads/evaluate/service.ts';
import { evaluation } from '../../../support/evaluation.ts';
import { writeEvaluateRun } from '../../../support/evaluation-run.ts';
import { givenHome } from '../../../support/home.ts';

givenHome();
const service = createEvaluateService();

test('a trace and the folder of predictions, and in words why they are not there', async () => {
  const results = evaluation({ patients: 3 });
  const traces = results.traces.slice(0, 1);
  const { run, files } = writeEvaluateRun({ ...results, traces });
  const file = traces[0]?.file ?? '';
  expect((await service.trace(run, file)).channels).toHaveLength(19);
  await expect(service.trace(run, 'traces/999.json')).rejects.toMatchObject({
    failure: { what: 'The trace cannot be read', why: expect.stringContaining('traces/999.json: there is no such file here') },
  });
  for (const out of ['../journal.ndjson', '/etc/passwd', 'traces/../../journal.ndjson'])
    await expect(service.trace(run, out)).rejects.toMatchObject({ failure: { why: `${out} is not in the folder of the job` } });
  expect(await service.predictions(run, 'synthetic-seizures', 'power-2-8')).toBe(
    path.join(files.job, 'predictions/synthetic-seizures/power-2-8'),
  );
  expect(await service.predictions(run, '../..', 'owner')).toBe(path.join(files.job, 'predictions'));
  rmSync(path.join(files.job, 'predictions'), { recursive: true });
  await expect(service.predictions(run, 'synthetic-seizures', 'power-2-8')).rejects.toMatchObject({
    failure: { what: 'No predictions are here', hint: `ann-tui results ${run} --get ${run}` },
  });
});
