/** A training that failed by what it is: to go on with it would end the same, so it is begun anew. Pure. */
import type { RunState } from '../../runs/state.ts';
import { quoted } from '../../text/shell-word.ts';
import { usualDataset } from '../prepare/plan.ts';
import type { Anew } from '../workload.ts';
import type { TrainResults } from './results.ts';
import type { TrainSpec } from './spec.ts';

/** What Python says where a field of the config is to blame, or the machine: it does not know what was typed. */
const otherField = /^ann-tui train --config FILE((?: --(?:set|target|gpu|memory) \S+)+)$/;

/** The command that trains the same again; what was --set beside it is not known here. `more`: words that stand at its end. */
const commandOf = ({ preset, source, config, datasets, seeds, check, target, hardware }: TrainSpec, more: string): string => {
  const names = datasets.map(({ name }) => name).join(',');
  return [
    `ann-tui train --config ${quoted(preset)} --model ${quoted(source?.from ?? config.model.name)}`,
    ...(names === usualDataset ? [] : [`--dataset ${names}`]),
    ...(seeds.length === 1 ? [] : [`--seeds ${seeds.join(',')}`]),
    ...(check ? ['--check'] : []),
    ...(target === 'modal' && !more.includes('--target') ? [`--target modal --hardware ${hardware.id}`] : []),
    ...(more === '' ? [] : [more]),
  ].join(' ');
};

/** Undefined where going on with it may help. */
export const anewOf = ({ spec, results, jobFailure }: RunState<TrainSpec, TrainResults>): Anew | undefined => {
  if (jobFailure === undefined) return undefined;
  const { source } = spec;
  const { verdict } = results;
  const own = source !== null && verdict !== undefined && verdict.verdict !== 'ok';
  const [, sets] = otherField.exec(jobFailure.hint ?? '') ?? [];
  if (!own && sets === undefined) return undefined;
  return {
    command: commandOf(spec, sets?.trim() ?? ''),
    ...(own && { first: `edit ${source.file} first: this run keeps the copy that it began with` }),
  };
};
