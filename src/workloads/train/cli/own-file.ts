/** A dry run of a model file of a person's own: whether the run would take it, by the check that it begins with. */
import type { Context } from '../../../cli/command.ts';
import { exitCodes } from '../../../errors/errors.ts';
import { trainingStatus } from '../../../setup/training/status.ts';
import { counted } from '../../../text/format.ts';
import { channelsOf } from '../cost.ts';
import type { TrainSpec } from '../spec.ts';
import { checkModel } from '../user-code/check.ts';
import type { ModelVerdict } from '../user-code/verdict.ts';

const linesOf = (file: string, { verdict, what, why, hint, parameters, notes = [] }: ModelVerdict): readonly string[] =>
  verdict === 'ok'
    ? [`${file}: ok${parameters === undefined ? '' : `, ${counted(parameters, 'parameter')}`}`, ...notes.map(note => `  note: ${note}`)]
    : [`! ${verdict}: ${what}`, `  ${why}`, ...(hint === undefined ? [] : [`  hint: ${hint}`])];

/** Returns the exit code that the run would have of it. Where there is no environment to check it in, that is said. */
export const checkOwnFile = async (spec: Pick<TrainSpec, 'source' | 'config' | 'settings'>, { io, out }: Context): Promise<number> => {
  const { source, config, settings } = spec;
  if (source === null) return exitCodes.done;
  if (!trainingStatus().ready) {
    out.line(`  ${source.file} and its options are checked when the run begins: the environment with PyTorch is not set up`);
    return exitCodes.done;
  }
  const asked = { options: config.model.options, rate: settings.rate, seconds: config.windows.seconds, channels: [channelsOf(spec)] };
  const verdict = await checkModel(source.from, io.signal, asked);
  for (const line of linesOf(source.file, verdict)) out.line(`  ${line}`);
  out.record({ type: 'model_verdict', ...verdict });
  return verdict.verdict === 'ok' ? exitCodes.done : exitCodes.failed;
};
