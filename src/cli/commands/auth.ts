/** Signing in to Modal without the screens, and what is known of the account. */
import { type AccountChoice, accounts, chooseAccount, hasEnvironmentToken } from '../../accounts/account.ts';
import { type ModalStatus, modalStatus } from '../../accounts/modal-status.ts';
import { mendMode, profileFilePath, shownPath } from '../../accounts/profile-file.ts';
import { activateProfile, signIn, takeToken } from '../../accounts/sign-in.ts';
import { tokenParts, tokenProblem } from '../../accounts/token.ts';
import { exitCodes, UserError, usageError } from '../../errors/errors.ts';
import type { SignedIn, SignInStep } from '../../modal-client/types.ts';
import { hasBrowser, openInBrowser } from '../../process/browser.ts';
import { duration } from '../../text/format.ts';
import type { Context, Invocation, Run } from '../command.ts';
import { createStepPrinter } from '../step-printer.ts';
import { accountLines, accountRecord, see } from '../text/account-lines.ts';
import { failureLines } from '../text/print-error.ts';

const help = 'ann-tui auth --help';

/** The client is what this command is for: it is brought without a question. */
const ensureClient = async ({ io, out }: Context): Promise<void> => {
  const { installModalClient, modalClientStatus } = await import('../../setup/modal-client.ts');
  if ((await modalClientStatus(io.env)).ready) return;
  out.note("Installing Modal's client, usually within a minute");
  await installModalClient({ onProgress: createStepPrinter(out.note), signal: io.signal, env: io.env });
};

/** A word in argv is seen by everybody on this machine, and kept by the shell. */
const refuseSpelledOut = (invocation: Invocation): void => {
  for (const option of ['token-id', 'token-secret']) {
    const value = invocation.text(option);
    if (value !== undefined && value !== '-')
      throw usageError(
        `--${option} takes only -`,
        'what stands in a command is seen by others (ps) and kept in the history; this token should be replaced at modal.com/settings/tokens',
        'ann-tui auth --token-id - --token-secret -',
      );
  }
};

const readToken = async ({ io, out }: Context) => {
  const asks = io.interactive && !out.json && io.askSecret !== undefined;
  const text = asks ? '' : ((await io.input?.()) ?? '').trim();
  let { id = text, secret = '' } = tokenParts(text);
  if (asks && io.askSecret !== undefined) {
    const first = (await io.askSecret('Token id (ak-…; not shown): ')).trim();
    ({ id = first, secret = '' } = tokenParts(first));
    if (secret === '') secret = (await io.askSecret('Token secret (as-…; not shown): ')).trim();
  }
  const problem = tokenProblem(id, secret);
  if (problem !== undefined) throw usageError('This is no token', problem, 'ann-tui auth --token-id - --token-secret -');
  return { id, secret };
};

/** Told every so often while a person is away at a browser. */
const remindMs = 30_000;

/** Says the page and its code, and waits. Ctrl-C leaves; nothing is changed then. */
const signInHere = async (invocation: Invocation, profile: string | undefined, context: Context): Promise<SignedIn> => {
  const { io, out } = context;
  const asks = io.interactive && !out.json && !invocation.flag('no-browser') && hasBrowser(io.env);
  const opens = asks && /^y(es)?$/i.test((await io.ask('Open the page in the browser of this machine? [y/N] ')).trim());
  const since = performance.now();
  let reminder: NodeJS.Timeout | undefined;
  const onStep = (step: SignInStep): void => {
    if ('contact' in step) {
      out.note(step.contact === 'lost' ? `Modal cannot be reached: ${step.why}; trying again` : 'Modal answers again');
      return;
    }
    if (!('url' in step)) {
      out.note('Approved; trying the token');
      return;
    }
    out.record({ type: 'sign-in', url: step.url, code: step.code });
    out.line('Open this address in a browser, on this machine or any other:');
    out.line();
    out.line(`  ${step.url}`);
    out.line();
    if (step.code !== null) out.line(`It asks for the code  ${step.code}`);
    out.line('Waiting for you to approve it there; Ctrl-C leaves, and nothing is changed.');
    reminder ??= setInterval(
      () => out.note(`Still waiting, ${duration((performance.now() - since) / 1000)} so far; Ctrl-C leaves`),
      remindMs,
    );
    if (opens) void openInBrowser(step.url);
  };
  try {
    return await signIn({ ...targetOf(invocation, profile), onStep, signal: io.signal });
  } finally {
    clearInterval(reminder);
  }
};

const targetOf = (invocation: Invocation, profile: string | undefined) => ({
  replace: invocation.flag('replace'),
  ...(profile === undefined ? {} : { profile }),
});

