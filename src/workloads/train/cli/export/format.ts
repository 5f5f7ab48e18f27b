/** A form in which another program takes what a training made. */
import type { Context, Invocation, Option } from '../../../../cli/command.ts';

export type ExportRequest = {
  /** The run, as it was typed; of a checkpoint also RUN:SEED, or its folder. */
  readonly word: string;
  readonly out: string | undefined;
  readonly invocation: Invocation;
  readonly context: Context;
};

export type ExportFormat = {
  readonly name: string;
  /** For the help. */
  readonly says: string;
  /** Options that it has, beside --out. */
  readonly options: Readonly<Record<string, Option>>;
  /** Loaded when it is asked for. Returns the exit code. */
  readonly load: () => Promise<(request: ExportRequest) => Promise<number>>;
};
