/** What of Modal's checks can be mended without a person: the client, the mode of the profile file, volumes that are missing. */
import { accountFor } from '../auth/account.ts';
import { mendMode, profileFilePath } from '../auth/profile-file.ts';
import { explainModal } from '../modal-client/errors.ts';
import { runModal } from '../modal-client/program.ts';
import type { CheckResult } from '../services.ts';
import type { SetupOptions } from './making.ts';
import { modalClientStatus } from './modal-client.ts';

/** Words of a command that makes a volume; undefined for every other. */
const volumeWords = (fix: string | undefined): readonly string[] | undefined => {
  const [, name, version] = /^modal volume create (\S+)(?: --version (\d))?$/.exec(fix ?? '') ?? [];
  if (name === undefined) return undefined;
  return ['volume', 'create', name, ...(version === undefined ? [] : ['--version', version])];
};

const makeVolume = async (words: readonly string[], signal: AbortSignal): Promise<string | undefined> => {
  const { code, stderr } = await runModal(words, { where: await accountFor(), signal });
  return code === 0 ? undefined : explainModal('', stderr).failure.what;
};

/** Mends what `checks` found wrong; says each thing that was done, or why not. Whether it helped is told by checking again. */
export const mendModal = async (checks: readonly CheckResult[], options: SetupOptions, say: (text: string) => void): Promise<void> => {
  const bad = checks.filter(({ name, verdict }) => name.startsWith('Modal ') && verdict !== 'ok');
  for (const { name, fix } of bad) {
    options.signal.throwIfAborted();
    if (name === 'Modal file mode' && mendMode(profileFilePath())) say('The profile file is yours alone now (0600)');
    const words = volumeWords(fix);
    if (words === undefined) continue;
    const trouble = await makeVolume(words, options.signal);
    say(trouble === undefined ? `Made the volume ${words[2]}` : `The volume ${words[2]} could not be made: ${trouble}`);
  }
};

/** Brings the client where one was begun with, or wanted and unfit. */
export const mendClient = async (checks: readonly CheckResult[], options: SetupOptions): Promise<void> => {
  const client = checks.find(({ name }) => name === 'Modal client');
  if (client === undefined || (client.verdict === 'ok' && (await modalClientStatus(options.env)).ready)) return;
  const { installModalClient } = await import('./modal-client.ts');
  await installModalClient(options);
};
