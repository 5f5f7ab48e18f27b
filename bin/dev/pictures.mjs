// `npm run pictures`: drives the real program in a real terminal and redraws docs/pictures.
import { prepare } from './prepare.mjs';

prepare();
const { runTypeScript } = await import('./run-ts.mjs');
await runTypeScript('test/pictures/main.ts');
