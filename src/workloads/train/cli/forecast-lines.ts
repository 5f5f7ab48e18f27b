/** What a training takes here and on every GPU, in plain lines and records. Pure. */
import { table } from '../../../cli/text/table.ts';
import { count, duration, money, rate as perHour } from '../../../text/format.ts';
import type { ForecastRow } from '../forecast.ts';
import { estimateWords, memoryWords, speedText, speedWords, whyWords } from '../forecast-words.ts';

const unknown = '–';

const told = <T>(value: T | undefined, text: (value: T) => string, mark = ''): string =>
  value === undefined ? unknown : `${mark}${text(value)}`;

export const forecastLines = (rows: readonly ForecastRow[], cores: number): readonly string[] => [
  ...table(
    [
      { head: '' },
      { head: 'whole container' },
      { head: 'VRAM', right: true },
      { head: 'windows/s', right: true },
      { head: '' },
      { head: '$ per 1,000 steps', right: true },
      { head: 'training', right: true },
      { head: 'cost', right: true },
      { head: 'speed', right: true },
      { head: '' },
    ],
    rows.map(row => {
      const { hardware, rate, measured, seconds, dollars, dollarsPerThousandSteps, speed } = row;
      const mark = measured ? '' : '≈ ';
      return [
        hardware?.gpu ?? `this machine, ${count(cores)} cores`,
        hardware === null ? unknown : perHour(hardware.dollarsPerHour),
        hardware === null || hardware.vramGiB === null ? unknown : `${hardware.vramGiB} GiB`,
        told(rate, value => count(value < 10 ? Number(value.toPrecision(2)) : Math.round(value))),
        rate === undefined ? '' : measured ? 'measured' : 'est.',
        hardware === null ? '$0' : told(dollarsPerThousandSteps, money, mark),
        told(seconds, duration, mark),
        hardware === null ? '$0' : told(dollars, money, mark),
        told(speed, speedText),
        whyWords(row),
      ];
    }),
  ),
  `est.: ${estimateWords}`,
  `${speedWords} ${memoryWords}`,
  'It is training alone. Recordings are prepared first and detectors judged after it, on the cores of the same container.',
];

export const forecastRecord = (rows: readonly ForecastRow[]): readonly object[] =>
  rows.map(({ hardware, rate, measured, seconds, dollars, dollarsPerThousandSteps, dollarsPerEpoch, memory, fits, speed, limit }) => ({
    hardware: hardware?.id ?? null,
    gpu: hardware?.gpu ?? null,
    dollars_per_hour: hardware?.dollarsPerHour ?? 0,
    windows_per_s: rate ?? null,
    measured,
    seconds: seconds ?? null,
    dollars: dollars ?? null,
    dollars_per_thousand_steps: dollarsPerThousandSteps ?? null,
    dollars_per_epoch: dollarsPerEpoch ?? null,
    vram_gib: hardware?.vramGiB ?? null,
    memory_bytes: memory ?? null,
    fits: fits ?? null,
    speed: speed ?? null,
    limit: limit ?? null,
  }));
