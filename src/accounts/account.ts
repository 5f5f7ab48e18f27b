/** Which account and environment a person chose to use here, and what of it can be seen. */

import { readPreferences, savePreferences } from '../config/preferences.ts';
import { createModalClient } from '../modal-client/client.ts';
import type { Where } from '../modal-client/environment.ts';
import type { ProfileFile, ProfileWorkspace } from '../modal-client/types.ts';
import { forgetRates } from './live-rates.ts';
import { modeOf, profileFilePath } from './profile-file.ts';

/** Tokens in the variables are Modal's own first choice: no profile is asked then. */
export const hasEnvironmentToken = (env: NodeJS.ProcessEnv = process.env): boolean => Boolean(env.MODAL_TOKEN_ID);

/** Whether anybody may be signed in; nobody is asked. */
export const mayHaveToken = (env: NodeJS.ProcessEnv = process.env): boolean =>
  hasEnvironmentToken(env) || modeOf(profileFilePath(env)) !== undefined;

/** What was chosen last. The variables of this shell come first, as they do for Modal's own program. */
export const chosenAccount = async (env: NodeJS.ProcessEnv = process.env): Promise<Required<Where>> => {
  if (hasEnvironmentToken(env)) return { profile: null, environment: null };
  const { profile = null, environment = null } = await readPreferences();
  // A chosen environment is one of the chosen profile's.
  if (env.MODAL_PROFILE) return { profile: null, environment: null };
  return { profile, environment: env.MODAL_ENVIRONMENT ? null : environment };
};

/** `where`, with what was chosen in place of what it leaves open. */
export const accountFor = async ({ profile, environment }: Where = {}, env: NodeJS.ProcessEnv = process.env): Promise<Required<Where>> => {
  const chosen = await chosenAccount(env);
  if (profile && profile !== chosen.profile) return { profile, environment: environment ?? null };
  return { profile: profile ?? chosen.profile, environment: environment ?? chosen.environment };
};

/** Remembered for the next time; null goes back to what Modal's own file says. */
export const chooseAccount = (choice: Where): Promise<void> => {
  forgetRates();
  return savePreferences(choice);
};

export type Accounts = {
  readonly file: ProfileFile;
  /** The workspace of each profile, where Modal was asked. */
  readonly workspaces: readonly ProfileWorkspace[];
  /** What was chosen here. */
  readonly chosen: Required<Where>;
  /** MODAL_TOKEN_ID is set. */
  readonly environmentToken: boolean;
};

/** The profiles that there are; with `ask`, Modal is asked whose they are. Throws a `UserError` without a client. */
export const accounts = async ({ ask = false }: { readonly ask?: boolean } = {}): Promise<Accounts> => {
  const client = createModalClient({ bare: true });
  try {
    const path = profileFilePath();
    const file = await client.profileFile(path);
    const wanted = ask && file.profiles.length > 0;
    const workspaces = wanted ? await client.profileWorkspaces(path).catch(() => []) : [];
    return { file, workspaces, chosen: await chosenAccount(), environmentToken: hasEnvironmentToken() };
  } finally {
    await client.close();
  }
};

/** Which of a person's accounts, and which of its environments; what is absent is the one that was chosen last. */
export type AccountChoice = { readonly profile?: string | null; readonly environment?: string | null };
