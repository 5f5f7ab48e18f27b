/** How things stand with Modal: one question, answered within seconds whatever the network does. */

import { toFailure } from '../errors/errors.ts';
import type { Failure } from '../errors/failure.ts';
import { ModalError, type ModalKind } from '../modal-client/errors.ts';
import { createModalClient, type Hello, type Where } from '../modal-client/index.ts';
import type { ModalEnvironment } from '../modal-client/types.ts';
import { modalClientStatus } from '../setup/modal-client.ts';
import { accountFor } from './account.ts';
import { areStale, keepRates } from './live-rates.ts';

/** Seconds; the client itself would try for a minute. */
const patience = 8;

const stateOf = (kind: ModalKind): Exclude<ModalStatus['state'], 'ready'> => (kind === 'auth' || kind === 'unreachable' ? kind : 'refused');

const ready = (hello: Hello, environments: readonly ModalEnvironment[] | undefined): ModalStatus => {
  const { workspace, environment, profile, tokenExpires, tokenFrom, user } = hello;
  return {
    state: 'ready',
    workspace,
    environment,
    profile,
    tokenFrom,
    ...(tokenExpires !== null && { expiresAt: tokenExpires }),
    ...(user !== null && { user }),
    ...(environments !== undefined && { environments }),
  };
};

/** Of the account that was chosen, where `where` leaves it open. `seconds`: how long an answer is waited for. Never throws. */
export const modalStatus = async (where: Where = {}, seconds: number = patience): Promise<ModalStatus> => {
  const client = createModalClient(await accountFor(where));
  try {
    const found = await modalClientStatus();
    if (!found.ready) {
      return { state: 'client', failure: { what: "Modal's client is not installed", why: found.why, hint: 'ann-tui setup' } };
    }
    // What may be spent is a bonus: without an answer to it one is signed in all the same.
    const asked = client.environments({ deadline: seconds }).catch(() => undefined);
    const hello = await client.hello({ deadline: seconds });
    if (areStale(hello.workspace))
      await client.rates({ deadline: seconds }).then(
        rates => keepRates(hello.workspace, rates),
        // Plans and older clients may have none: the price list counts.
        () => {},
      );
    return ready(hello, await asked);
  } catch (error) {
    if (error instanceof ModalError) return { state: stateOf(error.kind), failure: error.failure };
    return { state: 'refused', failure: toFailure(error) };
  } finally {
    await client.close();
  }
};

/** How things stand with Modal, as far as they could be seen. */
export type ModalStatus =
  | {
      readonly state: 'ready';
      readonly workspace: string;
      readonly environment: string;
      readonly profile: string;
      /** Unix milliseconds, where the token says. */
      readonly expiresAt?: number;
      readonly user?: string;
      /** Tokens in the variables override every profile. */
      readonly tokenFrom?: 'environment' | 'profile';
      /** The workspace's environments, with what may be spent and run in each; absent where Modal did not say. */
      readonly environments?: readonly ModalEnvironment[];
    }
  /** `client`: not installed; `auth`: no token or not accepted; `unreachable`: no answer; `refused`: anything else that it said. */
  | { readonly state: 'client' | 'auth' | 'unreachable' | 'refused'; readonly failure: Failure };
