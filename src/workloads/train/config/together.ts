/** What no field of a training's config can know alone; the job refuses the same (`training/config.py`, `model/build.py`). Pure. */
import { type UserError, usageError } from '../../../errors/errors.ts';
import type { TrainConfig } from '../config-shape.ts';
import { fullOptions, modelFields } from './model-options.ts';

const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);

type Misfit = { readonly field: string; readonly value: unknown; readonly why: string };

/** Of a person's own model nothing is known. */
const ofModel = ({ model }: TrainConfig, rate: number): readonly (Misfit | false)[] => {
  const options = fullOptions(model);
  if (options === undefined) return [];
  const { ssm_expansion, width, ssm_heads, front_hz } = options;
  const inner = number(ssm_expansion) * number(width);
  const possible = (modelFields.front_hz?.one_of ?? []).filter(hz => rate % number(hz) === 0);
  return [
    inner % number(ssm_heads) !== 0 && {
      field: 'model.options.ssm_heads',
      value: ssm_heads,
      why: `ssm_expansion · width is ${inner}, which ${ssm_heads} heads cannot share`,
    },
    rate % number(front_hz) !== 0 && {
      field: 'model.options.front_hz',
      value: front_hz,
      why: `${rate} Hz is no multiple of it; possible: ${possible.length === 0 ? 'none' : possible.join(', ')}`,
    },
  ];
};

/** The first field that does not go with the others, or undefined. `rate`: samples a second. `hint`: a command that shows what can be. */
export const misfitOf = (config: TrainConfig, rate: number, hint: string): UserError | undefined => {
  const { windows, training, evaluation } = config;
  const [first] = [
    windows.batch % training.processes !== 0 && {
      field: 'windows.batch',
      value: windows.batch,
      why: `it is divided among the ${training.processes} of training.processes`,
    },
    evaluation.max_seconds !== null &&
      evaluation.max_seconds < evaluation.min_seconds && {
        field: 'evaluation.max_seconds',
        value: evaluation.max_seconds,
        why: `it must not be below evaluation.min_seconds, which is ${evaluation.min_seconds} (s)`,
      },
    ...ofModel(config, rate),
  ].filter(one => one !== false);
  return first === undefined ? undefined : usageError(`${first.field} cannot be ${first.value}`, first.why, hint);
};
