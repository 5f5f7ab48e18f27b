/** What a training has in a report beside its evaluation: curves, seeds, and the config down to each field. Pure. */
import { isEstimate, meter } from '../../../metering/meter.ts';
import type { Now } from '../../../metering/plane-clock.ts';
import { type Html, html } from '../../../report/html.ts';
import { type Head, tableOf } from '../../../report/table.ts';
import { count, counted, duration, size } from '../../../text/format.ts';
import { fraction, perDay, share, withInterval } from '../../evaluate/figures.ts';
import { syntheticWord } from '../../evaluate/verdict.ts';
import { fieldsOf, sectionNames } from '../config/fields.ts';
import { bestLooks, keptCheckpoints, lookMetric, metricNames, seriesNamed } from '../curves.ts';
import { metricLabel, metricText } from '../metric-words.ts';
import { moneyOf } from '../money/money.ts';
import { about, moneyRows } from '../money/words.ts';
import type { Series } from '../results.ts';
import { overSeeds, type SeedRow, seedRows } from '../seed-rows.ts';
import type { TrainRun } from '../spec.ts';
import { curveSvg, keySvg, lastStep, lookOf } from './curve-svg.ts';

const figure = (text: string): Head => ({ text, figure: true });

/** Of one curve where it ends; of several it stands in the tables, or nowhere. */
const ends = (series: readonly Series[]): string => {
  const [only, other] = series;
  const last = only?.values.at(-1);
  return only === undefined || other !== undefined || last === undefined ? '' : metricText(only.name, last);
};

const curves = (run: TrainRun, mark: Html | undefined): Html | undefined => {
  const { seeds } = run.spec;
  const names = metricNames(run.results);
  if (names.length === 0) return undefined;
  const last = lastStep(run.results.series);
  const best = bestLooks(run.results, seeds);
  const key = seeds.length > 1 && html`<p>${seeds.map((seed, n) => html`${keySvg(lookOf(n))} seed ${seed}   `)}</p>`;
  const of = (name: string): Html => {
    const series = seriesNamed(run.results, seeds, name);
    const marked =
      name === lookMetric ? best.map(({ seed, step, auroc }) => ({ step, value: auroc, look: lookOf(seeds.indexOf(seed)) })) : [];
    return html`<figure class="curve"><figcaption><strong>${metricLabel(name)}</strong>${name === lookMetric && mark}<span class="quiet">${ends(series)}</span></figcaption>${curveSvg(series, last, marked)}</figure>`;
  };
  return html`<h2>Learning curves</h2>
<p class="quiet">Over the steps. What is noisy is drawn as its moving average${seeds.length === 1 && ', the values themselves thin behind it'}; a ring marks the best look at dev, whose checkpoint is the one that was evaluated.</p>
${key}<div class="curves">${names.map(of)}</div>`;
};

const spread = (values: readonly (number | undefined)[], text: (value: number) => string): string => {
  const both = overSeeds(values);
  return both === undefined ? '' : `${text(both.mean)} ± ${text(both.sd)}`;
};

const seedsOf = (run: TrainRun, dataset: string, mark: Html | undefined): Html => {
  const rows = seedRows(run, dataset);
  const cells = ({ seed, step, stands, dev, test, seconds }: SeedRow): readonly string[] => [
    `seed ${seed}`,
    count(step),
    dev === undefined ? '–' : count(dev.step),
    fraction(dev?.auroc),
    withInterval(test?.auroc, test?.auroc_interval),
    share(test?.f1),
    perDay(test?.fa_per_day),
    seconds === undefined ? '–' : duration(seconds),
    stands,
  ];
  const together = [
    'mean ± sd',
    '',
    '',
    spread(
      rows.map(({ dev }) => dev?.auroc),
      fraction,
    ),
    spread(
      rows.map(({ test }) => test?.auroc),
      fraction,
    ),
    spread(
      rows.map(({ test }) => test?.f1),
      share,
    ),
    spread(
      rows.map(({ test }) => test?.fa_per_day),
      perDay,
    ),
    '',
    '',
  ];
  return html`<h2>Seeds</h2>
${tableOf(
  `Each training, and its best checkpoint on test of ${dataset}`,
  mark,
  [
    { text: 'training' },
    figure('steps'),
    figure('best at'),
    figure('dev AUROC'),
    figure('test AUROC'),
    figure('F1'),
    figure('FA/24h'),
    figure('took'),
    { text: 'ended as' },
  ],
  [...rows.map(cells), ...(rows.length > 1 ? [together] : [])],
)}
<p class="quiet">${rows.length > 1 ? 'sd: standard deviation of a sample.' : 'One seed: how much of a figure is luck is seen from three on.'}</p>`;
};

