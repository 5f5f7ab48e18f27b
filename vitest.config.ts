import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that have Modal's control plane take longest: they come first, so that none of them is left alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const waits = ({ moduleId }: TestSpecification): number =>
      Number(/openCloud|startStandIn|givenStandIn/.test(readFileSync(moduleId, 'utf8')));
    return (await super.sort(files)).toSorted((one, other) => waits(other) - waits(one));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Two cores; most tests wait for processes most of the time.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Only a failure reaches them: a busy machine is none.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    setupFiles: ['test/support/environment.ts', 'test/support/leaks-setup.ts', 'test/support/steps-setup.ts'],
  },
});
