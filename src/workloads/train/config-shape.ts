/** A training's settings as the spec and `job.json` have them: the sections of `modal/seizure/src/seizure/training/config-schema.json`. */
export type TrainConfig = {
  readonly model: {
    /** A size, or the name of a file of a person's own without ".py". */
    readonly name: string;
    readonly options: Readonly<Record<string, unknown>>;
  };
  readonly windows: { readonly seconds: number; readonly batch: number; readonly seizure_fraction: number | null };
  readonly augment: { readonly gain: number; readonly channel_dropout: number; readonly noise: number };
  readonly training: {
    readonly steps: number;
    readonly learning_rate: number;
    readonly warmup_steps: number;
    readonly final_learning_rate: number;
    readonly weight_decay: number;
    readonly gradient_clip: number | null;
    readonly accumulate: number;
    readonly ema_decay: number;
    readonly label_smoothing: number;
    readonly evaluate_every: number;
    readonly patience: number;
    readonly checkpoint_every: number;
    readonly keep_last: number;
    readonly precision: 'auto' | 'float32' | 'bfloat16';
    readonly compile: boolean;
    readonly kernels: 'torch' | 'mamba-ssm';
    readonly device: 'auto' | 'cpu' | 'cuda';
    readonly processes: number;
    readonly threads: number;
    readonly seed: number;
  };
  readonly evaluation: {
    readonly overlap: number;
    readonly hysteresis: number;
    readonly merge_seconds: number;
    readonly min_seconds: number;
    readonly max_seconds: number | null;
    readonly draws: number;
  };
};
