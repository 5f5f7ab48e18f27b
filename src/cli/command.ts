/** What a command is: its words for the help, its options, and the module that runs it. */
import type { CommandName } from '../text/command-names.ts';
import type { Io } from './io.ts';
import type { Output } from './output.ts';

export type Option = {
  /** A word in capitals when it takes a value: "FILE". */
  readonly value?: string;
  readonly short?: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  readonly says: string;
};

export type Positional = { readonly name: string; readonly required: boolean; readonly many?: boolean };

export type Invocation = {
  /** As it was typed, without the command's name. */
  readonly args: readonly string[];
  readonly words: readonly string[];
  /** The last value given. */
  text(option: string): string | undefined;
  /** Every value given. */
  texts(option: string): readonly string[];
  flag(option: string): boolean;
};

export type Context = { readonly io: Io; readonly out: Output };

/** Returns the exit code; throws a `UserError` for what a person can mend. */
export type Run = (invocation: Invocation, context: Context) => Promise<number>;

export type Command = {
  readonly name: CommandName;
  readonly summary: string;
  readonly positionals: readonly Positional[];
  readonly options: Readonly<Record<string, Option>>;
  /** Does nothing but tell: ends when nobody reads it any more. */
  readonly onlyTells?: true;
  /** Lines shown below the options. */
  readonly more?: readonly string[];
  /** Loaded when it runs: help and errors stay instant. */
  readonly load: () => Promise<{ readonly run: Run }>;
};

/** Options that every command has. */
export const commonOptions: Readonly<Record<string, Option>> = {
  json: { says: 'NDJSON on stdout, nothing else' },
  help: { short: 'h', says: 'this text' },
};

/** What may stand for RUN. */
export const runNote = ['RUN is a name, the beginning of one, or "latest".'];

/** Where at Modal: which of a person's accounts. */
export const accountOptions: Readonly<Record<string, Option>> = {
  profile: { value: 'NAME', says: 'on Modal: the profile of ~/.modal.toml (the active one)' },
  env: { value: 'NAME', says: 'on Modal: the environment (that of the profile)' },
};

/** What was said with them. */
export const accountIn = (invocation: Invocation): { readonly profile: string | null; readonly environment: string | null } => ({
  profile: invocation.text('profile') ?? null,
  environment: invocation.text('env') ?? null,
});
