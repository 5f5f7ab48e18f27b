/** Before each test file (`vitest.config.ts`): a file whose tests leave a secret anywhere fails, whatever its tests say. */
import { afterAll } from 'vitest';
import { allLeaks, searchWhatIsRemoved } from './leaks.ts';

searchWhatIsRemoved();

afterAll(() => {
  const leaks = allLeaks();
  if (leaks.length > 0) throw new Error(`A secret stands in:\n${leaks.map(({ where }) => `  ${where}`).join('\n')}`);
});
