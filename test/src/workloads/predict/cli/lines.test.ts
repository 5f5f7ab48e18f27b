/** What a prediction says of itself: before, as it comes, at its end, and as a record. */
import { expect, test } from 'vitest';
import { predictLines } from '../../../../../src/workloads/predict/cli/lines.ts';
import { fitsPredicted } from '../../../../../src/workloads/predict/results.ts';
import { predict } from '../../../../../src/workloads/predict/workload.ts';
import { predictSpec, predictState, told } from '../../../../support/predict.ts';

test('the plan says how much is sent, how long that takes, and what keeping it costs', async () => {
  const spec = await predictSpec();
  expect(predictLines.planned(spec, undefined)).toMatch(/^threshold 0\.62 · /);
  expect(predictLines.planNotes(spec)).toEqual([
    expect.stringMatching(
      /^121 MB to send there first, as far as it is not there \(48s at 20 Mbit\/s\), unbilled; kept there for \$0\.01\d* a month$/,
    ),
    expect.stringMatching(/^! this model was trained on made-up patients/),
  ]);
  const real = await predictSpec({}, { data: [{ name: 'tusz', version: '2', synthetic: false }] });
  expect(predictLines.planNotes(real)).toHaveLength(1);
});

test('a line for each recording as it is told', async () => {
  const spec = await predictSpec();
  const [first, all] = [predictState(spec, told.slice(0, 1)), predictState(spec)];
  expect(predictLines.news(first, undefined)).toEqual(['  night-2.edf: no seizure, of 20m 00s; Fz interpolated']);
  expect(predictLines.news(all, { ...all, results: { predicted: all.results.predicted.slice(0, 1) } })).toEqual([
    '  ! pairs.edf: it was recorded as pairs of electrodes',
    '  night-1.edf: 2 seizures at 00:41–01:12, 09:10–09:55, of 20m 00s',
  ]);
});

test('the table has each, what failed too; what is told again takes its place', async () => {
  const run = predictState(await predictSpec(), [...told, { recording: 'pairs.edf', tsv: 'pairs_events.tsv', error: 'it is torn' }]);
  const [head, ...lines] = predictLines.table(run);
  expect(head).toMatch(/^recording +length +seizures +at$/);
  expect(lines).toEqual([
    expect.stringMatching(/^night-2\.edf +20m 00s +0 +Fz interpolated$/),
    expect.stringMatching(/^pairs\.edf +– +– +it is torn$/),
    expect.stringMatching(/^night-1\.edf +20m 00s +2 +00:41–01:12, 09:10–09:55$/),
  ]);
  expect(predictLines.tableNotes(run)).toEqual([
    expect.stringMatching(/^tables: .*predict-aaaaaa\/job\/predictions$/),
    '1 of 3 recordings could not be predicted',
    expect.stringMatching(/^! this model/),
  ]);
  expect(predictLines.table(predictState(run.spec, []))).toEqual([]);
});

test('lists have how many were found; what failed is not kept for a resume', async () => {
  const run = predictState(await predictSpec());
  expect([predict.headline(run), predict.done(run), predict.kept?.(run)]).toEqual(['2 seizures, 1 failed', 3, 2]);
  expect(predict.headline(predictState(run.spec, told.slice(0, 1)))).toBe('0 seizures');
  expect(predict.headline(predictState(run.spec, []))).toBe('');
  expect(predict.gist(run)).toEqual({ told: 3, failed: 1, seizures: 2 });
  expect([fitsPredicted(run.results), fitsPredicted({})]).toEqual([true, false]);
  expect(predictLines.record(run)).toMatchObject({ threshold: 0.62, synthetic: true, predicted: run.results.predicted });
});
