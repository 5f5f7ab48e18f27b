/** What the sign-in says. Pure. */

import type { Accounts } from '../../src/accounts/account.ts';
import type { ModalStatus } from '../../src/accounts/modal-status.ts';
import { accountWarnings, environmentOf, limitWords, readyWords } from '../../src/accounts/words.ts';
import type { DatasetState } from '../../src/datasets/dataset-info.ts';
import type { VolumeDatasets } from '../../src/datasets/places.ts';
import type { Failure } from '../../src/errors/failure.ts';
import { bold, cut, dim, type LineLike, span, wrap } from '../app/text.ts';
import { failureLines } from '../components/failure.ts';
import { waitLine } from '../components/wait.ts';
import { type Step, stepLines } from '../doctor/setup.tsx';
import { accountOf } from './use-modal.ts';

export type Page = { readonly url: string; readonly code: string | null };

export type Work =
  | { readonly state: 'idle' }
  | { readonly state: 'installing'; readonly steps: readonly Step[] }
  /** `page` is absent until Modal told it; `lost` says why nothing can be heard now. */
  | { readonly state: 'waiting'; readonly since: number; readonly page?: Page; readonly lost?: string }
  | { readonly state: 'checking'; readonly since: number }
  | { readonly state: 'failed'; readonly failure: Failure };

export type SignInProps = {
  readonly work: Work;
  readonly status: ModalStatus | undefined;
  readonly askedAt: number | undefined;
  readonly accounts: Accounts | undefined;
  /** Absent while it is asked for. */
  readonly data: VolumeDatasets | undefined;
  readonly now: number;
  readonly columns: number;
};

const mark = (done: boolean, at: boolean) => (done ? span('ok', '✓ ') : at ? span('accent', '▸ ') : dim('· '));

/** Three steps; which of them one is at. */
const stepsLine = (status: ModalStatus | undefined): LineLike => {
  const client = status !== undefined && status.state !== 'client';
  const account = status?.state === 'ready';
  return [
    mark(client, status?.state === 'client'),
    'its client   ',
    mark(account, client && !account),
    'your account   ',
    mark(account, false),
    'what it may spend',
  ];
};

/** The address stands alone and whole: it is copied with the mouse, or typed. */
const addressLines = (url: string, columns: number): readonly LineLike[] => {
  const lines: LineLike[] = [];
  for (let rest = url; rest !== ''; rest = rest.slice(cut(rest, columns).length)) lines.push(span('accent', cut(rest, columns)));
  return lines;
};

const waitingLines = ({ since, page, lost }: Extract<Work, { state: 'waiting' }>, now: number, columns: number): readonly LineLike[] => {
  if (page === undefined) return [waitLine('Asking Modal for a page to sign in on', since, now, '1 to 3 seconds')];
  return [
    ...wrap('Open this address in a browser, on this machine or any other:', columns),
    '',
    ...addressLines(page.url, columns),
    '',
    ...(page.code === null ? [] : [['It asks for the code  ', bold(page.code)] as const, '']),
    waitLine('Waiting for you', since, now, 'a minute'),
    ...(lost === undefined
      ? []
      : wrap(`! Modal cannot be reached now, and is tried again: ${lost}`, columns).map(text => span('warn', text))),
    '',
    ...wrap('o opens a browser here; t takes a token that you have; esc leaves, nothing is changed.', columns).map(dim),
  ];
};

/** "gist-960-euclidean verified in ann-datasets" */
const dataWords = (data: VolumeDatasets | undefined): string => {
  if (data === undefined) return 'asking';
  if (data.state === 'unknown') return `not known: ${data.failure.what}`;
  const of = (wanted: DatasetState) => [...data.datasets].flatMap(([name, { state }]) => (state === wanted ? [name] : []));
  const said = [
    ...(of('verified').length > 0 ? [`${of('verified').join(', ')} verified`] : []),
    ...(of('partial').length > 0 ? [`${of('partial').join(', ')} in part`] : []),
  ];
  return said.length > 0
    ? `${said.join('; ')} in ${data.volume}`
    : `none in ${data.volume} yet; y in a benchmark's list of datasets brings it`;
};

