/** What a measurement says of its runs in plain lines and records. */
import { table } from '../../../cli/text/table.ts';
import type { WorkloadLines } from '../../../cli/workload-lines.ts';
import { count, money, rate as perHour } from '../../../text/format.ts';
import { settingsText } from '../../prepare/settings.ts';
import { windowsOfStep } from '../../train/cost.ts';
import { type Ranked, ranking } from '../ranking.ts';
import type { MeasureResults } from '../results.ts';
import { type MeasureRun, type MeasureSpec, partName } from '../spec.ts';
import { about, absentText, gpuMemory, manyText, notesOf, rateText, wholeText } from '../words.ts';
import { measure } from '../workload.ts';

/** "laptop, 32 windows of 30 s a step, 60 s on each" */
const askedText = ({ preset, config, seconds }: MeasureSpec): string =>
  `${preset} · ${count(windowsOfStep(config))} windows of ${config.windows.seconds} s a step, made in memory · ${seconds} s on each`;

const cellsOf = (one: Ranked, over: boolean): readonly string[] => {
  const { machine, measured, windowsPerDollar, dollarsPerThousandSteps, seconds, dollars } = one;
  if (measured === undefined) return [machine.gpu, perHour(machine.dollarsPerHour), '–', '–', '–', '–', '–', '–', absentText(one, over)];
  return [
    machine.gpu,
    perHour(machine.dollarsPerHour),
    rateText(measured.windows_per_s),
    manyText(windowsPerDollar ?? 0),
    measured.memory_bytes === undefined ? '–' : gpuMemory(measured.memory_bytes),
    money(dollarsPerThousandSteps ?? 0),
    about.seconds(seconds),
    about.dollars(dollars),
    '',
  ];
};

/** "  w3: L40S 790 windows/s, 1.0M windows a dollar" */
const newsOf = (run: MeasureRun): readonly string[] =>
  ranking(run)
    .toSorted((a, b) => a.part.localeCompare(b.part))
    .flatMap(({ part, machine, measured, windowsPerDollar = 0 }) =>
      measured === undefined
        ? []
        : [`  ${part}: ${machine.gpu} ${rateText(measured.windows_per_s)} windows/s, ${manyText(windowsPerDollar)} windows a dollar`],
    );

const recordOf = ({ machine, measured, windowsPerDollar, dollarsPerThousandSteps, seconds, dollars, why }: Ranked): object => ({
  gpu: machine.gpu,
  hardware: machine.hardware,
  cores: machine.cores,
  memory_gib: machine.memoryGiB,
  dollars_per_hour: machine.dollarsPerHour,
  windows_per_s: measured?.windows_per_s ?? null,
  windows_per_dollar: windowsPerDollar ?? null,
  steps: measured?.steps ?? null,
  seconds: measured?.seconds ?? null,
  memory_bytes: measured?.memory_bytes ?? null,
  device: measured?.device ?? null,
  dollars_per_thousand_steps: dollarsPerThousandSteps ?? null,
  training_seconds: seconds ?? null,
  training_dollars: dollars ?? null,
  why: why ?? null,
});

export const measureLines: WorkloadLines<MeasureSpec, MeasureResults> = {
  kind: 'measure',
  planned: askedText,
  planNotes: spec => [`${settingsText(spec.settings)}; of the training: ${wholeText(spec)}`],
  datasetNotes: () => [],
  asked: askedText,
  news: (run, before) => {
    const told = new Set(before === undefined ? [] : newsOf(before));
    return newsOf(run).filter(line => !told.has(line));
  },
  table: run =>
    measure.done(run) === 0
      ? []
      : table(
          [
            { head: '' },
            { head: 'whole container' },
            { head: 'windows/s', right: true },
            { head: 'windows a dollar', right: true },
            { head: 'memory', right: true },
            { head: '$ per 1,000 steps', right: true },
            { head: 'training', right: true },
            { head: 'cost', right: true },
            { head: '' },
          ],
          ranking(run).map(one => cellsOf(one, run.status === 'ended')),
        ),
  tableNotes: run => notesOf(run, ranking(run)),
  bad: () => [],
  report: () => [],
  next: run => {
    const [best] = ranking(run);
    const { command } = run.spec.training;
    return best?.measured === undefined || command === undefined
      ? `ann-tui results ${run.run}`
      : `${command} --target modal --gpu ${best.machine.gpu}`;
  },
  record: run => {
    const { preset, config, settings, source, seconds, training } = run.spec;
    const ranked = ranking(run);
    const machines = run.spec.machines.map((_, at) => ranked.find(({ part }) => part === partName(at)) as Ranked);
    return {
      preset,
      config,
      settings,
      source,
      seconds,
      training: { datasets: training.datasets, seeds: training.seeds, windows: training.windows, steps_alone: training.stepsAlone },
      measured: machines.map(recordOf),
      ranked: ranked.flatMap(({ machine, measured }) => (measured === undefined ? [] : [machine.gpu])),
    };
  },
  bestHead: 'windows/s',
  best: run => measure.headline(run) || '–',
  // A page or a comparison of its own it has none: its table is all.
  has: () => false,
  recordFile: 'measured.json',
};
