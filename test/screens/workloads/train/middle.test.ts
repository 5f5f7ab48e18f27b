import { describe, expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../../screens/app/text.ts';
import { checkpointView } from '../../../../screens/workloads/train/checkpoint-view.ts';
import { trainMiddle } from '../../../../screens/workloads/train/middle.ts';
import type { Moment } from '../../../../src/metering/plane-clock.ts';
import type { TrainRun } from '../../../../src/workloads/train/spec.ts';
import { begun, paidMoment, paidState, type TrainingOptions, trainState } from '../../../support/training.ts';

const now = begun + 160_000;
const at = (run: TrainRun, view: string, columns = 78, height = 9, shown?: string): string =>
  plainText(trainMiddle.lines(run, shown, view, columns, height, now));
const live = (options: TrainingOptions = {}): TrainRun => trainState('train-4kq2', { step: 190, live: true, ...options });
const dots = /[\u2801-\u28ff]/;

/** With other values in place of the newest of a metric. */
const withNewest = (run: TrainRun, values: Readonly<Record<string, number>>): TrainRun => ({
  ...run,
  results: {
    ...run.results,
    series: run.results.series.map(one => ({ ...one, values: one.values.with(-1, values[one.name] ?? one.values.at(-1) ?? 0) })),
  },
});

describe('the middle of a training', () => {
  test('says what is at work before the first step, and what will come', () => {
    const run = trainState('train-4kq2', { step: 0, live: true });
    expect(trainMiddle.isEmpty(run)).toBe(true);
    expect(at(run, 'curves')).toMatch(/▸ Training/);
    expect(at(run, 'curves')).toContain('Curves come here with the first steps.');
  });

  test('has loss and dev AUROC side by side, the best marked, with speed, rate, checkpoints and patience at the right', () => {
    const text = at(live({ training: { patience: 5 } }), 'curves');
    expect(text).toMatch(/^loss +0\.165 +dev AUROC · synthetic +★ 0\.811 at 190/);
    expect(text).toMatch(/┤.*[\u2801-\u28ff].* {4,}│.*[\u2801-\u28ff●]/);
    expect(text.split('★').length).toBeGreaterThan(2);
    expect(text).toContain('63.0 windows/s');
    expect(text).toContain('compute-bound');
    expect(text).toMatch(/lr 7\.4e-4 +gradient 0\.\d/);
    expect(text).toContain('checkpoint 25s old, best');
    expect(text).toContain('0 of 5 looks without gain');
    expect(text).toContain('412 MB of memory');
  });

  test('keeps the place of dev AUROC before the first look, and says when that comes', () => {
    const text = at(live({ step: 3, training: { evaluate_every: 50 } }), 'curves', 78);
    expect(text).toMatch(/^loss .* dev AUROC · synthetic/);
    expect(text).toContain('first look at step 50');
    expect(text).not.toContain('learning rate ');
  });

  test.each([58, 78, 118])('at %i columns no fact is cut', columns => {
    const many = live({ training: { patience: 20 } });
    const resumed = [{ seed: 0, step: 1234, exact: false, why: 'another torch' }];
    const older = many.results.checkpoints.map(one => ({ ...one, best: one.step === 100 }));
    for (const run of [
      withNewest(many, { learning_rate: 0.00123, gradient_norm: 0.517, looks_without_gain: 19 }),
      { ...many, results: { ...many.results, resumed, checkpoints: older } },
      trainState('x', { training: { patience: 20 } }),
    ])
      expect(at(run, 'curves', columns, 12)).not.toContain('…');
    if (columns > 70) expect(at(trainState('x'), 'curves', columns, 12)).toMatch(/checkpoint at (?:step )?300/);
    if (columns > 60) expect(at(withNewest(many, { gradient_norm: 0.517 }), 'curves', columns, 12)).toContain('gradient 0.52');
  });

  test.each([58, 78, 118])('at %i columns says what the best checkpoint cost, what was spent since, and what an epoch costs', columns => {
    const run = paidState('train-4kq2', { step: 190, live: true, training: { patience: 5 } });
    const lines = (time: number | Moment) => trainMiddle.lines(run, undefined, 'curves', columns, 8, time);
    expect(Math.max(...lines(paidMoment(260)).map(lineWidth))).toBeLessThanOrEqual(columns);
    const text = plainText(lines(paidMoment(260)));
    expect(text).toMatch(/\$0\.1279 to the best|best \$0\.1279/);
    expect(text).toMatch(/\$0\.1389 since|since \$0\.1389/);
    expect(text).toContain('$0.0088 an epoch');
    expect(text).not.toContain('≈');
    expect(text).not.toContain('…');
    if (columns > 60) expect(text).toContain('0 of 5 looks without gain');
    // Nothing was heard since this machine started: the wall clock has to do.
    expect(plainText(lines(begun + 260_000))).toMatch(/≈ \$0\.1279/);
  });

  test('on this machine says how long an epoch takes, and no price', () => {
    const text = at(live(), 'curves');
    expect(text).toContain('8s an epoch');
    expect(text).not.toContain('$');
  });

  test('warns of what waits for data, and before it stops early', () => {
    const text = at(withNewest(live({ training: { patience: 5 } }), { data_share: 0.62, looks_without_gain: 4 }), 'curves', 118);
    expect(text).toContain('! data-bound, waits 62 %');
    expect(text).toContain('4 of 5 looks without gain');
  });

  test('fits every size: fewer columns put the facts below, few rows leave figures alone', () => {
    for (const run of [live(), live({ seeds: [0, 1, 2], step: 60 }), trainState('x', { judged: true })])
      for (const view of [...trainMiddle.views])
        for (const [columns, height] of [
          [48, 2],
          [58, 8],
          [78, 8],
          [118, 16],
          [118, 32],
        ] as const) {
          const lines = trainMiddle.lines(run, undefined, view, columns, height, now);
          expect(lines.length, `${view} ${columns}`).toBeLessThanOrEqual(height);
          expect(Math.max(0, ...lines.map(lineWidth)), `${view} ${columns}`).toBeLessThanOrEqual(columns);
        }
    const narrow = at(live(), 'curves', 58, 8).split('\n');
    expect(narrow[0]).toMatch(/^loss .* dev AUROC/);
    expect(narrow.at(-2)).toMatch(/^★ 0\.811 at 190 · 63\.0 windows\/s/);
    expect(at(live(), 'curves', 58, 2)).not.toMatch(dots);
    // Large, every metric has a chart.
    for (const name of ['loss', 'learning rate', 'gradient norm', 'waits for data']) expect(at(live(), 'curves', 118, 34)).toContain(name);
  });

  test('draws a metric that nobody has heard of, by its name', () => {
    const run = live({ others: { zebra_ratio: 0.3 } });
    const text = at(run, 'metrics', 118, 30);
    expect(text).toMatch(/zebra ratio +0\.3/);
    expect(text).toMatch(/0\.3 ┤/);
  });

  test('has metrics one after the other where not all of them fit', () => {
    const run = live();
    const first = at(run, 'metrics', 78, 8);
    expect(first).toMatch(/^loss .* dev AUROC/);
    expect(first).toMatch(/2 of 9 metrics: d goes on/);
    const next = trainMiddle.next(run, undefined);
    expect('shown' in next && at(run, 'metrics', 78, 8, next.shown)).toMatch(/^dev AUROC .* dev loss/);
    // After the last comes the first.
    expect(at(run, 'metrics', 78, 8, 'looks_without_gain')).toMatch(/^looks without gain .* loss/);
  });

  test('tells the curves of several seeds apart, and says which one is trained', () => {
    const text = at(live({ seeds: [0, 1, 2], step: 60 }), 'curves', 118, 12);
    expect(text).toMatch(/● 0 {2}▲ 1 {2}■ 2/);
    expect(text).toContain('seed 2, 3 of 3');
    for (const glyph of ['●', '▲', '■']) expect(text.split(glyph).length, glyph).toBeGreaterThan(3);
  });

  test('lists the checkpoints that are kept: of each seed the best and the last ones', () => {
    const text = at(live(), 'checkpoints');
    expect(text).toMatch(/0 +190 +0\.811 +★ best +642 kB/);
    expect(text.split('\n').filter(line => line.includes('seed-0/'))).toHaveLength(3);
    expect(at(trainState('x', { step: 0, live: true }), 'checkpoints')).toContain('one is written every 50 steps');
    expect(at(trainState('x'), 'checkpoints')).toContain('seed 0: checkpoints/seed-0/best');
  });

  test.each([48, 78])('at %i columns says the whole path of what is carried away, of every seed', columns => {
    const base = '/tmp/some/where/deep/below/the/home/of/somebody/share/ann-tui/runs/train-4kq2/job/';
    const lines = checkpointView(trainState('x', { seeds: [0, 1, 2] }), columns, 12, now, file => `${base}${file}`);
    expect(Math.max(...lines.map(lineWidth))).toBeLessThanOrEqual(columns);
    const text = plainText(lines);
    expect(text.replaceAll('\n', '')).toContain(`${base}seed 0: checkpoints/seed-0/best`);
    expect(text).toMatch(/^seed 2: checkpoints\/seed-2\/best$/m);
  });

  test('has a row a seed, and mean ± sd of those that are done', () => {
    const text = at(live({ seeds: [0, 1, 2], step: 60 }), 'seeds', 110);
    expect(text).toMatch(/^0 +300 .*done/m);
    expect(text).toMatch(/^2 +60 .*trains/m);
    expect(text).toMatch(/mean ± sd +0\.836 ± 0\.003/);
    expect(at(live(), 'seeds')).toContain('how much of a figure is luck');
  });

  test('goes over to the evaluation once it is judged', () => {
    expect(trainMiddle.usual?.(live())).toBe('curves');
    const judged = trainState('train-4kq2', { judged: true });
    expect(trainMiddle.usual?.(judged)).toBe('evaluation');
    expect(at(judged, 'evaluation')).toMatch(/★ tiny +0\.912/);
    expect(at(live(), 'evaluation')).toContain('Once it is trained');
  });

  test('says that a run that went on is not exactly what it would have been', () => {
    const run = live();
    const resumed = [{ seed: 0, step: 100, exact: false, why: 'another torch' }];
    expect(at({ ...run, results: { ...run.results, resumed } }, 'curves', 118, 12)).toContain('! went on at 100, not exact');
  });

  test('of a check has the loss on its one batch, and whether it was learnt', () => {
    const run = live();
    const losses = [0.7, 0.4, 0.2, 0.1];
    const one = { seed: 0, learns: true, steps: 4, first_loss: 0.7, last_loss: 0.1, bound: 0.17, losses, seconds: 0.9 };
    const checked: TrainRun = { ...run, spec: { ...run.spec, check: true }, results: { ...run.results, checked: [one] } };
    const text = at(checked, 'curves');
    expect(text).toMatch(/✓ learnt by heart +seed 0: loss 0\.7 → 0\.1 in 4 steps/);
    expect(text).toMatch(dots);
    const not = { ...checked, results: { ...checked.results, checked: [{ ...one, learns: false }] } };
    expect(at(not, 'curves')).toContain('✗ not below 0.17');
  });
});