const readyLines = (
  status: Extract<ModalStatus, { state: 'ready' }>,
  { accounts, data, now, columns }: SignInProps,
): readonly LineLike[] => {
  const environment = environmentOf(status);
  const limits = limitWords(environment);
  const names = (status.environments ?? []).map(({ name }) => name);
  const profiles = (accounts?.file.profiles ?? []).map(({ name }) => {
    const workspace = accounts?.workspaces.find(({ profile }) => profile === name)?.workspace;
    const shown = workspace === undefined || workspace === null || workspace === name ? name : `${name} (${workspace})`;
    return name === status.profile && !accounts?.environmentToken ? `▸ ${shown}` : shown;
  });
  const warnings = accountWarnings({
    status,
    environmentToken: accounts?.environmentToken ?? false,
    profiles: (accounts?.file.profiles ?? []).filter(({ token }) => token).map(({ name }) => name),
    file: accounts?.file.file ?? '',
    mode: accounts?.file.mode ?? null,
    problem: accounts?.file.problem ?? null,
    now,
  });
  const reached = environment?.limitReached === true;
  const row = (name: string, text: string): readonly LineLike[] =>
    wrap(text, columns - 16).map((part, n) => [dim((n === 0 ? name : '').padEnd(16)), part]);
  return [
    [reached ? span('warn', '! ') : span('ok', '✓ '), bold(`${accountOf({ status })}: ${readyWords(status)}`)],
    '',
    ...(status.user === undefined ? [] : row('signed in as', status.user)),
    ...(limits === undefined ? [] : row('limits', limits)),
    ...row('data', dataWords(data)),
    ...(profiles.length === 0 ? [] : row('profiles', profiles.join('   '))),
    ...(names.length === 0 ? [] : row('environments', names.map(name => (name === environment?.name ? `▸ ${name}` : name)).join('   '))),
    ...warnings.flatMap(({ text, fix }) => [
      '',
      ...wrap(`! ${text}`, columns).map(part => span('warn', part)),
      ...wrap(`  ${fix}`, columns),
    ]),
    '',
    ...wrap('s tries the whole chain at Modal in miniature, for about a cent; its price is asked first.', columns).map(dim),
    ...wrap('enter goes back. Nothing is billed until you start something, and say yes to its price.', columns).map(dim),
  ];
};

const idleLines = (props: SignInProps): readonly LineLike[] => {
  const { status, askedAt, now, columns } = props;
  if (status === undefined || (askedAt !== undefined && status.state !== 'ready'))
    return [waitLine('Asking Modal who you are', askedAt ?? now, now, '1 to 3 seconds')];
  switch (status.state) {
    case 'ready':
      return readyLines(status, props);
    case 'client':
      return [
        ...wrap(`Modal's own client is needed, and not there: ${status.failure.why}.`, columns),
        '',
        bold('enter installs it, usually within a minute.'),
        ...wrap('It goes into a place of its own; nothing else on this machine is changed.', columns).map(dim),
      ];
    case 'auth':
      return [
        ...wrap(`${status.failure.what}.`, columns),
        // Who never had a token is not told to type Modal's own commands.
        ...(/^Token missing/.test(status.failure.why) ? [] : wrap(status.failure.why, columns).slice(0, 3).map(dim)),
        '',
        ...wrap('enter signs you in: you get an address and a code for a browser.', columns).map(text => bold(text)),
        ...wrap(
          't takes a token that you have. No account yet? The same page makes one; Modal wants a payment method on file.',
          columns,
        ).map(dim),
      ];
    default:
      return failureLines(status.failure, 'r asks again', columns);
  }
};

export const signInLines = (props: SignInProps): readonly LineLike[] => {
  const { work, status, now, columns } = props;
  const body = (): readonly LineLike[] => {
    switch (work.state) {
      case 'installing':
        return [...stepLines(work.steps, now, false, columns), '', dim("Modal's own client, into a place of its own; esc stops it.")];
      case 'waiting':
        return waitingLines(work, now, columns);
      case 'checking':
        return [waitLine('Approved; trying the token', work.since, now, '1 to 3 seconds')];
      case 'failed':
        return failureLines(work.failure, 'enter tries again', columns);
      default:
        return idleLines(props);
    }
  };
  return [stepsLine(status), '', ...body()];
};
