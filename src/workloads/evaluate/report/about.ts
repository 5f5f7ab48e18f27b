/** What was evaluated, with what: everything that a figure can depend on. Pure. */

import { type Fact, factList } from '../../../report/facts.ts';
import { type Html, html } from '../../../report/html.ts';
import { duration, size } from '../../../text/format.ts';
import type { EvaluateRun } from '../spec.ts';
import type { Details } from './details.ts';

/** `when`: unix milliseconds as the reader's own clock says it. */
export type Written = { readonly version: string; readonly when: string };

const labels: Readonly<Record<string, string>> = {
  cpu: 'processor',
  cores: 'cores',
  os: 'system',
  memory_bytes: 'memory',
  python: 'Python',
  montage: 'montage',
  rate: 'samples a second',
  low: 'band from, Hz',
  high: 'band to, Hz',
  notch: 'without mains, Hz',
  filter: 'filter',
  clip: 'clipped at, robust units',
};

const shownValue = (name: string, value: string | number | boolean | null): string => {
  if (value === null) return '–';
  return name === 'memory_bytes' && typeof value === 'number' ? size(value) : String(value);
};

const rowsOf = (record: Readonly<Record<string, string | number | boolean | null>>): readonly Fact[] =>
  Object.entries(record).map(([name, value]): Fact => [labels[name] ?? name.replaceAll('_', ' '), shownValue(name, value)]);

/** Hours with two digits: a split may be small. */
const splitWords = (splits: Details['datasets'][number]['splits']): string =>
  splits
    .map(
      ({ split, patients, recordings, hours, seizures }) =>
        `${split}: ${patients} patients, ${recordings} recordings, ${hours.toFixed(2)} h, ${seizures} seizures`,
    )
    .join('; ');

export const about = (state: EvaluateRun, details: Details, { version, when }: Written): Html => {
  const { spec } = state;
  const datasets = spec.datasets.map(({ name }) => {
    const known = details.datasets.find(one => one.name === name);
    return factList(`Data: ${name}`, [
      ['origin', known?.synthetic === true ? 'synthetic: made up, recorded from nobody' : undefined],
      ['layout', known?.layout ?? undefined],
      ['version', known?.version ?? undefined],
      ['licence', known?.licence ?? undefined],
      ['split hash', known?.split_hash ?? undefined],
      ['splits', known === undefined ? undefined : splitWords(known.splits)],
      ['store', known?.store?.split(/[\\/]/).at(-1)],
    ]);
  });
  const settings = Object.keys(details.settings).length > 0 ? details.settings : { ...spec.settings };
  const machine = Object.keys(details.machine).length > 0 ? details.machine : ((state.machine ?? {}) as Details['machine']);
  return html`<h2 id="about">What was evaluated</h2>
${factList('Run', [
  ['name', state.run],
  ['begun', new Date(state.createdAt).toISOString().replace(/\.\d+Z$/, 'Z')],
  ['ended as', state.status === 'ended' ? state.outcome : `${state.status}: not over when this was written`],
  ['checkpoint', spec.checkpoint],
  ...(spec.checkpoints ?? []).map(({ title, trainedOn }): Fact => [title, `trained on ${trainedOn.join(', ')}`]),
  ['seed of the intervals', String(details.seed ?? spec.seed)],
  ['draws of patients', String(details.draws ?? spec.draws)],
  ['took', details.seconds === undefined ? undefined : duration(details.seconds)],
  ['where', spec.target === 'modal' ? 'Modal' : 'one machine'],
  ['report', `ann-tui ${version}, ${when}`],
])}
${datasets}
${factList('Preparation', rowsOf(settings))}
${factList('Machine and versions', rowsOf(machine))}`;
};
