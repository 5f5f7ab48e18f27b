/** What an account may spend and run, and what a person should know of it, in words. Pure. */
import type { ModalEnvironment } from '../modal-client/types.ts';
import { count, money } from '../text/format.ts';
import { isWide, modeText } from './file-mode.ts';
import type { ModalStatus } from './modal-status.ts';

export type Ready = Extract<ModalStatus, { state: 'ready' }>;

/** The environment that is used; undefined where Modal does not list it. */
export const environmentOf = ({ environment, environments = [] }: Ready): ModalEnvironment | undefined =>
  environments.find(entry => (environment === '' ? entry.default : entry.name === environment));

/** Dollars of this billing cycle. */
export type Spending = { readonly limit: number; readonly used: number; readonly left: number };

/** The lowest of what limits it; undefined where Modal tells no limit. */
export const spendingOf = ({ budget, spendLimit, usage }: ModalEnvironment): Spending | undefined => {
  const limits = [budget, spendLimit].filter(limit => limit !== null && limit > 0) as readonly number[];
  if (limits.length === 0 || usage === null) return undefined;
  const limit = Math.min(...limits);
  return { limit, used: usage, left: Math.max(0, limit - usage) };
};

/** "$12.34 of $30.00 left", "the spend limit of $30.00 is reached"; undefined where Modal says nothing. */
export const spendingWords = (environment: ModalEnvironment | undefined): string | undefined => {
  if (environment === undefined) return undefined;
  const spending = spendingOf(environment);
  if (environment.limitReached)
    return spending === undefined ? 'the spend limit is reached' : `the spend limit of ${money(spending.limit)} is reached`;
  return spending === undefined ? undefined : `${money(spending.left)} of ${money(spending.limit)} left`;
};

/** "ready, $12.34 of $30.00 left" */
export const readyWords = (status: Ready): string => {
  const environment = environmentOf(status);
  const words = spendingWords(environment);
  if (environment?.limitReached) return `signed in, but ${words}`;
  return words === undefined ? 'ready' : `ready, ${words}`;
};

/** "0 of 1,000 containers, 0 of 50 GPUs in use"; undefined where Modal says nothing. */
export const limitWords = (environment: ModalEnvironment | undefined): string | undefined => {
  if (environment === undefined) return undefined;
  const part = ({ now, most }: ModalEnvironment['gpus'], name: string): readonly string[] =>
    most === null ? [] : [`${now === null ? 'at most' : `${count(now)} of`} ${count(most)} ${name}`];
  const parts = [...part(environment.containers, 'containers'), ...part(environment.gpus, 'GPUs')];
  return parts.length === 0 ? undefined : `${parts.join(', ')} in use`;
};

const dayMs = 86_400_000;
/** Days before its end that a token is worth a word. */
export const expiryDays = 7;

/** "its token runs out in 3 days"; undefined while there is time, or without an end. */
export const expiryWords = (expiresAt: number | undefined, now: number): string | undefined => {
  if (expiresAt === undefined) return undefined;
  const days = (expiresAt - now) / dayMs;
  if (days < 0) return 'its token has run out';
  if (days >= expiryDays) return undefined;
  const whole = Math.floor(days);
  return `its token runs out ${whole === 0 ? 'within a day' : whole === 1 ? 'in a day' : `in ${whole} days`}`;
};

/** Something that a person should know, and what to type. */
export type Warning = { readonly text: string; readonly fix: string };

export type Seen = {
  readonly status: ModalStatus;
  /** MODAL_TOKEN_ID is set. */
  readonly environmentToken: boolean;
  /** Profiles of the file that have a token. */
  readonly profiles: readonly string[];
  /** As it is shown. */
  readonly file: string;
  readonly mode: number | null;
  readonly problem: { readonly line: number | null; readonly text: string } | null;
  readonly now: number;
};

/** A word as a shell takes it. A home folder stays what it means. */
const quoted = (file: string): string => (/^[\w@%+=:,./~-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`);

export const openAtLine = (file: string, line: number | null): string =>
  `\${EDITOR:-vi} ${line === null ? '' : `+${line} `}${quoted(file)}`;

export const brokenWords = (file: string, { line, text }: { readonly line: number | null; readonly text: string }): string =>
  `${file}${line === null ? '' : ` line ${line}`} cannot be read: ${text}`;

export const overrideWords = (profiles: readonly string[]): string =>
  profiles.length === 0
    ? 'the token comes from MODAL_TOKEN_ID'
    : `MODAL_TOKEN_ID is set: its token is used, and ${profiles.length === 1 ? `profile ${profiles[0]} is` : 'the profiles are'} not`;

/** What to type to have the profiles count again. */
export const unsetTokens = 'unset MODAL_TOKEN_ID MODAL_TOKEN_SECRET';

export const wideWords = (file: string, mode: number): string =>
  `${file} has mode ${modeText(mode)}: others on this machine may read the tokens in it`;

/** In the order of their weight. */
export const accountWarnings = ({ status, environmentToken, profiles, file, mode, problem, now }: Seen): readonly Warning[] => {
  const environment = status.state === 'ready' ? environmentOf(status) : undefined;
  const expiry = status.state === 'ready' ? expiryWords(status.expiresAt, now) : undefined;
  return [
    ...(problem === null ? [] : [{ text: brokenWords(file, problem), fix: openAtLine(file, problem.line) }]),
    ...(environmentToken && profiles.length > 0 ? [{ text: overrideWords(profiles), fix: unsetTokens }] : []),
    ...(environment?.limitReached
      ? [{ text: spendingWords(environment) ?? 'the spend limit is reached', fix: 'https://modal.com/settings/usage' }]
      : []),
    ...(expiry === undefined ? [] : [{ text: expiry, fix: environmentToken ? unsetTokens : 'ann-tui auth --new' }]),
    ...(mode !== null && isWide(mode) ? [{ text: wideWords(file, mode), fix: `chmod 600 ${quoted(file)}` }] : []),
  ];
};
