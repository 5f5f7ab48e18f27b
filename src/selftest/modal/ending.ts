/** The end: an app that is stopped stops, and nothing is left. */
import { type Check, fail, ok, warn } from '../check.ts';
import { launchName } from './launch-name.ts';
import { appOf, endTrial, eventually, type Trial } from './trial.ts';

const stop: Check<Trial> = {
  name: 'stop',
  assumes: 'an app that is stopped ends its containers within half a minute, and is told as stopped',
  needs: [launchName],
  limit: 300,
  run: async (trial, signal) => {
    const { client } = trial;
    const app = appOf(trial);
    const begun = performance.now();
    await client.stopApp(app, { signal });
    const stopped = await eventually(
      trial,
      async () => {
        const [{ state }, containers] = await Promise.all([client.appState(app, { signal }), client.containers(app, { signal })]);
        return state === 'stopped' && containers.length === 0;
      },
      signal,
    );
    const seconds = (performance.now() - begun) / 1000;
    if (!stopped) {
      const { state } = await client.appState(app, { signal });
      const { length } = await client.containers(app, { signal });
      return fail(`${seconds.toFixed(0)} s later the app is ${state} and ${length} containers run`, { state, containers: length });
    }
    const found = `stopped, with its containers, after ${seconds.toFixed(1)} s`;
    return seconds > 30 ? warn(found, { seconds }) : ok(found, { seconds });
  },
};

const cleaning: Check<Trial> = {
  name: 'clean-up',
  assumes: 'apps, volume and Dict of the self-test can be removed, and then they are not listed any more',
  limit: 300,
  run: async (trial, signal) => {
    const problems = await endTrial(trial);
    if (problems.length > 0) return fail(`left at Modal: ${problems.join('; ')}`);
    const { client, names } = trial;
    const gone = await eventually(trial, async () => !(await client.volumes({ signal })).some(({ name }) => name === names.volume), signal);
    return gone ? ok('nothing is left at Modal') : fail(`the volume ${names.volume} is still listed`);
  },
};

export const stopCheck = stop;
export const cleanUpCheck = cleaning;
