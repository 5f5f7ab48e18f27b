/** How a measurement is written, in plain lines and on the screen. Pure. */
import { count, duration, money } from '../../text/format.ts';
import type { Ranked } from './ranking.ts';
import type { MeasureRun, MeasureSpec } from './spec.ts';

/** "1,404", "3.2" */
export const rateText = (rate: number): string => count(rate < 10 ? Number(rate.toPrecision(2)) : Math.round(rate));

/** "11.2 GiB": of a GPU's memory, in the unit that it is sold by. */
export const gpuMemory = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** "466k", "1.2M" */
export const manyText = (value: number): string =>
  value >= 999_500 ? `${(value / 1e6).toFixed(1)}M` : value >= 9_995 ? `${Math.round(value / 1000)}k` : count(Math.round(value));

/** What stands where nothing was measured: "so far 812 windows/s", "out of memory …", "not measured", "waits". */
export const absentText = ({ soFar, why }: Ranked, over: boolean): string => {
  if (why !== undefined) return why;
  if (over) return 'not measured';
  return soFar === undefined ? 'waits' : `so far ${rateText(soFar)}`;
};

/** It is what its name says: "NVIDIA H100 80GB HBM3" of H100. */
const isNamed = ({ machine, measured }: Ranked): boolean => {
  const plain = (text: string) => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  const [name = ''] = machine.gpu.split(/[:!+]/);
  return measured === undefined || plain(measured.device).includes(plain(name.split('-')[0] ?? name));
};

/** What the figures do not say by themselves, a sentence each. */
export const notesOf = ({ spec }: Pick<MeasureRun, 'spec'>, ranked: readonly Ranked[]): readonly string[] => {
  const others = ranked.filter(one => !isNamed(one)).map(({ machine, measured }) => `${machine.gpu} was ${measured?.device}`);
  return [
    ...(others.length === 0 ? [] : [`${others.join(', ')}.`]),
    'Measured with windows that lay ready in memory: a training is as fast as long as its windows are read in time.',
    `training: ${wholeText(spec)}`,
  ];
};

/** "its steps, looks at dev and scores on synthetic-seizures, 3 seeds; recordings are prepared before, without a GPU." */
export const wholeText = ({ training, config }: Pick<MeasureSpec, 'training' | 'config'>): string => {
  const { datasets, seeds, stepsAlone } = training;
  const what = stepsAlone
    ? `its ${count(config.training.steps)} steps alone, for ${datasets.join(', ')} is not here`
    : `its ${count(config.training.steps)} steps, looks at dev and scores on ${datasets.join(', ')}`;
  return `${what}${seeds.length === 1 ? '' : `, ${seeds.length} seeds`}.`;
};

/** What a training takes and costs: "≈ 1h 05m", "≈ $4.10" */
export const about = {
  seconds: (value: number | undefined): string => (value === undefined ? '–' : `≈ ${duration(value)}`),
  dollars: (value: number | undefined): string => (value === undefined ? '–' : `≈ ${money(value)}`),
};
