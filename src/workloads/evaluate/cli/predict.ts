import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Invocation, Run } from '../../../cli/command.ts';
import { createEventPrinter } from '../../../cli/commands/data/sync-here.ts';
import { setUpFirst } from '../../../cli/set-up-first.ts';
import { typedWith } from '../../../cli/typed-with.ts';
import { exitCodes, usageError } from '../../../errors/errors.ts';
import { sanitizeLine } from '../../../logs/sanitize.ts';
import { trainingEnvironment } from '../../../setup/training/status.ts';
import { counted, duration } from '../../../text/format.ts';
import { shownPath } from '../../../util/paths.ts';
import { clock } from '../figures.ts';
import { type PredictedRecording, predictRecordings } from '../predict.ts';
import { oneCheckpoint } from './one-checkpoint.ts';

const help = 'ann-tui predict --help';

const thresholdIn = (invocation: Invocation): number | undefined => {
  const text = invocation.text('threshold');
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 1) return value;
  throw usageError(`--threshold ${text} cannot be`, 'it is a probability above 0, at most 1', help);
};

/** As many as a line has room for. */
const mostEvents = 4;

const spans = (events: readonly (readonly [number, number])[]): string => {
  const shown = events.slice(0, mostEvents).map(([start, end]) => `${clock(start)}–${clock(end)}`);
  return `${shown.join(', ')}${events.length > mostEvents ? ', …' : ''}`;
};

/** What each is called: by its file's name, or below the folder that all are in where two have one name. */
export const namesOf = (edfs: readonly string[]): readonly string[] => {
  const names = edfs.map(edf => path.basename(edf));
  if (new Set(names).size === names.length) return names;
  const folders = edfs.map(edf => path.dirname(path.resolve(edf)).split(path.sep));
  const [first = [], ...others] = folders;
  const parts = first.findIndex((part, at) => others.some(other => other[at] !== part));
  const common = first.slice(0, parts === -1 ? first.length : parts).join(path.sep);
  return edfs.map(edf => path.relative(common || path.sep, edf));
};

const lineOf = (one: PredictedRecording, name: string): string => {
  if ('error' in one) return `! ${name}: ${one.error}`;
  const found = one.events.length === 0 ? 'no seizure' : `${counted(one.events.length, 'seizure')} at ${spans(one.events)}`;
  const told = one.told.map(text => `; ${text}`).join('');
  return `${name}: ${found}, of ${duration(one.seconds)}${told} → ${shownPath(one.tsv)}`;
};

/** The same command with a folder that is not there yet. */
export const elsewhere = ({ args }: Pick<Invocation, 'args'>): string => {
  const folder = (n: number): string => {
    const name = n === 1 ? 'predicted' : `predicted-${n}`;
    return existsSync(name) ? folder(n + 1) : name;
  };
  return typedWith('predict', args, 'out', folder(1));
};

export const run: Run = async (invocation, context) => {
  const { io, out } = context;
  const edfs = invocation.words;
  const threshold = thresholdIn(invocation);
  // Before a set-up of minutes: a wrong command is only an error.
  const missing = edfs.find(edf => !existsSync(edf));
  if (missing !== undefined) throw usageError(`${missing} is not there`, 'EDF is a file, or a folder of them', help);
  const word = invocation.text('checkpoint');
  if (word === undefined) throw usageError('No checkpoint was named', 'the baselines have no threshold for one recording alone', help);
  const { choice, card } = oneCheckpoint(
    word,
    'predict',
    other => typedWith('predict', invocation.args, 'checkpoint', other),
    invocation,
    context,
  );
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
  if (card.data.every(({ synthetic }) => synthetic))
    out.line('! this model was trained on made-up patients: what it finds in a person’s EEG means nothing');
  const failed = recordings.filter(one => 'error' in one).length;
  if (failed === 0) return exitCodes.done;
  out.note(`${failed} of ${counted(recordings.length, 'recording')} could not be predicted`);
  if (recordings.some(one => 'taken' in one)) out.note(`next: ${elsewhere(invocation)}`);
  return exitCodes.failed;
};
