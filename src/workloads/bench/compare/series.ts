import type { TargetName } from '../../../runs/spec.ts';
import { params } from '../../../text/format.ts';
import type { Point } from '../events.ts';
import type { BenchRun } from '../run.ts';
import { surroundingsOf } from './confidence.ts';
import { detailOf } from './detail.ts';
import { type RecallRule, ruleOf } from './recall-rule.ts';

export type Series = {
  /** Unique within a comparison: "hnsw", "A hnsw", "A hnsw M=16 efConstruction=200", "A mine@3fa2". */
  readonly label: string;
  readonly run: string;
  /** The run's letter, in the order the runs were named: A, B, …; empty when there is one run. */
  readonly letter: string;
  readonly impl: string;
  /** SHA-256 of a person's own source; absent for what is built in. */
  readonly sourceSha?: string;
  /** Parameters of the build: "M=16 efConstruction=200"; empty for none. */
  readonly build: string;
  /** Their names: what is left of a point's parameters are settings of the search. */
  readonly buildNames: readonly string[];
  readonly dataset: string;
  readonly datasetSha?: string;
  readonly k: number;
  readonly threads: number;
  readonly subset: number | null;
  readonly target: TargetName;
  /** "AMD EPYC", from the point, or from the run's machine where the point does not say. */
  readonly cpu?: string;
  readonly isa?: string;
  readonly cores?: number;
  /** The most cores that others kept busy during any of the points; absent where nobody counted. */
  readonly othersBusy?: number;
  readonly points: readonly Point[];
  /** What their recall was counted by. */
  readonly recallRule: RecallRule;
  /** Dollars an hour of what the run was billed for; 0 on this machine. */
  readonly dollarsPerHour: number;
};

/** The build that a point belongs to: the richest plan of its implementation whose every parameter the point has. */
const buildOf = ({ spec }: BenchRun, point: Point): Readonly<Record<string, number | string>> => {
  const fits = spec.implementations
    .filter(({ name, build }) => name === point.impl && Object.entries(build).every(([key, value]) => point.params[key] === value))
    .map(({ build }) => build)
    .toSorted((a, b) => Object.keys(b).length - Object.keys(a).length);
  return fits[0] ?? {};
};

/** "A" … "Z", then "A2" …: the name of the n-th run in tables. */
export const letterOf = (n: number): string => `${String.fromCharCode(65 + (n % 26))}${n < 26 ? '' : Math.floor(n / 26) + 1}`;

type Unnamed = Omit<Series, 'label'>;

const seriesOfRun = (state: BenchRun, letter: string): readonly Unnamed[] => {
  const groups = new Map<string, { series: Unnamed; points: Point[] }>();
  for (const point of state.results.points) {
    const own = buildOf(state, point);
    const build = params(own);
    const { datasetSha, sourceSha, cpu = state.machine?.cpu, isa = state.machine?.isa } = detailOf(point);
    const cores = state.machine?.cores;
    const recallRule = ruleOf(point);
    // A resumed run may have gone on elsewhere, on other bytes, by another rule: those are series of their own.
    const key = JSON.stringify([point.dataset, datasetSha, point.impl, sourceSha, build, point.k, point.threads, cpu, isa, recallRule]);
    const group = groups.get(key);
    if (group !== undefined) {
      group.points.push(point);
      continue;
    }
    const points = [point];
    groups.set(key, {
      points,
      series: {
        run: state.run,
        letter,
        impl: point.impl,
        build,
        buildNames: Object.keys(own),
        dataset: point.dataset,
        k: point.k,
        threads: point.threads,
        subset: state.spec.subset,
        target: state.spec.target,
        points,
        recallRule,
        dollarsPerHour: state.spec.target === 'local' ? 0 : state.spec.hardware.dollarsPerHour,
        ...(datasetSha === undefined ? {} : { datasetSha }),
        ...(sourceSha === undefined ? {} : { sourceSha }),
        ...(cpu === undefined ? {} : { cpu }),
        ...(isa === undefined ? {} : { isa }),
        ...(cores === undefined ? {} : { cores }),
      },
    });
  }
  return [...groups.values()].map(({ series, points }) => ({ ...series, ...surroundingsOf(points, series.cores) }));
};

const joined = (...words: readonly string[]): string => words.filter(word => word !== '').join(' ');

/** "mine"; where one name stands for files of different contents "mine@3fa2", with as much of the hash as tells them apart. */
const nameAmong = (all: readonly Unnamed[]): ((series: Unnamed) => string) => {
  const contents = new Map<string, Set<string>>();
  for (const { impl, sourceSha } of all) if (sourceSha !== undefined) contents.set(impl, (contents.get(impl) ?? new Set()).add(sourceSha));
  return ({ impl, sourceSha }) => {
    const known = [...(contents.get(impl) ?? [])];
    if (sourceSha === undefined || known.length < 2) return impl;
    let digits = 4;
    while (digits < sourceSha.length && new Set(known.map(sha => sha.slice(0, digits))).size < known.length) digits += 1;
    return `${impl}@${sourceSha.slice(0, digits)}`;
  };
};

/** As short as it can be and still be told apart from the others of its data set. */
const named = (all: readonly Unnamed[]): readonly Series[] => {
  const name = nameAmong(all);
  const forms: readonly ((series: Unnamed) => string)[] = [
    series => joined(series.letter, name(series)),
    series => joined(series.letter, name(series), series.build),
    series => joined(series.letter, name(series), series.build, `${series.threads}t`, series.isa ?? '', series.recallRule),
  ];
  return all.map((series, n) => {
    const rivals = all.filter((other, m) => m !== n && other.dataset === series.dataset && other.k === series.k);
    const form = forms.find(make => rivals.every(other => make(other) !== make(series)));
    const label = form === undefined ? joined((forms.at(-1) as (series: Unnamed) => string)(series), `#${n + 1}`) : form(series);
    return { ...series, label };
  });
};

/** Every series of the runs, in the order of the runs and of their specs. */
export const seriesFrom = (runs: readonly BenchRun[]): readonly Series[] =>
  named(
    runs.flatMap((state, n) => {
      const order = state.spec.implementations.map(({ name }) => name);
      const place = ({ impl }: Unnamed) => order.indexOf(impl);
      return seriesOfRun(state, runs.length > 1 ? letterOf(n) : '').toSorted((a, b) => place(a) - place(b));
    }),
  );

/** Settings of the search alone: "efSearch=64"; "as built" when there are none. */
export const settingOf = (series: Pick<Series, 'buildNames'>, point: Pick<Point, 'params'>): string =>
  params(Object.fromEntries(Object.entries(point.params).filter(([name]) => !series.buildNames.includes(name)))) || 'as built';
