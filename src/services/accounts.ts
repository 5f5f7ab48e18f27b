/** Who a person is at Modal. */
import type { AccountChoice, Accounts } from '../accounts/account.ts';
import type { ModalStatus } from '../accounts/modal-status.ts';
import type { SignInOptions } from '../accounts/sign-in.ts';
import type { Token } from '../accounts/token.ts';
import type { SignedIn } from '../modal-client/types.ts';

export type AccountService = {
  /** Asks Modal who we are; an answer within a few seconds, whatever the network does. Never throws. */
  status(account?: AccountChoice): Promise<ModalStatus>;
  /** Modal's own sign-in: tells the page, waits until the person was there or `signal` ends it, keeps the token. */
  signIn(options: SignInOptions): Promise<SignedIn>;
  /** The same with a token that the person has. */
  takeToken(token: Token, options: SignInOptions): Promise<SignedIn>;
  /** The profiles that there are, whose they are, and which is used. */
  list(): Promise<Accounts>;
  /** Remembers the account to use; null goes back to what Modal's own file says. */
  choose(choice: AccountChoice): Promise<void>;
};

export const createAccountService = (): AccountService => ({
  status: async account => (await import('../accounts/modal-status.ts')).modalStatus(account),
  signIn: async options => (await import('../accounts/sign-in.ts')).signIn(options),
  takeToken: async (token, options) => (await import('../accounts/sign-in.ts')).takeToken(token, options),
  list: async () => (await import('../accounts/account.ts')).accounts({ ask: true }),
  choose: async choice => (await import('../accounts/account.ts')).chooseAccount(choice),
});
