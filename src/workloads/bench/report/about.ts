/** What was measured, with what: everything that a figure can depend on. Pure. */
import { doubtsOf, isEstimate, meter } from '../../../metering/meter.ts';
import type { Now } from '../../../metering/plane-clock.ts';
import { type Fact, factList } from '../../../report/facts.ts';
import { type Html, html } from '../../../report/html.ts';
import { count, counted, duration, money, params, rate, size } from '../../../text/format.ts';
import { unfinishedText } from '../compare/words.ts';
import type { BenchRun } from '../run.ts';
import type { DatasetDetails, Details } from './details.ts';

const labels: Readonly<Record<string, string>> = {
  cpu: 'processor',
  cores: 'cores',
  os: 'system',
  memory_bytes: 'memory',
  isa: 'instructions used',
  compiler: 'compiler',
  compiler_flags: 'its flags',
  core_sha: 'SHA-256 of the core’s sources',
  smt: 'hyper-threading',
  governor: 'frequency governor',
  huge_pages: 'huge pages',
  affinity: 'cores allowed',
  load: 'load as it began',
  python: 'Python',
};

const machineFacts = (machine: Details['machine']): readonly Fact[] =>
  Object.entries(machine).map(
    ([name, value]): Fact => [
      labels[name] ?? name.replaceAll('_', ' '),
      name === 'memory_bytes' && typeof value === 'number' ? size(value) : String(value),
    ],
  );

/** "40,000 rows × 96 dimensions, 1,000 queries, euclidean" */
export const shapeText = ({ train, test, distance }: DatasetDetails): string =>
  [
    ...(train == null ? [] : [`${count(train[0] ?? 0)} rows × ${count(train[1] ?? 0)} dimensions`]),
    ...(test == null ? [] : [`${count(test[0] ?? 0)} queries`]),
    ...(distance == null ? [] : [distance]),
  ].join(', ');

const dataFacts = (state: BenchRun, details: Details): readonly (Html | undefined)[] =>
  state.spec.datasets.map(({ name }) => {
    const known = details.datasets.find(one => one.name === name);
    return factList(`Data: ${name}`, [
      ['shape', known === undefined ? 'not told' : shapeText(known)],
      ['SHA-256', known?.sha256 ?? 'not told'],
    ]);
  });

const costFacts = (state: BenchRun, now: Now): readonly Fact[] => {
  const { target, hardware, budget } = state.spec;
  const told = meter(state, now);
  if (target === 'local')
    return [
      ['where', 'one machine, nothing is billed'],
      ['the same time at Modal', told.wouldCost === undefined ? undefined : `≈ ${money(told.wouldCost)} on ${hardware.label}`],
    ];
  const doubts = doubtsOf(told);
  return [
    ['where', `Modal: ${hardware.label}, ${rate(hardware.dollarsPerHour)}`],
    ['prices of', hardware.pricesDate],
    ['cost', `${isEstimate(told) ? '≈ ' : ''}${money(told.billed)} by this program’s own meter, before credits`],
    ['the meter', doubts.length === 0 ? undefined : doubts.join('; ')],
    ['budget', budget === null ? undefined : money(state.budget ?? budget)],
  ];
};

const runFacts = (state: BenchRun, details: Details, now: Now): readonly Fact[] => {
  const { k, threads, subset, repeats, seed } = state.spec;
  return [
    ['name', state.run],
    ['begun', new Date(state.createdAt).toISOString().replace(/\.\d+Z$/, 'Z')],
    ['ended as', state.status === 'ended' ? state.outcome : `${state.status}: not over when this was written`],
    ['points', unfinishedText(state) ?? 'all that were planned'],
    ['neighbours asked for (k)', count(k)],
    ['searching', counted(threads, 'thread')],
    ['rows', subset === null ? 'all' : `the first ${count(subset)}`],
    ['passes asked for', count(repeats)],
    ['seed', String(seed)],
    ['took', details.seconds === undefined ? undefined : duration(details.seconds)],
    ...costFacts(state, now),
  ];
};

const implementationFacts = ({ spec }: BenchRun): readonly Fact[] =>
  spec.implementations.map(({ name, build, search, source }) => [
    name,
    [
      params(build),
      counted(search.length, 'setting'),
      ...(source === undefined ? ['built in'] : [`${source.file}, SHA-256 ${source.sha256}`]),
    ]
      .filter(text => text !== '')
      .join(' · '),
  ]);

/** `letter`: of several runs the one that tables call it by; else empty. */
export const about = (state: BenchRun, details: Details, letter: string, now: Now): Html => {
  const machine = Object.keys(details.machine).length > 0 ? details.machine : ((state.machine ?? {}) as Details['machine']);
  const own = (title: string): string => (letter === '' ? title : `${letter}: ${title}`);
  return html`${factList(own('Run'), runFacts(state, details, now))}
${factList(own('Implementations'), implementationFacts(state))}
${dataFacts(state, details)}
${factList(own('Machine and versions'), machineFacts(machine))}
${state.warnings.length > 0 && html`<h3>${own('What the run warned of')}</h3><ul>${state.warnings.map(warning => html`<li>${warning}</li>`)}</ul>`}`;
};
