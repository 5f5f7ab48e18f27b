/**
 * Everything about Modal: what was found, whether it will do, the command that mends it. Nobody needs Modal to run here, so nothing of it is
 * ever more than a warning. Changes nothing; without a network it answers within seconds.
 */
import { hasEnvironmentToken } from '../accounts/account.ts';
import { isWide } from '../accounts/file-mode.ts';
import { type ModalStatus, modalStatus } from '../accounts/modal-status.ts';
import { modeOf, profileFilePath, shownPath } from '../accounts/profile-file.ts';
import { withModal } from '../accounts/with-modal.ts';
import {
  brokenWords,
  environmentOf,
  expiryWords,
  limitWords,
  openAtLine,
  overrideWords,
  spendingWords,
  unsetTokens,
  wideWords,
} from '../accounts/words.ts';
import { loadModal, type ModalConfig } from '../config/modal.ts';
import { ModalError } from '../modal-client/errors.ts';
import { createModalClient, type ModalClient, type ProfileFile } from '../modal-client/index.ts';
import type { Volume } from '../modal-client/types.ts';
import { compareVersions, rangeText } from '../modal-client/version.ts';
import { versionObstacle } from '../modal-client/volume-version.ts';
import { lastReport } from '../selftest/report.ts';
import type { CheckResult } from './check-result.ts';
import { modalClientStatus } from './modal-client.ts';
import type { Environ } from './setup-process.ts';

/** Seconds for each question to Modal. */
const patience = 4;

const ok = (name: string, found: string): CheckResult => ({ name, verdict: 'ok', found });
const warn = (name: string, found: string, fix?: string): CheckResult => ({
  name,
  verdict: 'warn',
  found,
  ...(fix === undefined ? {} : { fix }),
});

const clientCheck = async (env: Environ, { client }: ModalConfig): Promise<CheckResult & { readonly usable: boolean }> => {
  const name = 'Modal client';
  const status = await modalClientStatus(env);
  if (!status.ready) {
    if (status.never) return { ...ok(name, 'not set up; not needed to run here'), usable: false };
    return { ...warn(name, `not ready: ${status.why}`, 'ann-tui setup'), usable: false };
  }
  const where = status.private ? 'our own' : status.program;
  const newer = compareVersions(status.version, client.version) < 0 ? `; ${client.version} is tried and can be had: ann-tui setup` : '';
  return { ...ok(name, `${status.version}, ${where} (${rangeText(client)} will do)${newer}`), usable: true };
};

const profileChecks = (file: ProfileFile, env: Environ): readonly CheckResult[] => {
  const name = 'Modal profiles';
  const shown = shownPath(file.file, env);
  const mode = modeOf(file.file);
  const wide = mode !== undefined && isWide(mode) ? [warn('Modal file mode', wideWords(shown, mode), `chmod 600 ${shown}`)] : [];
  if (file.problem !== null) return [warn(name, brokenWords(shown, file.problem), openAtLine(shown, file.problem.line)), ...wide];
  if (!file.exists) return [ok(name, `${shown}: not there yet`)];
  const active = file.profiles.filter(profile => profile.active).map(profile => profile.name);
  const names = file.profiles.map(profile => (profile.active ? `${profile.name} (active)` : profile.name));
  const listed = `${names.join(', ') || 'none'} in ${shown}`;
  const listing =
    active.length === 1 || file.profiles.length <= 1
      ? ok(name, listed)
      : warn(
          name,
          `${active.length === 0 ? 'none of them is active' : 'several are active'}: ${listed}`,
          `ann-tui auth --activate ${file.profiles[0]?.name}`,
        );
  return [listing, ...(wide.length > 0 || mode === undefined ? wide : [ok('Modal file mode', '0600: yours alone')])];
};

const override = (file: ProfileFile): readonly CheckResult[] => {
  if (!hasEnvironmentToken()) return [];
  const profiles = file.profiles.filter(({ token }) => token).map(({ name }) => name);
  const name = 'Modal variables';
  return [profiles.length === 0 ? ok(name, overrideWords([])) : warn(name, overrideWords(profiles), unsetTokens)];
};

/** Whether Modal answers at all, where nobody is signed in who could have asked. */
const reachable = async (bare: ModalClient): Promise<CheckResult> => {
  const name = 'Modal reachable';
  try {
    await bare.reach({ deadline: patience });
    return ok(name, 'it answers');
  } catch (error) {
    if (error instanceof ModalError && error.kind !== 'unreachable') return ok(name, 'it answers');
    return unreachable(error instanceof ModalError ? error.failure.why : String(error));
  }
};

const unreachable = (why: string): CheckResult => {
  const server = process.env.MODAL_SERVER_URL;
  const [place, fix] = server
    ? [`${server}: `, 'unset MODAL_SERVER_URL']
    : ['', 'check the network and HTTPS_PROXY; https://status.modal.com'];
  return warn('Modal reachable', `${place}${why}`, fix);
};

