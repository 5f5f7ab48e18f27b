import { integer } from '../../../../config/schema.ts';
import { ignored, kept, only } from '../field.ts';

const named = 'runs have names of their own (ann-tui runs), and a run has its whole config';
const keeps = 'the best checkpoint and the last three are kept';
const wandb = 'nothing is sent while it trains: ann-tui export wandb RUN makes a W&B run of its curves, here, and sends it only when asked';
const loss = 'at most 1,000 losses of a seed are kept, whatever the length';

export const experimentFields = [
  ignored({ field: 'experiment.name', why: named }),
  ignored({ field: 'experiment.description', dead: true, why: named }),
  kept({
    field: 'experiment.seed',
    to: 'training.seed',
    why: 'of weights, windows and augmentation; --seeds 3 trains three',
    refused: 'below 0, above 4,294,967,295',
    read: integer({ from: 0, to: 4_294_967_295 }),
    unsaid: 42,
  }),
  kept({
    field: 'experiment.device',
    to: 'training.device',
    why: 'auto takes a GPU where there is one',
    refused: 'mps',
    read: only(['auto', 'cuda', 'cpu'], 'a training runs on a processor or on a CUDA GPU', 'write cpu, or auto'),
    unsaid: 'auto',
  }),
  ignored({
    field: 'experiment.output_dir',
    why: 'a run has a folder of its own; its files come to where you want them by ann-tui results RUN --get DIR',
  }),
  ignored({ field: 'experiment.cache_dir', why: 'one store for each preparation, in the folder of datasets (ann-tui info)' }),
  ignored({ field: 'experiment.log_level', dead: true, why: 'a run keeps all that it said: ann-tui logs RUN' }),
  ignored({ field: 'experiment.save_model', dead: true, why: keeps }),
  ignored({ field: 'experiment.save_best_only', dead: true, why: keeps }),
  ignored({ field: 'experiment.save_checkpoint', dead: true, why: keeps }),
  ignored({ field: 'experiment.save_every_n_epochs', dead: true, why: keeps }),
  ignored({ field: 'experiment.wandb.enabled', why: wandb }),
  ignored({ field: 'experiment.wandb.project', why: wandb }),
  ignored({ field: 'experiment.wandb.entity', why: wandb }),
  ignored({ field: 'experiment.wandb.tags', why: wandb }),
];

export const loggingFields = [
  ignored({ field: 'logging.log_every_n_steps', dead: true, why: loss }),
  ignored({ field: 'logging.log_gradients', dead: true, why: 'the norm of the gradient is always among the metrics' }),
  ignored({ field: 'logging.log_weights', dead: true, why: 'checkpoints hold the weights' }),
];
