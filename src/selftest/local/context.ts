/** What the checks of this machine are given. */
import { environment } from '../../setup/python-env.ts';
import { type Asked, createAsked } from './facts.ts';

export type Local = {
  /** The private environment's. Throws where there is none. */
  readonly python: () => string;
  readonly env: NodeJS.ProcessEnv;
  readonly asked: Asked;
};

export const createLocal = (env: NodeJS.ProcessEnv = process.env): Local => {
  const python = (): string => environment().python;
  return { python, env, asked: createAsked(python, env) };
};
