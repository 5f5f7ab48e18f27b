/** Volumes come in versions. A new one is of version 2; one that is there is used as it is, when it is of a version that can be read and written. */
import type { Failure } from '../errors/failure.ts';
import type { ModalClient, Volume } from './types.ts';

/** Versions whose files can be sent and fetched. */
const known: readonly number[] = [1, 2];

/** Why this volume cannot be used; undefined when it can. */
export const versionObstacle = ({ name, version }: Pick<Volume, 'name' | 'version'>): (Failure & { readonly hint: string }) | undefined =>
  known.includes(version)
    ? undefined
    : {
        what: `The volume ${name} is of version ${version}`,
        why: `versions ${known.join(' and ')} are known here`,
        hint: 'npx ann-tui@latest setup',
      };

/** The first of these volumes that is there and cannot be used. Throws a `ModalError` when Modal cannot be asked. */
export const volumesObstacle = async (client: ModalClient, names: readonly string[]): Promise<Failure | undefined> => {
  for (const volume of await client.volumes()) {
    const obstacle = names.includes(volume.name) ? versionObstacle(volume) : undefined;
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
};
