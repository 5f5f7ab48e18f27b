/** kill -9 of each process of a run, and of pairs: it comes to its end, if need be by `resume`, with nothing lost. All pairs: `npm run measure -- kill-matrix`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Actor, actors, killOnce, prepareRun } from './killed.ts';
import { Home } from './program.ts';

const pairs: readonly (readonly Actor[])[] = [
  ['terminal', 'supervisor'],
  ['supervisor', 'wrapper'],
  ['supervisor', 'job'],
];

describe.runIf(process.platform === 'linux')('kill -9', () => {
  let home: Home;
  beforeAll(async () => {
    home = new Home();
    await prepareRun(home);
  });
  afterAll(() => home.close());

  test.each([...actors.map(actor => [actor]), ...pairs].map(victims => [victims.join(' and '), victims] as const))(
    'of %s',
    async (_, victims) => {
      for (;;) {
        const { hit, faults } = await killOnce(home, victims, 0);
        expect(faults).toEqual([]);
        // One of them may be gone just when it is its turn, on a busy machine: the next run then.
        if (hit) break;
      }
    },
  );
});
