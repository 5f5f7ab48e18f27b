/** The environment that trainings need. Nothing else needs it, so that nothing of it is more than a warning. */
import { counted, size } from '../text/format.ts';
import type { CheckResult } from './check-result.ts';
import { diagnose } from './diagnose.ts';
import { setupLog } from './making.ts';
import type { Environ } from './setup-process.ts';
import { packagesWith } from './training/contents.ts';
import { torchText, trainingFolders, trainingStatus } from './training/status.ts';
import { sizesOf } from './training/torch.ts';
import { tryTorch } from './training/trial.ts';

const name = 'Training';

const gpuText = (gpus: readonly string[]): string => (gpus.length === 0 ? 'no GPU seen' : gpus.join(', '));

/** Environments that stay on the disk though another is used. */
const othersText = (): string => {
  const others = trainingFolders().length - 1;
  return others === 0 ? '' : `; ${counted(others, 'other')} kept, unused`;
};

export const trainingCheck = async (env: Environ): Promise<CheckResult> => {
  const status = trainingStatus();
  if (!status.ready && status.never) {
    const found = `not set up; made when first needed, about ${size(sizesOf('cpu').disk)}, more for NVIDIA GPUs`;
    return { name, verdict: 'ok', found };
  }
  if (!status.ready) return { name, verdict: 'warn', found: `not ready: ${status.why}`, fix: 'ann-tui setup --training' };
  const { folder, variant, extras, python } = status;
  const trial = await tryTorch(folder, packagesWith(extras), env);
  if ('fault' in trial) {
    const { why } = diagnose('Trying PyTorch', trial.fault, setupLog());
    return {
      name,
      verdict: 'warn',
      found: `it does not work: ${why}`,
      fix: 'ann-tui uninstall --training --yes && ann-tui setup --training',
    };
  }
  const { torch, gpus } = trial.facts;
  const more = extras.length === 0 ? '' : `, with ${extras.join(', ')}`;
  return { name, verdict: 'ok', found: `${torchText(torch, variant)}, Python ${python}${more}; ${gpuText(gpus)}${othersText()}` };
};
