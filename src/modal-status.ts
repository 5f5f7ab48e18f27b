/** How things stand with Modal: one question, answered within seconds whatever the network does. */
import { toFailure } from './errors.ts';
import { ModalError, type ModalKind } from './modal-client/errors.ts';
import { createModalClient } from './modal-client/index.ts';
import type { ModalStatus } from './services.ts';
import { modalClientStatus } from './setup/modal-client.ts';

/** Seconds; the client itself would try for a minute. */
const patience = 8;

const stateOf = (kind: ModalKind): Exclude<ModalStatus['state'], 'ready'> => (kind === 'auth' || kind === 'unreachable' ? kind : 'refused');

/** Never throws. */
export const modalStatus = async (): Promise<ModalStatus> => {
  const client = createModalClient({});
  try {
    const found = await modalClientStatus();
    if (!found.ready) {
      return { state: 'client', failure: { what: "Modal's client is not installed", why: found.why, hint: 'ann-tui setup' } };
    }
    const { workspace, environment, profile, tokenExpires } = await client.hello({ deadline: patience });
    return { state: 'ready', workspace, environment, profile, ...(tokenExpires !== null && { expiresAt: tokenExpires }) };
  } catch (error) {
    if (error instanceof ModalError) return { state: stateOf(error.kind), failure: error.failure };
    return { state: 'refused', failure: toFailure(error) };
  } finally {
    await client.close();
  }
};
