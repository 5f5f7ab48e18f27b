/** Whether a line out of a journal has what its kind needs: the fold, the screens and the supervisor then rely on it. */

import * as v from 'valibot';
import { isEvent } from '../events/event.ts';
import { toIdentity } from '../process/identity.ts';
import { fits, isRecord, number } from '../util/shape.ts';
import { type JournalLine, journalVersion } from './journal-entry.ts';
import { specMisfit } from './spec-check.ts';

/** `newer`: written by a version of this program that knows more; `torn`: nothing that can be used. */
export type JudgedLine =
  | { readonly verdict: 'ok'; readonly line: JournalLine }
  | { readonly verdict: 'newer'; readonly version: number }
  | { readonly verdict: 'torn' };

/** The last millisecond that a date can be made of. */
const lastMoment = 8.64e15;
/** No journal has so many lines; a number beyond has no successor in the end. */
const mostLines = 1e12;

const moment = v.pipe(number, v.minValue(0), v.maxValue(lastMoment));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const whole = v.nullable(v.pipe(v.number(), v.safeInteger()));
const text = v.string();
const maybeText = v.optional(text);
const spec = v.custom(value => specMisfit(value) === undefined);
const event = v.custom(isEvent);

const failure = v.looseObject({ what: text, why: text, kept: maybeText, hint: maybeText });

const handle = v.union([
  v.looseObject({ app: text, call: text, run: text }),
  v.custom(value => isRecord(value) && !('call' in value) && toIdentity(value) !== undefined),
]);

/** Kinds that are not named here are of a newer journal and pass: the fold does nothing with them. */
const observations: Readonly<Record<string, v.GenericSchema>> = {
  stage: v.looseObject({
    stage: text,
    state: v.picklist(['start', 'done']),
    at: moment,
    label: maybeText,
    seconds: v.optional(number),
  }),
  container: v.looseObject({
    task: text,
    role: maybeText,
    name: maybeText,
    queuedAt: v.optional(moment),
    assignedAt: v.optional(moment),
    startedAt: v.optional(moment),
    finishedAt: v.optional(moment),
  }),
  clock: v.looseObject({ plane: moment, uptime: number, boot: text }),
  contact: v.looseObject({ lost: v.boolean(), why: maybeText }),
  notice: v.looseObject({ text }),
};

const fitsKind = (shapes: Readonly<Record<string, v.GenericSchema>>, value: unknown): boolean => {
  if (!isRecord(value) || typeof value.kind !== 'string') return false;
  const shape = Object.hasOwn(shapes, value.kind) ? shapes[value.kind] : undefined;
  return shape === undefined || fits(shape, value);
};

const observation = v.custom(value => fitsKind(observations, value));

/** Likewise. */
const lines: Readonly<Record<string, v.GenericSchema>> = {
  created: v.looseObject({ run: text, spec }),
  launching: v.looseObject({ attempt: count }),
  launched: v.looseObject({ attempt: count, handle }),
  event: v.looseObject({ attempt: count, event, next: v.optional(count) }),
  bad_event: v.looseObject({ attempt: count, next: v.optional(count) }),
  observed: v.looseObject({ attempt: count, observation }),
  stop_requested: v.looseObject({ reason: text }),
  budget_set: v.looseObject({ dollars: number }),
  exited: v.looseObject({
    attempt: count,
    code: whole,
    signal: whole,
    lost: v.boolean(),
    jobAt: v.optional(moment),
    failure: v.optional(failure),
  }),
  collected: v.looseObject({ attempt: count, failure: v.optional(failure) }),
  ended: v.looseObject({
    outcome: v.picklist(['done', 'failed', 'stopped', 'budget', 'lost']),
    exitCode: count,
    failure: v.optional(failure),
  }),
  resumed: v.looseObject({ attempt: count }),
};

const numbered = v.looseObject({ v: v.literal(journalVersion), n: v.pipe(count, v.minValue(1), v.maxValue(mostLines)), at: moment });

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
  if (!isRecord(value) || typeof value.kind !== 'string') return { verdict: 'torn' };
  const { v: version } = value;
  if (Number.isSafeInteger(version) && (version as number) > journalVersion) return { verdict: 'newer', version: version as number };
  if (!fits(numbered, value) || !fitsKind(lines, value)) return { verdict: 'torn' };
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
