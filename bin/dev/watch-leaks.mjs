// Beside all suites of `npm test`: looks for secrets where no single test can. See test/support/leak-watch.ts.
import { runTypeScript } from './run-ts.mjs';

await runTypeScript('test/support/leak-watch.ts');
