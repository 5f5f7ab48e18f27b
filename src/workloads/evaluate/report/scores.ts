/** The tables of a report's figures, of one dataset. Pure. */

import { type Html, html } from '../../../report/html.ts';
import { tableOf } from '../../../report/table.ts';
import { fraction, interval, kindWords, perDay, share } from '../figures.ts';
import { type Matrix, matrixRule } from '../matrix.ts';
import type { EvaluateResults } from '../results.ts';
import { signed, signedInterval } from '../trained.ts';
import { askedRates, bestOf, headOf, ranked, sensitivityAt } from '../verdict.ts';
import { totalsOf, worstFirst } from '../worst-first.ts';
import type { DetectorDetails } from './details.ts';

const figure = (text: string) => ({ text, figure: true }) as const;

/** In the order of rank, with the best marked. */
export const detectorTables = (results: EvaluateResults, details: readonly DetectorDetails[], mark: Html | undefined): Html => {
  const best = bestOf(results.detectors);
  const scores = ranked(results.detectors);
  const name = (score: (typeof scores)[number]): Html => (score === best ? html`<strong>${score.title} ★</strong>` : html`${score.title}`);
  const chosen = (detector: string) => details.find(one => one.detector === detector)?.threshold_chosen !== false;
  const gains = scores.some(({ gain }) => gain !== undefined);
  return html`
${tableOf(
  'Detectors on the test split, pooled',
  mark,
  [
    { text: 'detector' },
    figure('AUROC'),
    { text: '95 %' },
    ...(gains ? [figure('gain over the best baseline'), { text: '95 %' }] : []),
    figure('AUPRC'),
    figure('threshold'),
    figure('F1'),
    { text: '95 %' },
    figure('sensitivity'),
    figure('precision'),
    figure('FA/24h'),
    figure('latency, s'),
  ],
  scores.map(score => [
    name(score),
    fraction(score.auroc),
    interval(score.auroc_interval),
    ...(gains ? [score.gain === undefined ? '–' : signed(score.gain), signedInterval(score.gain_interval)] : []),
    fraction(score.auprc),
    `${fraction(score.threshold)}${chosen(score.detector) ? '' : ' (not chosen)'}`,
    score.f1 === undefined ? 'undefined' : share(score.f1),
    interval(score.f1_interval),
    share(score.sensitivity),
    share(score.precision),
    perDay(score.fa_per_day),
    score.latency_seconds === undefined ? '–' : score.latency_seconds.toFixed(1),
  ]),
)}
<p class="quiet">★ the best on dev: test had no part in that. Thresholds were chosen on dev${scores.some(({ threshold_from }) => threshold_from === 'checkpoint') && ', those of trained models in their training,'} and used once on test.${gains && ' Gain: difference in AUROC, the same patients drawn for both.'} Latency: median of the seizures that were found.</p>
${tableOf(
  'Sensitivity at so many false alarms in 24 hours',
  mark,
  [{ text: 'detector' }, ...askedRates.map(rate => figure(`${rate} FA/24h`))],
  scores.map(score => [name(score), ...askedRates.map(rate => share(sensitivityAt(score, rate)))]),
)}`;
};

const spread = (of: { readonly mean?: number | null | undefined; readonly sd?: number | null | undefined }, digits: number): string =>
  typeof of.mean === 'number' ? `${of.mean.toFixed(digits)} ± ${(of.sd ?? 0).toFixed(digits)}` : '–';

/** Events and seconds, pooled and as a mean over patients. */
export const countTables = (results: EvaluateResults, details: readonly DetectorDetails[], mark: Html | undefined): Html | undefined => {
  const rows = ranked(results.detectors).flatMap(({ detector, title }) => {
    const scores = details.find(one => one.detector === detector)?.scores;
    return (['events', 'samples'] as const).flatMap(of => {
      const counts = scores?.[of];
      if (counts === undefined || counts === null) return [];
      const { pooled, over_patients: over } = counts;
      return [
        [
          title,
          of === 'events' ? 'events' : 'seconds',
          pooled.f1 === undefined || pooled.f1 === null ? 'undefined' : share(pooled.f1),
          spread(over.f1, 2),
          over.f1.undefined === 0 ? '0' : `${over.f1.undefined} of ${over.f1.undefined + over.f1.defined}`,
          spread(over.sensitivity, 2),
          spread(over.precision, 2),
          // A second is no alarm.
          of === 'events' ? spread(over.fa_per_day, 1) : '–',
        ],
      ];
    });
  });
  if (rows.length === 0) return undefined;
  return html`
${tableOf('Events and seconds: pooled, and mean ± standard deviation over patients', mark, [{ text: 'detector' }, { text: 'counted' }, figure('F1 pooled'), figure('F1 of patients'), figure('undefined'), figure('sensitivity'), figure('precision'), figure('FA/24h')], rows)}
<p class="quiet">A patient’s F1 is undefined where nothing was to be found and nothing was predicted; such patients are left out of the mean, and counted here.</p>`;
};

