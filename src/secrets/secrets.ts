/** Secrets of a workspace's environment: what is there, what it lacks, making and deleting. Values go in and never come back. */
import { exitCodes, UserError } from '../errors/errors.ts';
import type { Failure } from '../errors/failure.ts';
import { ModalError } from '../modal-client/errors.ts';
import type { CallOptions, ModalClient, Secret } from '../modal-client/types.ts';
import { checkName, checkValues, secretNameProblem } from './check-words.ts';
import { requiredKeys } from './known.ts';

export type SecretInfo = Secret & {
  /** Keys that one of this name must have and that it lacks. */
  readonly missing: readonly string[];
};

/** What is missing, found from what the list tells, or asked for where it does not. */
const missingOf = async (client: ModalClient, { name, keys }: Secret, options: CallOptions): Promise<readonly string[]> => {
  const required = requiredKeys(name);
  if (required.length === 0) return [];
  if (keys !== null) return required.filter(key => !keys.includes(key));
  return (await client.secretCheck(name, required, options)).missing;
};

export const listSecrets = async (client: ModalClient, options: CallOptions = {}): Promise<readonly SecretInfo[]> =>
  await Promise.all((await client.secrets(options)).map(async one => ({ ...one, missing: await missingOf(client, one, options) })));

const alreadyThere = (name: string): UserError =>
  new UserError(
    {
      what: `There is a secret ${name} already`,
      why: 'its values cannot be seen, and writing over it removes every key it has',
      kept: 'it was left as it is',
      hint: `ann-tui secrets create ${name} --overwrite`,
    },
    exitCodes.usage,
  );

/** Makes it in one go. Throws a usage error for values that do not fit, or when it is there and may not be written over. */
export const createSecret = async (
  client: ModalClient,
  name: string,
  values: Readonly<Record<string, string>>,
  { overwrite = false, ...options }: CallOptions & { readonly overwrite?: boolean } = {},
): Promise<readonly string[]> => {
  const kept = checkValues(name, values);
  try {
    await client.secretCreate(name, kept, { ...options, overwrite });
  } catch (error) {
    if (error instanceof ModalError && /already exists/i.test(`${error.type} ${error.message}`)) throw alreadyThere(name);
    throw error;
  }
  return Object.keys(kept);
};

export const deleteSecret = async (client: ModalClient, name: string, options: CallOptions = {}): Promise<void> => {
  checkName(name);
  await client.secretDelete(name, options);
};

/** Why a run that is given this secret would fail; undefined when it has all these keys. */
export const secretObstacle = async (
  client: ModalClient,
  name: string,
  keys: readonly string[],
  options: CallOptions = {},
): Promise<Failure | undefined> => {
  const { exists, missing } = await client.secretCheck(name, keys, options);
  if (missing.length === 0 && exists) return undefined;
  const create = `ann-tui secrets create ${name}`;
  if (!exists) return { what: `There is no secret ${name}`, why: `the run needs it for ${keys.join(', ')}`, hint: create };
  return {
    what: `The secret ${name} lacks ${missing.join(', ')}`,
    why: 'the run needs every one of its keys',
    hint: `${create} --overwrite`,
  };
};

/** The name for a hint, where a value may stand in its place. */
export const secretNameOf = (word: string | undefined): string =>
  word === undefined || secretNameProblem(word) !== undefined ? 'my-secret' : word;