const environmentCheck = (status: Extract<ModalStatus, { state: 'ready' }>): CheckResult => {
  const name = 'Modal environment';
  const names = (status.environments ?? []).map(environment => environment.name);
  const environment = environmentOf(status);
  if (names.length === 0) return ok(name, status.environment || "the workspace's own");
  if (environment !== undefined) return ok(name, `${environment.name}${names.length > 1 ? `, of ${names.join(', ')}` : ''}`);
  return warn(
    name,
    `there is no ${status.environment || 'default one'} in ${status.workspace}; there are: ${names.join(', ')}`,
    `ann-tui auth --environment ${names[0]}`,
  );
};

const spendingCheck = (status: Extract<ModalStatus, { state: 'ready' }>): CheckResult => {
  const name = 'Modal budget';
  const environment = environmentOf(status);
  const words = spendingWords(environment) ?? 'Modal does not say';
  if (environment?.limitReached) return warn(name, words, 'https://modal.com/settings/usage');
  return ok(name, [words, limitWords(environment)].filter(Boolean).join('; '));
};

const volumeCheck = (title: string, name: string, all: readonly Volume[]): CheckResult => {
  const volume = all.find(one => one.name === name);
  if (volume === undefined) return warn(title, `there is no volume ${name} yet; the first run makes it`, `ann-tui volumes create ${name}`);
  const obstacle = versionObstacle(volume);
  if (obstacle !== undefined) return warn(title, `${obstacle.what}: ${obstacle.why}`, obstacle.hint);
  return ok(title, `the volume ${name}, version ${volume.version}`);
};

const volumeChecks = async (client: ModalClient, { datasets, results }: ModalConfig['volumes']): Promise<readonly CheckResult[]> => {
  const [forData, forResults] = ['Modal datasets', 'Modal results'] as const;
  try {
    const all = await client.volumes({ deadline: patience });
    return [volumeCheck(forData, datasets, all), volumeCheck(forResults, results, all)];
  } catch (error) {
    const found = error instanceof ModalError ? `${error.failure.what}: ${error.failure.why}` : String(error);
    return [warn(forData, found, 'ann-tui doctor'), warn(forResults, found, 'ann-tui doctor')];
  }
};

/** Offered to whoever is signed in: what no other check can know of Modal. */
const selftestCheck = (): CheckResult => {
  const name = 'Modal self-test';
  const last = lastReport('modal');
  if (last === undefined) return ok(name, 'not yet; it tries the whole chain for about a cent: ann-tui selftest --target modal');
  const found = `${last.at.toISOString().slice(0, 10)}: ${last.summary}`;
  return last.failed ? warn(name, found, `less ${last.file}`) : ok(name, found);
};

const signedInChecks = async (status: Extract<ModalStatus, { state: 'ready' }>, config: ModalConfig): Promise<readonly CheckResult[]> => {
  const { workspace, user, profile, tokenFrom, expiresAt } = status;
  const whose = tokenFrom === 'environment' ? 'token of MODAL_TOKEN_ID' : `profile ${profile}`;
  const expiry = expiryWords(expiresAt, Date.now());
  const end = expiresAt === undefined ? 'it has no end' : `good until ${new Date(expiresAt).toISOString().slice(0, 10)}`;
  const base = [
    ok('Modal sign-in', `${workspace}${user === undefined ? '' : ` as ${user}`}, ${whose}`),
    expiry === undefined ? ok('Modal token', end) : warn('Modal token', expiry, 'ann-tui auth --new'),
    environmentCheck(status),
    spendingCheck(status),
  ];
  if (environmentOf(status) === undefined && status.environments !== undefined) return [...base, selftestCheck()];
  return [...base, ...(await withModal({}, client => volumeChecks(client, config.volumes))), selftestCheck()];
};

const accountChecks = async (bare: ModalClient, config: ModalConfig): Promise<readonly CheckResult[]> => {
  const status = await modalStatus({}, patience);
  if (status.state === 'ready') return [ok('Modal reachable', 'it answers'), ...(await signedInChecks(status, config))];
  const { what, why, hint } = status.failure;
  if (status.state === 'unreachable') return [unreachable(why)];
  return [await reachable(bare), warn('Modal sign-in', `${what}: ${why}`, hint ?? 'ann-tui auth')];
};

/** One check while there is no client, else all of them. Never throws. */
export const modalChecks = async (env: Environ): Promise<readonly CheckResult[]> => {
  // A slip in configs/modal.yaml is told by its own check.
  const config = await loadModal().then(
    ({ value }) => value,
    () => undefined,
  );
  if (config === undefined) return [warn('Modal client', 'configs/modal.yaml cannot be used')];
  const { usable, ...client } = await clientCheck(env, config);
  if (!usable) return [client];
  const bare = createModalClient({ bare: true });
  try {
    const [file, account] = await Promise.all([bare.profileFile(profileFilePath()), accountChecks(bare, config)]);
    return [client, ...profileChecks(file, env), ...override(file), ...account];
  } catch (error) {
    return [client, warn('Modal sign-in', error instanceof Error ? error.message : String(error), 'ann-tui setup')];
  } finally {
    await bare.close();
  }
};
