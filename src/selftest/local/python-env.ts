/** The private Python environment, by loading what a run loads. */
import { setupStatus } from '../../setup/python-env.ts';
import { type Check, fail, ok } from '../check.ts';
import type { Local } from './context.ts';

export const environmentName = 'Python environment';

export const environmentCheck: Check<Local> = {
  name: environmentName,
  assumes: 'it is made from these sources, and Python, numpy, h5py and the C++ core load in it',
  limit: 120,
  run: async ({ asked }) => {
    const { ready, why } = setupStatus();
    if (!ready) return fail(`not ready: ${why}; mend it: ann-tui setup`);
    const facts = await asked('core');
    const { python, numpy, h5py, isa, compiler } = facts;
    return ok(`Python ${python}, numpy ${numpy}, h5py ${h5py}; core for ${isa}, by ${compiler}`, facts);
  },
};
