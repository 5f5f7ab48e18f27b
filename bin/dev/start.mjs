// `npm start -- ARGS` is `ann-tui ARGS`, after installing and building what is missing.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from './prepare.mjs';

prepare();
const program = path.join(root, 'dist/ann-tui.js');
// Supervisors are started as this program, not as this script.
process.argv[1] = program;
await import(pathToFileURL(program));
