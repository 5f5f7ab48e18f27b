/** How steady a fixed piece of work is here: what a difference between two measurements has to exceed. */
import { percent } from '../../text/format.ts';
import { type Check, ok, warn } from '../check.ts';
import type { Local } from './context.ts';
import { environmentName } from './python-env.ts';

export const noiseCheck: Check<Local> = {
  name: 'noise',
  assumes: 'the same work takes the same time within 10 %, and others leave three quarters of the cores idle',
  needs: [environmentName],
  limit: 300,
  run: async ({ asked }) => {
    const facts = await asked('noise');
    const { repeats, median_seconds, spread, others_busy_cores, noisy, cores, steal } = facts;
    const parts = [
      `${repeats} times ${Math.round(median_seconds * 1000)} ms: they agree within ${percent(spread)}`,
      ...(others_busy_cores === null ? [] : [`others keep ${others_busy_cores.toFixed(1)} of ${cores} cores busy`]),
      ...(steal === undefined ? [] : [`${percent(steal)} of the time is stolen by the host`]),
    ];
    return noisy ? warn(`noisy: ${parts.join('; ')}`, facts) : ok(parts.join('; '), facts);
  },
};