const checkpoints = (run: TrainRun): Html | undefined => {
  const kept = keptCheckpoints(run);
  if (kept.length === 0) return undefined;
  return tableOf(
    'Checkpoints that are kept, below the run’s folder',
    undefined,
    [{ text: 'folder' }, { text: 'seed' }, figure('step'), figure('size')],
    [
      ...run.results.trained.map(({ seed, best_step, file }) => [`${file} (the best)`, String(seed), count(best_step), '–']),
      ...kept.map(({ file, seed, step, bytes }) => [file, String(seed), count(step), size(bytes)]),
    ],
  );
};

const shown = (value: unknown): string => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? 'null'));

const config = ({ spec }: TrainRun): Html => {
  const rows = sectionNames.flatMap(section =>
    Object.entries(fieldsOf(section)).map(([name, { default: usual, unit, says }]) => {
      const value = shown((spec.config[section] as Readonly<Record<string, unknown>>)[name]);
      return [`${section}.${name}`, `${value}${unit === undefined ? '' : ` ${unit}`}`, value === shown(usual) ? '' : shown(usual), says];
    }),
  );
  return html`<h3>Config: ${spec.preset}</h3>
${tableOf('Every field', undefined, [{ text: 'field' }, { text: 'value' }, { text: 'where nothing is said' }, { text: 'what it is' }], rows)}`;
};

const model = ({ spec, results }: TrainRun): Html | undefined => {
  const [facts] = results.models;
  if (facts === undefined) return undefined;
  const own = spec.source === null ? '' : `, a file of one’s own: ${spec.source.file}, sha256 ${spec.source.sha256}`;
  return html`<p>Model ${facts.name}${own}: ${counted(facts.parameters, 'parameter')}, ${facts.logits_hz} answers a second, on ${facts.device} in ${facts.precision} with ${counted(facts.threads, 'thread')}. Trained ${counted(spec.seeds.length, 'time')}, ${counted(facts.steps, 'step')} each.</p>`;
};

const goneOn = ({ results }: TrainRun): readonly Html[] =>
  results.resumed.map(
    ({ seed, step, exact, why }) =>
      html`<p class="note">Seed ${seed} went on from step ${step}${exact ? ', exactly as if it had not stopped' : `, not exactly${why === undefined ? '' : `: ${why}`}`}.</p>`,
  );

/** How it was learnt: curves, then the seeds beside each other. */
export const curvesPart = (run: TrainRun): Html => {
  const [data] = run.spec.data;
  const mark = data?.synthetic ? html` <span class="mark">${syntheticWord}</span>` : undefined;
  return html`${curves(run, mark)}${data && seedsOf(run, data.dataset, mark)}`;
};

/** What its money, or its time, bought. */
const bought = (run: TrainRun, now: Now): Html | undefined => {
  const rows = moneyRows(moneyOf(run, now));
  if (rows.length === 0) return undefined;
  const own = meter(run, now);
  const all = run.spec.target === 'modal' ? [['billed, by our own meter', about(isEstimate(own), own.billed)] as const] : [];
  return html`${tableOf('What it took', undefined, [{ text: '' }, figure('')], [...all, ...rows])}
<p class="quiet">An epoch is as many windows as the train split has; windows are drawn, so it is a measure and no pass through all of them. Its time is that of steps alone.</p>`;
};

/** What was trained, and how it was set. `now`: for what is billed of a run that is not over. */
export const settingsPart = (run: TrainRun, now: Now): Html =>
  html`<section><h2>What was trained</h2>
${model(run)}
${goneOn(run)}
${bought(run, now)}
${checkpoints(run)}
${config(run)}
</section>`;
