import { boolean, integer, number, text } from '../../../../config/schema.ts';
import { changed, ignored, kept, only, where } from '../field.ts';

/** Windows of an epoch of the origin: those of its balanced set of TUSZ 2.0.3 (7,702 batches of 8). */
export const windowsOfEpoch = 61_616;

const epoch = 'an epoch is counted as the 61,616 windows that it had there on TUSZ';
const imbalance =
  'binary cross-entropy here: that seizures are rare is met in the sampler (windows.seizure_fraction), and probabilities stay probabilities';

export const trainingFields = [
  changed({
    field: 'training.epochs',
    to: 'training.steps',
    why: `${epoch}; training is told, resumed and priced by steps. A short one: --set training.steps=300`,
    refused: '0, and above 200',
    read: where(
      integer({ from: 0, to: 200 }),
      epochs => epochs > 0,
      'nothing would be trained',
      'write 1 or more, or score what is trained: ann-tui evaluate --checkpoint RUN',
    ),
    unsaid: 1,
  }),
  kept({
    field: 'training.batch_size',
    to: 'windows.batch',
    why: 'windows of a batch',
    refused: 'above 8,192',
    read: integer({ from: 1, to: 8192 }),
    unsaid: 16,
  }),
  changed({
    field: 'training.loss',
    why: imbalance,
    refused: 'other than focal and bce',
    read: only(['focal', 'bce'], 'the origin had focal and bce', 'write bce'),
  }),
  ignored({ field: 'training.focal_alpha', why: imbalance }),
  ignored({ field: 'training.focal_gamma', why: imbalance }),
  kept({
    field: 'training.learning_rate',
    to: 'training.learning_rate',
    why: 'the highest, after warm-up. It was chosen for another model; that of a preset is chosen for this one',
    refused: '0 and above 1',
    read: number({ above: 0, to: 1 }),
    unsaid: 3e-4,
  }),
  kept({
    field: 'training.weight_decay',
    to: 'training.weight_decay',
    why: 'not of norms and biases, there as here',
    refused: 'above 1',
    read: number({ from: 0, to: 1 }),
    unsaid: 0.05,
  }),
  kept({
    field: 'training.optimizer',
    why: 'AdamW',
    refused: 'adam, sgd',
    read: only(['adamw'], 'there is AdamW alone, as in the origin, where the other two ended in an error', 'write adamw'),
  }),
  kept({
    field: 'training.scheduler.type',
    to: 'training.final_learning_rate',
    why: 'a cosine to 0',
    refused: 'linear, constant',
    read: only(['cosine'], 'there is the cosine alone, as in the origin, where the others ended in an error', 'write cosine'),
    unsaid: 'cosine',
  }),
  changed({
    field: 'training.scheduler.warmup_ratio',
    to: 'training.warmup_steps',
    why: 'so much of all steps',
    refused: 'above 0.5',
    read: number({ from: 0, to: 0.5 }),
    unsaid: 0.1,
  }),
  kept({
    field: 'training.gradient_clip',
    to: 'training.gradient_clip',
    why: 'largest norm of the gradient; 0 is null here: any',
    refused: 'above 1,000,000',
    read: number({ from: 0, to: 1_000_000 }),
    unsaid: 1,
  }),
  changed({
    field: 'training.mixed_precision',
    to: 'training.precision',
    why: 'true is auto: bfloat16 on a GPU that has it, never float16, which overflowed there; false is float32',
    read: boolean,
    unsaid: true,
  }),
  kept({
    field: 'training.gradient_accumulation_steps',
    to: 'training.accumulate',
    dead: true,
    why: 'batches of a step; here it is read',
    refused: 'above 4,096',
    read: integer({ from: 1, to: 4096 }),
    unsaid: 1,
  }),
  changed({
    field: 'training.early_stopping.patience',
    to: 'training.patience',
    why: 'looks at dev, of which there is one an epoch',
    refused: 'above 100,000',
    read: integer({ from: 0, to: 100_000 }),
    unsaid: 5,
  }),
  changed({
    field: 'training.early_stopping.metric',
    why: 'AUROC over the seconds of dev: sensitivity at a false alarm rate jumps with single events, and a best step chosen by it is chance',
    read: text,
  }),
  changed({
    field: 'training.early_stopping.mode',
    why: 'AUROC is better when it is higher',
    refused: 'min',
    read: only(['max'], 'what is looked at is AUROC, which is better when it is higher', 'write max'),
  }),
  changed({
    field: 'training.checkpoint_interval',
    to: 'training.checkpoint_every',
    why: `${epoch}; a training goes on at its last checkpoint, to the last bit`,
    refused: 'above 200',
    read: integer({ from: 1, to: 200 }),
    unsaid: 1,
  }),
  ignored({
    field: 'training.mid_checkpoint_interval_s',
    why: 'checkpoints are counted in steps, not in minutes: checkpoint_interval decides',
  }),
  ignored({ field: 'training.mid_epoch_keep', why: 'the last three checkpoints are kept, and the best: --set training.keep_last=5' }),
  ignored({
    field: 'training.resume',
    why: 'what was interrupted goes on by ann-tui resume RUN',
    refused: 'true',
    read: only([false], 'a config begins a training', 'take the line out; what was interrupted goes on by ann-tui resume RUN'),
  }),
];
