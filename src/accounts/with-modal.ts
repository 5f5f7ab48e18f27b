/** Modal on the account that counts: the one that is said, else the one that was chosen here, else what the person's own file says. */
import { createModalClient, type Where } from '../modal-client/index.ts';
import type { ModalClient } from '../modal-client/types.ts';
import { accountFor } from './account.ts';

/** Does something at Modal with a client that ends with it. `act` gets the account too: what outlives the client must ask there again. */
export const withModal = async <T>(asked: Where, act: (client: ModalClient, where: Required<Where>) => Promise<T>): Promise<T> => {
  const where = await accountFor(asked);
  const client = createModalClient(where);
  try {
    return await act(client, where);
  } finally {
    await client.close();
  }
};
