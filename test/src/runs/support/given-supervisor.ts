import { afterAll, beforeAll } from 'vitest';
import { bundle, temporaryHome } from './bench.ts';

/** For the tests of a file: one home, and the supervisor's program; returns where that is. */
export const givenSupervisor = (): (() => string) => {
  const cleanUp: (() => void)[] = [];
  let program = '';
  beforeAll(async () => {
    cleanUp.push(temporaryHome());
    const { file, remove } = await bundle('test/src/runs/support/supervisor-entry.ts');
    program = file;
    cleanUp.push(remove);
  });
  afterAll(() => {
    for (const clean of cleanUp) clean();
  });
  return () => program;
};
