/** Whether a line out of a journal has what its kind needs: the fold, the screens and the supervisor then rely on it. */

import { isEvent } from '../events/event.ts';
import { toIdentity } from '../process/identity.ts';
import { isRecord } from '../util/shape.ts';
import { type JournalLine, journalVersion } from './journal-entry.ts';
import { specMisfit } from './spec-check.ts';

/** `newer`: written by a version of this program that knows more; `torn`: nothing that can be used. */
export type JudgedLine =
  | { readonly verdict: 'ok'; readonly line: JournalLine }
  | { readonly verdict: 'newer'; readonly version: number }
  | { readonly verdict: 'torn' };

type Fields = Readonly<Record<string, unknown>>;

/** The last millisecond that a date can be made of. */
const lastMoment = 8.64e15;
/** No journal has so many lines; a number beyond has no successor in the end. */
const mostLines = 1e12;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isMoment = (value: unknown): boolean => isNumber(value) && value >= 0 && value <= lastMoment;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string';
const isWhole = (value: unknown): boolean => value === null || Number.isSafeInteger(value);
const maybe = (value: unknown, fits: (value: unknown) => boolean): boolean => value === undefined || fits(value);

const isFailure = (value: unknown): boolean =>
  isRecord(value) && isText(value.what) && isText(value.why) && maybe(value.kept, isText) && maybe(value.hint, isText);

const isHandle = (value: unknown): boolean =>
  isRecord(value) && ('call' in value ? isText(value.app) && isText(value.call) && isText(value.run) : toIdentity(value) !== undefined);

const moments = ['queuedAt', 'assignedAt', 'startedAt', 'finishedAt'];

const isObservation = (value: unknown): boolean => {
  if (!isRecord(value)) return false;
  switch (value.kind) {
    case 'stage':
      return (
        isText(value.stage) &&
        (value.state === 'start' || value.state === 'done') &&
        isMoment(value.at) &&
        maybe(value.label, isText) &&
        maybe(value.seconds, isNumber)
      );
    case 'container':
      return (
        isText(value.task) && maybe(value.role, isText) && maybe(value.name, isText) && moments.every(name => maybe(value[name], isMoment))
      );
    case 'clock':
      return isMoment(value.plane) && isNumber(value.uptime) && isText(value.boot);
    case 'contact':
      return typeof value.lost === 'boolean' && maybe(value.why, isText);
    case 'notice':
      return isText(value.text);
    default:
      return isText(value.kind);
  }
};

const outcomes: readonly unknown[] = ['done', 'failed', 'stopped', 'budget', 'lost'];

/** Kinds that are not named here are of a newer journal and pass: the fold does nothing with them. */
const checks: Readonly<Record<string, (line: Fields) => boolean>> = {
  created: ({ run, spec }) => isText(run) && specMisfit(spec) === undefined,
  launching: ({ attempt }) => isCount(attempt),
  launched: ({ attempt, handle }) => isCount(attempt) && isHandle(handle),
  event: ({ attempt, event, next }) => isCount(attempt) && isEvent(event) && maybe(next, isCount),
  bad_event: ({ attempt, next }) => isCount(attempt) && maybe(next, isCount),
  observed: ({ attempt, observation }) => isCount(attempt) && isObservation(observation),
  stop_requested: ({ reason }) => isText(reason),
  budget_set: ({ dollars }) => isNumber(dollars),
  exited: ({ attempt, code, signal, lost, jobAt, failure }) =>
    isCount(attempt) &&
    isWhole(code) &&
    isWhole(signal) &&
    typeof lost === 'boolean' &&
    maybe(jobAt, isMoment) &&
    maybe(failure, isFailure),
  collected: ({ attempt, failure }) => isCount(attempt) && maybe(failure, isFailure),
  ended: ({ outcome, exitCode, failure }) => outcomes.includes(outcome) && isCount(exitCode) && maybe(failure, isFailure),
  resumed: ({ attempt }) => isCount(attempt),
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** One line as it stands on disk. Never throws. */
export const judgeLine = (text: string): JudgedLine => {
  const value = parsed(text);
  if (!isRecord(value) || !isText(value.kind)) return { verdict: 'torn' };
  const { v, n, at, kind } = value;
  if (Number.isSafeInteger(v) && (v as number) > journalVersion) return { verdict: 'newer', version: v as number };
  if (v !== journalVersion || !isCount(n) || n === 0 || (n as number) > mostLines || !isMoment(at)) return { verdict: 'torn' };
  if (Object.hasOwn(checks, kind) && checks[kind]?.(value) !== true) return { verdict: 'torn' };
  return { verdict: 'ok', line: value as unknown as JournalLine };
};

/** Why a journal whose first line this is says nothing of a run; undefined when it is a sound beginning. */
export const badBeginning = (text: string): string | undefined => {
  const judged = judgeLine(text);
  if (judged.verdict === 'newer') return newerWords(judged.version);
  if (judged.verdict === 'ok') return judged.line.kind === 'created' ? undefined : 'its journal has lost its first line';
  const value = parsed(text);
  if (!isRecord(value) || value.kind !== 'created') return 'its journal begins with what is no line of a journal';
  const misfit = specMisfit(value.spec);
  if (misfit === undefined) return 'the first line of its journal is damaged';
  return misfit === ''
    ? 'its journal does not say what was to be run (spec)'
    : `its journal does not say what was to be run (spec.${misfit})`;
};

export const newerWords = (version: number): string =>
  `its journal is of version ${version}, and this version of ann-tui reads up to ${journalVersion}`;
