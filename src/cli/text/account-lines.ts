/** An account as lines and as a record. */
import { type AccountChoice, accounts } from '../../accounts/account.ts';
import { type ModalStatus, modalStatus } from '../../accounts/modal-status.ts';
import { modeOf, profileFilePath, shownPath } from '../../accounts/profile-file.ts';
import { accountWarnings, environmentOf, limitWords, readyWords, spendingOf, type Warning } from '../../accounts/words.ts';
import type { ProfileFile, ProfileWorkspace } from '../../modal-client/types.ts';
export type AccountView = {
  readonly status: ModalStatus;
  /** Absent without a client to read it. */
  readonly file: ProfileFile | undefined;
  readonly workspaces: readonly ProfileWorkspace[];
  readonly environmentToken: boolean;
  /** As it is shown. */
  readonly shown: string;
  readonly mode: number | null;
};

/** Asks Modal and reads the file, side by side. Never throws. */
export const see = async (choice: AccountChoice, env: NodeJS.ProcessEnv): Promise<AccountView> => {
  const [status, found] = await Promise.all([modalStatus(choice), accounts({ ask: true }).catch(() => undefined)]);
  const path = profileFilePath(env);
  return {
    status,
    file: found?.file,
    workspaces: found?.workspaces ?? [],
    environmentToken: Boolean(env.MODAL_TOKEN_ID),
    shown: shownPath(path, env),
    mode: modeOf(path) ?? null,
  };
};

const warningsOf = ({ status, file, environmentToken, shown, mode }: AccountView, now: number): readonly Warning[] =>
  accountWarnings({
    status,
    environmentToken,
    profiles: (file?.profiles ?? []).filter(({ token }) => token).map(({ name }) => name),
    file: shown,
    mode,
    problem: file?.problem ?? null,
    now,
  });

const marked = (used: boolean, text: string): string => `${used ? '▸ ' : ''}${text}`;

const profileWords = ({ status, file, workspaces, environmentToken }: AccountView): readonly string[] =>
  (file?.profiles ?? []).map(({ name, active, token }) => {
    const whose = workspaces.find(({ profile }) => profile === name);
    const notes = [
      ...(whose?.workspace ? [`workspace ${whose.workspace}`] : []),
      ...(whose?.problem ? [whose.problem] : []),
      ...(token ? [] : ['no token']),
      ...(active ? ['active'] : []),
    ];
    const used = status.state === 'ready' && !environmentToken && status.profile === name;
    return marked(used, `${name}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`);
  });

const row = (name: string, text: string): string => `  ${name.padEnd(12)}  ${text}`;

export const accountLines = (view: AccountView, now: number): readonly string[] => {
  const { status, environmentToken, shown } = view;
  const profiles = profileWords(view);
  const listed = profiles.map((text, n) => row(n === 0 ? 'profiles' : '', text));
  const warned = warningsOf(view, now).flatMap(({ text, fix }) => [`! ${text}`, `    ${fix}`]);
  if (status.state !== 'ready') return [...listed, ...warned];
  const environment = environmentOf(status);
  const limits = limitWords(environment);
  const used = environment?.name ?? status.environment;
  const names = (status.environments ?? []).map(({ name }) => marked(name === used, name));
  return [
    `${status.workspace}${used === '' ? '' : `/${used}`}${status.user === undefined ? '' : ` as ${status.user}`}: ${readyWords(status)}`,
    row('token', environmentToken ? 'of MODAL_TOKEN_ID' : `of profile ${status.profile} in ${shown}`),
    ...(limits === undefined ? [] : [row('limits', limits)]),
    ...(names.length === 0 ? [] : [row('environments', names.join('  '))]),
    ...listed,
    ...warned,
  ];
};

export const accountRecord = (view: AccountView, now: number): object => {
  const { status, file, workspaces, environmentToken } = view;
  const ready = status.state === 'ready' ? status : undefined;
  const environment = ready && environmentOf(ready);
  const spending = environment && spendingOf(environment);
  return {
    type: 'account',
    state: status.state,
    ...(status.state === 'ready' ? {} : { failure: status.failure }),
    workspace: ready?.workspace ?? null,
    environment: environment?.name ?? ready?.environment ?? null,
    profile: ready?.profile ?? null,
    user: ready?.user ?? null,
    token_from: environmentToken ? 'environment' : 'profile',
    token_expires: ready?.expiresAt ?? null,
    spending: spending ?? null,
    limit_reached: environment?.limitReached ?? null,
    containers: environment?.containers ?? null,
    gpus: environment?.gpus ?? null,
    environments: (ready?.environments ?? []).map(({ name }) => name),
    profiles: (file?.profiles ?? []).map(({ name, active, token }) => ({
      name,
      active,
      token,
      workspace: workspaces.find(({ profile }) => profile === name)?.workspace ?? null,
    })),
    file: file?.file ?? null,
    warnings: warningsOf(view, now),
  };
};
