/** What a command says. Plain: lines to read. JSON: nothing on stdout but one object a line. */
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

export const createOutput = (io: Io, json: boolean): Output => {
  const shown = isUtf8(io.env) ? (text: string) => text : toAscii;
  return {
    json,
    line: (text = '') => {
      if (!json) io.stdout(`${shown(text)}\n`);
    },
    record: value => {
      if (json) io.stdout(`${JSON.stringify(value)}\n`);
    },
    note: text => io.stderr(`${shown(text)}\n`),
  };
};

/** Lets through one line per `everyMs`, and none twice: a log is read by people. */
export const createPaced = (say: (text: string) => void, everyMs: number, now: () => number = () => performance.now()) => {
  let last = Number.NEGATIVE_INFINITY;
  let said: string | undefined;
  return (text: string): void => {
    if (text === said || now() - last < everyMs) return;
    last = now();
    said = text;
    say(text);
  };
};
