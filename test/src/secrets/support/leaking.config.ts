/** Runs the tests that leak, as every other test file is run. */
import { mergeConfig } from 'vitest/config';
import base from '../../../../vitest.config.ts';

export default { ...mergeConfig(base, {}), test: { ...base.test, include: ['test/src/secrets/support/leaking.ts'] } };