const tellKept = ({ file, profile, workspace, copy, mended, reformatted }: SignedIn, { io, out }: Context): void => {
  const shown = shownPath(file, io.env);
  out.line(`Signed in to ${workspace}: the token is in ${shown}, profile ${profile}, readable by you alone.`);
  if (copy !== null) out.line(`  the file that could not be read is kept as ${shownPath(copy, io.env)}`);
  if (mended) out.line(`  ${shown} could be read by others before; now it cannot (0600)`);
  if (reformatted) out.line(`  ${shown} was written anew: its values are all there, comments are not`);
  out.record({ type: 'signed-in', file, profile, workspace, copy, mended, reformatted });
  out.line('The whole chain there, tried in miniature for about a cent; its price is asked first: ann-tui selftest --target modal');
};

/** Prints how things stand; exit code 3 when nothing can be started. */
const tellStatus = async (choice: AccountChoice, context: Context): Promise<number> => {
  const { out } = context;
  const view = await see(choice, context.io.env);
  for (const line of accountLines(view, Date.now())) out.line(line);
  if (view.status.state !== 'ready') for (const line of failureLines(view.status.failure)) out.line(line);
  out.record(accountRecord(view, Date.now()));
  return view.status.state === 'ready' ? exitCodes.done : exitCodes.refused;
};

/** An environment that Modal does not list would only fail later. */
const chooseEnvironment = async (environment: string, profile: string | undefined): Promise<void> => {
  const status = await modalStatus({ ...(profile && { profile }), environment });
  if (status.state !== 'ready') throw new UserError(status.failure, exitCodes.refused);
  const names = (status.environments ?? []).map(({ name }) => name);
  if (names.length > 0 && !names.includes(environment)) {
    const { didYouMean } = await import('../../text/nearest.ts');
    throw usageError(
      `There is no environment "${environment}" in ${status.workspace}`,
      `${didYouMean(environment, names)}there are: ${names.join(', ')}`,
      `ann-tui auth --environment ${names[0]}`,
    );
  }
  await chooseAccount({ ...(profile && { profile }), environment });
};

/** Whether somebody has to sign in: nobody is, or another is wanted. A Modal that does not answer is no reason. */
const mustSignIn = (status: ModalStatus, invocation: Invocation): boolean => {
  if (invocation.flag('new')) return true;
  if (status.state === 'auth') return true;
  if (status.state === 'ready') return false;
  throw new UserError(status.failure, exitCodes.refused);
};

/** A profile of the file is used from now on; a name that is not there is one to sign in to. */
const chosenProfile = async (profile: string): Promise<boolean> => {
  const { file } = await accounts();
  if (!file.profiles.some(({ name, token }) => name === profile && token)) return false;
  await chooseAccount({ profile, environment: null });
  return true;
};

const signInFirst = async (invocation: Invocation, profile: string | undefined, context: Context): Promise<void> => {
  if (invocation.flag('token-id') || invocation.flag('token-secret')) {
    const token = await readToken(context);
    context.out.note('Trying the token');
    tellKept(await takeToken(token, { ...targetOf(invocation, profile), onStep: () => {}, signal: context.io.signal }), context);
    return;
  }
  const there = profile !== undefined && (await chosenProfile(profile));
  // Tokens in the variables would answer for any profile.
  const asked = profile !== undefined && !there ? { state: 'auth' as const } : undefined;
  if (asked !== undefined || mustSignIn(await modalStatus({ ...(profile && { profile }) }), invocation))
    tellKept(await signInHere(invocation, profile, context), context);
};

export const run: Run = async (invocation, context) => {
  const { io, out } = context;
  refuseSpelledOut(invocation);
  const [profile, environment, active] = [invocation.text('profile'), invocation.text('environment'), invocation.text('activate')];
  const choice = { ...(profile && { profile }), ...(environment && { environment }) };
  if (invocation.flag('status')) return await tellStatus(choice, context);
  if (active !== undefined && profile !== undefined)
    throw usageError('--activate and --profile exclude each other', 'each names the profile', help);
  await ensureClient(context);
  const file = profileFilePath();
  if (mendMode(file)) out.line(`${shownPath(file, io.env)} could be read by others; now it cannot (0600).`);
  if (active !== undefined) {
    await activateProfile(active);
    out.line(`${active} is the active profile of ${shownPath(file, io.env)} now.`);
  } else if (environment === undefined || profile !== undefined || invocation.flag('new') || invocation.flag('token-id'))
    await signInFirst(invocation, profile, context);
  if (environment !== undefined) await chooseEnvironment(environment, profile);
  if (hasEnvironmentToken() && profile !== undefined) out.note('MODAL_TOKEN_ID is set: its token is used, whatever the profile.');
  return await tellStatus({}, context);
};
