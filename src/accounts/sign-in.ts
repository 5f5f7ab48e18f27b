/** Signing in: the one place that asks the helper for a token. No token passes through this program on the way in from a browser. */
import { createModalClient } from '../modal-client/client.ts';
import type { ModalClient, ProfileChange, SignedIn, SignInStep, SignInTarget } from '../modal-client/types.ts';
import { chooseAccount } from './account.ts';
import { profileFilePath } from './profile-file.ts';
import type { Token } from './token.ts';

export type SignInOptions = Omit<SignInTarget, 'file'> & {
  readonly onStep: (step: SignInStep) => void;
  readonly signal?: AbortSignal;
};

const withClient = async <T>(work: (client: ModalClient) => Promise<T>): Promise<T> => {
  const client = createModalClient({ bare: true });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
};

const targetOf = ({ profile = process.env.MODAL_PROFILE || undefined, replace = false }: Omit<SignInTarget, 'file'>): SignInTarget => ({
  file: profileFilePath(),
  replace,
  ...(profile === undefined ? {} : { profile }),
});

/** The profile that was just made is Modal's active one: nothing else is remembered beside it. */
const remembered = async (signedIn: SignedIn): Promise<SignedIn> => {
  await chooseAccount({ profile: null, environment: null });
  return signedIn;
};

/** Waits for the person without an end: only `signal` ends it. Rejects with a `ModalError`; nothing is changed then. */
export const signIn = ({ onStep, signal, ...target }: SignInOptions): Promise<SignedIn> =>
  withClient(async client => remembered(await client.signIn(targetOf(target), { onStep, ...(signal && { signal }) })));

/** Tries a token that a person has and keeps it. */
export const takeToken = (token: Token, { onStep, signal, ...target }: SignInOptions): Promise<SignedIn> =>
  withClient(async client => remembered(await client.takeToken(token, targetOf(target), { onStep, ...(signal && { signal }) })));

/** Makes a profile the active one of Modal's own file. */
export const activateProfile = (profile: string): Promise<ProfileChange> =>
  withClient(async client => {
    const change = await client.profileActivate(profileFilePath(), profile);
    await chooseAccount({ profile: null, environment: null });
    return change;
  });
