/** What a command says. Plain: lines to read. JSON: nothing on stdout but one object a line. */
import { typed } from '../text/typed.ts';
import { type Io, isUtf8, toAscii } from './io.ts';

export type Output = {
  readonly json: boolean;
  /** A line of the answer; dropped under `--json`. */
  line(text?: string): void;
  /** A record of the answer; dropped without `--json`. */
  record(value: object): void;
  /** Chatter, to stderr either way. */
  note(text: string): void;
};

/** Fields of records that hold commands: what a program reads there it can run. */
const stepFields = new Set(['hint', 'next', 'fix', 'attach', 'stop']);

const asTyped = (field: string, value: unknown): unknown => {
  if (!stepFields.has(field)) return value;
  if (typeof value === 'string') return typed(value);
  return Array.isArray(value) ? value.map(one => (typeof one === 'string' ? typed(one) : one)) : value;
};

/** Whatever is said names commands of ours as `ann-tui ARGS`; here they become what a person can type. */
export const createOutput = (io: Io, json: boolean): Output => {
  const shown = isUtf8(io.env) ? (text: string) => text : toAscii;
  return {
    json,
    line: (text = '') => {
      if (!json) io.stdout(`${shown(typed(text))}\n`);
    },
    record: value => {
      if (json) io.stdout(`${JSON.stringify(value, asTyped)}\n`);
    },
    note: text => io.stderr(`${shown(typed(text))}\n`),
  };
};

export type Paced = { (text: string): void /** Whatever was said a moment ago. */; readonly now: (text: string) => void };

/** Lets through one line per `everyMs`, and none twice: a log is read by people. */
export const createPaced = (say: (text: string) => void, everyMs: number, now: () => number = () => performance.now()): Paced => {
  let last = Number.NEGATIVE_INFINITY;
  let said: string | undefined;
  const tell = (text: string): void => {
    if (text === said) return;
    last = now();
    said = text;
    say(text);
  };
  const paced = (text: string): void => {
    if (now() - last >= everyMs) tell(text);
  };
  return Object.assign(paced, { now: tell });
};
