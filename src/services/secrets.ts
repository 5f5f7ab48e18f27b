/** Named secrets at Modal. */
import { type KnownSecret, knownSecrets } from '../secrets/known.ts';
import type { SecretInfo } from '../secrets/secrets.ts';

export type SecretService = {
  /** With what those that we know lack. */
  list(): Promise<readonly SecretInfo[]>;
  /** The secrets that we know by name. */
  known(): readonly KnownSecret[];
  /** Sends it; throws `UserError` for what does not fit, and where there is one that may not be written over. */
  create(name: string, values: Readonly<Record<string, string>>, overwrite: boolean): Promise<void>;
  delete(name: string): Promise<void>;
};

const load = async () => {
  const [{ withModal }, secrets] = await Promise.all([import('../accounts/with-modal.ts'), import('../secrets/secrets.ts')]);
  return { withModal, ...secrets };
};

export const createSecretService = (): SecretService => ({
  list: async () => {
    const { withModal, listSecrets } = await load();
    return await withModal({}, client => listSecrets(client));
  },
  known: () => knownSecrets,
  create: async (name, values, overwrite) => {
    const { withModal, createSecret } = await load();
    await withModal({}, async client => await createSecret(client, name, values, { overwrite }));
  },
  delete: async name => {
    const { withModal, deleteSecret } = await load();
    await withModal({}, async client => await deleteSecret(client, name));
  },
});
