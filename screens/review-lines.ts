/** What is said before a run starts. Pure. */
import { count, duration, money, params, rate } from '../src/money/format.ts';
import { type BenchSpec, plannedPoints } from '../src/runs/spec.ts';
import type { Estimate } from '../src/services.ts';
import { dim, type LineLike, line, type Span, textWidth, wrap } from './text.ts';

type MachineWords = { readonly cores: number; readonly cpu: string; readonly memoryGiB: number };

const labelWidth = 11;

const row = (label: string, text: string, more: string, columns: number): readonly LineLike[] => {
  const room = Math.max(10, columns - labelWidth);
  const together = textWidth(text) + 2 + textWidth(more) <= room;
  const first: readonly Span[] = [dim(label.padEnd(labelWidth)), { text }];
  if (more === '') return [line(first)];
  if (together) return [line([...first, dim(`  ${more}`)])];
  return [line(first), ...wrap(more, room).map(part => line([' '.repeat(labelWidth), dim(part)]))];
};

const sweepWords = (spec: BenchSpec): string =>
  spec.implementations
    .map(
      ({ name, build, search }) =>
        `${name} ${[params(build), `${search.length} ${search.length === 1 ? 'setting' : 'settings'}`].filter(Boolean).join(', ')}`,
    )
    .join(' · ');

export const reviewLines = (spec: BenchSpec, estimate: Estimate, machine: MachineWords, columns: number): readonly LineLike[] => {
  const { low, likely, high } = estimate.seconds;
  const { hardware } = spec;
  return [
    ...row('what', spec.implementations.map(({ name }) => name).join(', '), sweepWords(spec), columns),
    ...row(
      'on',
      spec.datasets.map(({ name }) => name).join(', '),
      `k ${spec.k}, ${spec.subset === null ? 'all vectors' : `the first ${count(spec.subset)} vectors`}`,
      columns,
    ),
    ...row('where', 'this machine', `${machine.cores} cores · ${machine.cpu} · ${Math.round(machine.memoryGiB)} GiB`, columns),
    ...row(
      'points',
      count(plannedPoints(spec)),
      `best of ${spec.repeats} ${spec.repeats === 1 ? 'repeat' : 'repeats'}, ${spec.threads} ${spec.threads === 1 ? 'thread' : 'threads'} searching`,
      columns,
    ),
    ...row('time', `≈ ${duration(likely)}`, `${duration(low)} to ${duration(high)} · ${estimate.basis}`, columns),
    ...row(
      'cost',
      '$0 here',
      `≈ ${money(estimate.dollarsThere)} for the same time on ${hardware.label} at ${rate(hardware.dollarsPerHour)}, prices of ${hardware.pricesDate}`,
      columns,
    ),
    ...row('budget', 'none needed', 'nothing is billed on this machine', columns),
  ];
};
