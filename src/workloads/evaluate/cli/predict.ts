import { existsSync } from 'node:fs';
import type { Invocation, Run } from '../../../cli/command.ts';
import { createEventPrinter } from '../../../cli/commands/data/sync-here.ts';
import { targetOption } from '../../../cli/run-options.ts';
import { setUpFirst } from '../../../cli/set-up-first.ts';
import { typedWith } from '../../../cli/typed-with.ts';
import { exitCodes, usageError } from '../../../errors/errors.ts';
import { sanitizeLine } from '../../../logs/sanitize.ts';
import { trainingEnvironment } from '../../../setup/training/status.ts';
import { counted } from '../../../text/format.ts';
import { shownPath } from '../../../util/paths.ts';
import { type PredictedRecording, predictRecordings } from '../predict.ts';
import { foundText, madeUpWarning, namesOf } from '../predicted-words.ts';
import { oneCheckpoint } from './one-checkpoint.ts';
import { thereOnly } from './predict-options.ts';

const help = 'ann-tui predict --help';

const thresholdIn = (invocation: Invocation): number | undefined => {
  const text = invocation.text('threshold');
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 1) return value;
  throw usageError(`--threshold ${text} cannot be`, 'it is a probability above 0, at most 1', help);
};

const lineOf = (one: PredictedRecording, name: string): string => {
  if ('error' in one) return `! ${name}: ${one.error}`;
  return `${name}: ${foundText(one)} → ${shownPath(one.tsv)}`;
};

/** The same command with a folder that is not there yet. */
export const elsewhere = ({ args }: Pick<Invocation, 'args'>): string => {
  const folder = (n: number): string => {
    const name = n === 1 ? 'predicted' : `predicted-${n}`;
    return existsSync(name) ? folder(n + 1) : name;
  };
  return typedWith('predict', args, 'out', folder(1));
};

/** What says how a run at Modal is to be has no meaning for what is done here at once. Throws a usage error for it. */
const requireTarget = (invocation: Invocation): void => {
  if (targetOption(invocation, 'predict') === 'modal') return;
  const idle = thereOnly.filter(option => invocation.flag(option));
  if (idle.length === 0) return;
  throw usageError(
    `${idle.map(option => `--${option}`).join(', ')} cannot be without --target modal`,
    'on this machine it is done at once, and nothing is billed',
    typedWith('predict', invocation.args, 'target', 'modal'),
  );
};

export const run: Run = async (invocation, context) => {
  const { io, out } = context;
  const edfs = invocation.words;
  const threshold = thresholdIn(invocation);
  // Before a set-up of minutes: a wrong command is only an error.
  const missing = edfs.find(edf => !existsSync(edf));
  if (missing !== undefined) throw usageError(`${missing} is not there`, 'EDF is a file, or a folder of them', help);
  requireTarget(invocation);
  const word = invocation.text('checkpoint');
  if (word === undefined) throw usageError('No checkpoint was named', 'the baselines have no threshold for one recording alone', help);
  const { choice, card } = oneCheckpoint(
    word,
    'predict',
    other => typedWith('predict', invocation.args, 'checkpoint', other),
    invocation,
    context,
  );
  if (invocation.text('target') === 'modal') {
    const { predictThere } = await import('../../predict/cli/there.ts');
    return await predictThere(invocation, context, { checkpoint: choice.folder, threshold, elsewhere: () => elsewhere(invocation) });
  }
  if (!(await setUpFirst(context, 'training', invocation.flag('yes')))) return exitCodes.failed;
  const recordings = await predictRecordings({
    ...trainingEnvironment(),
    checkpoint: choice,
    edfs,
    out: invocation.text('out') ?? '.',
    ...(threshold !== undefined && { threshold }),
    onEvent: createEventPrinter(out),
    signal: io.signal,
  });
  const names = namesOf(recordings.map(({ edf }) => edf));
  for (const [at, one] of recordings.entries()) {
    out.line(sanitizeLine(lineOf(one, names[at] ?? one.edf)));
    out.record({ type: 'predicted', ...one, checkpoint: choice.folder, threshold: threshold ?? card.threshold });
  }
  if (card.data.every(({ synthetic }) => synthetic)) out.line(`! ${madeUpWarning}`);
  const failed = recordings.filter(one => 'error' in one).length;
  if (failed === 0) return exitCodes.done;
  out.note(`${failed} of ${counted(recordings.length, 'recording')} could not be predicted`);
  if (recordings.some(one => 'taken' in one)) out.note(`next: ${elsewhere(invocation)}`);
  return exitCodes.failed;
};
