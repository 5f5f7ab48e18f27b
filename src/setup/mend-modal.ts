/** What of Modal's checks can be mended without a person: the client, the mode of the profile file, volumes that are missing. */
import { mendMode, profileFilePath } from '../accounts/profile-file.ts';
import { withModal } from '../accounts/with-modal.ts';
import { toFailure } from '../errors/errors.ts';
import type { CheckResult } from './check-result.ts';
import type { SetupOptions } from './making.ts';
import { modalClientStatus } from './modal-client.ts';

/** What a command makes that makes a volume; undefined for every other. */
const volumeOf = (fix: string | undefined): { readonly name: string; readonly version: 1 | 2 } | undefined => {
  const [, name, version] = /^ann-tui volumes create (\S+)(?: --volume-version ([12]))?$/.exec(fix ?? '') ?? [];
  return name === undefined ? undefined : { name, version: version === '1' ? 1 : 2 };
};

/** Mends what `checks` found wrong; says each thing that was done, or why not. Whether it helped is told by checking again. */
export const mendModal = async (checks: readonly CheckResult[], signal: AbortSignal, say: (text: string) => void): Promise<void> => {
  const bad = checks.filter(({ name, verdict }) => name.startsWith('Modal ') && verdict !== 'ok');
  for (const { name, fix } of bad) {
    signal.throwIfAborted();
    if (name === 'Modal file mode' && mendMode(profileFilePath())) say('The profile file is yours alone now (0600)');
    const volume = volumeOf(fix);
    if (volume === undefined) continue;
    await withModal({}, client => client.volumeCreate(volume.name, volume.version, { signal })).then(
      () => say(`Made the volume ${volume.name}`),
      error => say(`The volume ${volume.name} could not be made: ${toFailure(error).what}`),
    );
  }
};

/** Brings the client where one was begun with, or wanted and unfit. */
export const mendClient = async (checks: readonly CheckResult[], options: SetupOptions): Promise<void> => {
  const client = checks.find(({ name }) => name === 'Modal client');
  if (client === undefined || (client.verdict === 'ok' && (await modalClientStatus(options.env)).ready)) return;
  const { installModalClient } = await import('./modal-client.ts');
  await installModalClient(options);
};
