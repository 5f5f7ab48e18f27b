/** A config of this program out of the values of one of the origin’s. Pure. */
import type { PrepareSettings } from '../../prepare/settings.ts';
import type { TrainConfig } from '../config-shape.ts';
import { datasets } from './fields/data.ts';
import { windowsOfEpoch } from './fields/training.ts';

/** Values by the origin’s names, each checked, what a file leaves out as the origin takes it. */
export type Values = ReadonlyMap<string, unknown>;

/** What of a config the origin’s decide; the rest is as where nothing is said. */
export type Decided = {
  readonly datasets: readonly string[];
  readonly prepare: Pick<PrepareSettings, 'montage' | 'rate' | 'low' | 'high' | 'notch'>;
  readonly model: TrainConfig['model'];
  readonly windows: TrainConfig['windows'];
  readonly training: Partial<TrainConfig['training']>;
  readonly evaluation: Partial<TrainConfig['evaluation']>;
};

/** The share of windows with a seizure in the origin’s balanced set of TUSZ. */
const balanced = 0.34;

/** Takes what stands behind the fourth decimal for the noise of a subtraction. */
const rounded = (value: number): number => Number(value.toFixed(4));

export const decidedBy = (values: Values): Decided => {
  const of = <T>(field: string): T => values.get(field) as T;
  const [low = 0, high = 0] = of<readonly number[]>('preprocessing.bandpass');
  const notch = of<number>('preprocessing.notch_freq');
  const seconds = of<number>('data.window_size');
  const batch = of<number>('training.batch_size');
  const accumulate = of<number>('training.gradient_accumulation_steps');
  const stepsOfEpoch = Math.ceil(windowsOfEpoch / (batch * accumulate));
  const steps = of<number>('training.epochs') * stepsOfEpoch;
  const clip = of<number>('training.gradient_clip');
  return {
    datasets: [datasets[of<string>('data.dataset')] ?? ''],
    prepare: {
      montage: of<string>('data.dataset') === 'chb_mit' ? 'bipolar' : 'referential',
      rate: of('data.sampling_rate'),
      low,
      high,
      notch: low < notch && notch < high ? notch : null,
    },
    model: { name: 'base', options: {} },
    windows: { seconds, batch, seizure_fraction: of<boolean>('data.use_balanced_sampling') ? balanced : null },
    training: {
      steps,
      learning_rate: of('training.learning_rate'),
      warmup_steps: Math.round(of<number>('training.scheduler.warmup_ratio') * steps),
      final_learning_rate: 0,
      weight_decay: of('training.weight_decay'),
      gradient_clip: clip === 0 ? null : clip,
      accumulate,
      evaluate_every: stepsOfEpoch,
      patience: of('training.early_stopping.patience'),
      checkpoint_every: of<number>('training.checkpoint_interval') * stepsOfEpoch,
      precision: of<boolean>('training.mixed_precision') ? 'auto' : 'float32',
      compile: of('resources.compile_model'),
      device: of('experiment.device'),
      seed: of('experiment.seed'),
    },
    evaluation: {
      overlap: rounded(1 - of<number>('data.stride') / seconds),
      hysteresis: rounded(of<number>('postprocessing.hysteresis.tau_on') - of<number>('postprocessing.hysteresis.tau_off')),
      merge_seconds: of('postprocessing.events.tau_merge'),
      min_seconds: of('postprocessing.duration.min_duration_s'),
      max_seconds: of('postprocessing.duration.max_duration_s'),
    },
  };
};
