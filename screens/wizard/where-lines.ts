/** What is said about the place that is selected. Pure. */

import type { ModalStatus } from '../../src/accounts/modal-status.ts';
import { environmentOf, expiryWords, spendingWords } from '../../src/accounts/words.ts';
import type { HardwareRow, PriceTable } from '../../src/prices/container-price.ts';
import { rate } from '../../src/text/format.ts';
import { dim, type LineLike, type Span, span, wrap } from '../app/text.ts';
import { failureLines } from '../components/failure.ts';
import { waitLine } from '../components/wait.ts';
import { accountOf } from '../modal/use-modal.ts';

/** A word for the list, beside the name. */
export const modalWord = (status: ModalStatus | undefined): Span => {
  switch (status?.state) {
    case undefined:
      return dim('asking who you are');
    case 'ready':
      return environmentOf(status)?.limitReached
        ? span('warn', `! ${accountOf({ status })}: ${spendingWords(environmentOf(status))}`)
        : span('ok', `✓ ${[accountOf({ status }), spendingWords(environmentOf(status))].filter(Boolean).join(', ')}`);
    case 'client':
      return span('warn', '! its client is not installed');
    case 'auth':
      return span('warn', '! not signed in');
    case 'unreachable':
      return span('warn', '! no answer');
    case 'refused':
      return span('danger', '✗ it says no');
  }
};

type Obstacle = Exclude<ModalStatus, { state: 'ready' }>;

/** Which key helps, or what to type. */
const press = ({ state, failure }: Obstacle): string => {
  if (state === 'client') return 'enter goes to where it is installed, usually within a minute';
  return state === 'auth' ? `enter signs in; or type in a shell: ${failure.hint ?? 'ann-tui auth'}` : 'r asks again';
};

/** What a person is led through: the client, the account. */
export const needsSettingUp = (status: ModalStatus | undefined): boolean => status?.state === 'client' || status?.state === 'auth';

/** Why Modal cannot be chosen now, on one line. */
export const whyNot = (status: ModalStatus | undefined): string | undefined => {
  if (status === undefined) return 'Modal has not answered yet: a moment, or r asks again.';
  if (status.state === 'ready') return undefined;
  return `${status.failure.what}: ${press(status)}.`;
};

/** Prices need no answer of Modal's: a few whole containers like the `usual` one, with a GPU or without. */
const priceLines = (prices: PriceTable | undefined, usual: HardwareRow | undefined, columns: number): readonly LineLike[] => {
  if (prices === undefined) return [];
  const some = prices.rows
    .filter(({ gpu }) => (gpu === null) === ((usual?.gpu ?? null) === null))
    .slice(0, 3)
    .map(({ label, dollarsPerHour }) => `${label} ${rate(dollarsPerHour)}`);
  return wrap(`${some.join(', ')}: whole containers, prices of ${prices.date}.`, columns).map(dim);
};

export const localLines = (columns: number): readonly LineLike[] =>
  wrap(
    'Runs here, with no account and no network. Other programs share the cores: close what is heavy for steady figures. p shows what it would cost on Modal.',
    columns,
  ).map(dim);

export const modalLines = (
  status: ModalStatus | undefined,
  askedAt: number | undefined,
  prices: PriceTable | undefined,
  usual: HardwareRow | undefined,
  now: number,
  columns: number,
): readonly LineLike[] => {
  const pricing = priceLines(prices, usual, columns);
  if (status === undefined || (askedAt !== undefined && status.state !== 'ready'))
    return [waitLine('Asking Modal who you are', askedAt ?? now, now, '1 to 3 seconds'), '', ...pricing];
  if (status.state === 'ready') {
    const expiry = expiryWords(status.expiresAt, now);
    const text =
      `A large machine by the second, on your own Modal account (profile ${status.profile}${expiry === undefined ? '' : `; ${expiry}`}). ` +
      'What it may cost is said, and asked, before anything starts.';
    return [...wrap(text, columns).map(dim), '', ...pricing];
  }
  const { hint, ...failure } = status.failure;
  // What to type is said with the key; it is not said twice.
  const shown = hint === undefined || status.state === 'auth' || status.state === 'client' ? failure : status.failure;
  return [...failureLines({ ...shown, kept: 'nothing was started, nothing is billed' }, press(status), columns), '', ...pricing];
};