export const kindTable = (results: EvaluateResults, details: readonly DetectorDetails[], mark: Html | undefined): Html | undefined => {
  const best = headOf(results.detectors, false)?.detector;
  const kinds = details.find(one => one.detector === best?.detector)?.scores?.kinds ?? [];
  if (best === undefined || kinds.length === 0) return undefined;
  const area = (kind: string) => best.kinds?.find(one => one.kind === kind)?.auroc;
  return tableOf(
    `Types of seizures, ${best.title}`,
    mark,
    [{ text: 'type' }, figure('seizures'), figure('found'), figure('sensitivity'), figure('AUROC')],
    kinds.map(({ kind, seizures, found, sensitivity }) => [
      kindWords(kind) || 'not known',
      String(seizures),
      String(found),
      share(sensitivity),
      fraction(area(kind)),
    ]),
  );
};

/** How far the best detector's scores are from chances. */
export const calibrationTable = (
  results: EvaluateResults,
  details: readonly DetectorDetails[],
  mark: Html | undefined,
): Html | undefined => {
  const best = headOf(results.detectors, false)?.detector;
  if (best === undefined) return undefined;
  const bins = (details.find(one => one.detector === best.detector)?.scores?.curves?.reliability ?? []).filter(
    ({ seconds }) => seconds > 0,
  );
  if (best.ece === undefined && bins.length === 0) return undefined;
  return html`<h3>Calibration</h3>
<p>Expected calibration error of ${best.title}: ${fraction(best.ece)}${mark}</p>
${
  bins.length === 0
    ? undefined
    : tableOf(
        `Scores against the share of seconds in a seizure, ${best.title}`,
        mark,
        [{ text: 'score' }, figure('seconds'), figure('mean score'), figure('in a seizure')],
        bins.map(({ low, high, seconds, score, seizure }) => [
          `${share(low)}–${share(high)}`,
          seconds.toLocaleString('en'),
          fraction(score ?? undefined),
          fraction(seizure ?? undefined),
        ]),
      )
}`;
};

export const patientTable = (results: EvaluateResults, mark: Html | undefined): Html | undefined => {
  const best = headOf(results.detectors, false)?.detector;
  const rows = best === undefined ? [] : worstFirst(results, best.detector);
  if (best === undefined || rows.length === 0) return undefined;
  const { missed, alarms } = totalsOf(rows);
  return html`<h2>Patients, worst first</h2>
<p>${best.title}: ${missed === 0 ? 'no seizure was missed' : `${missed} missed`}, ${alarms === 0 ? 'no false alarm' : `false alarms: ${alarms}`}${mark}</p>
${tableOf(
  'Each patient of the test split',
  mark,
  [{ text: 'patient' }, figure('hours'), figure('seizures'), figure('found'), figure('false alarms'), figure('AUROC')],
  rows.map(row => [row.patient, row.hours.toFixed(2), String(row.seizures), String(row.found), String(row.alarms), fraction(row.auroc)]),
)}`;
};

/** Rows: trained on; columns: tested on. */
export const matrixTable = (matrix: Matrix | undefined): Html | undefined => {
  if (matrix === undefined) return undefined;
  const cell = ({ own, score }: Matrix['rows'][number]['cells'][number]): Html => {
    const text = score === undefined ? '–' : `${fraction(score.auroc)} / ${share(score.f1)}`;
    return own ? html`<strong>[${text}]</strong>` : html`${text}`;
  };
  return html`<h2>Trained on, tested on</h2>
${tableOf(
  'Each model (rows) on each dataset (columns)',
  undefined,
  [{ text: 'model' }, { text: 'trained on' }, ...matrix.datasets.map(figure)],
  matrix.rows.map(({ title, trainedOn, cells }) => [title, trainedOn.join(', '), ...cells.map(cell)]),
)}
<p class="quiet">${matrixRule}.</p>`;
};
