// Runs a TypeScript script of this repository (pictures, measurements): bundled beside node_modules, then imported.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './prepare.mjs';

/** @param script path below the repository, e.g. test/pictures/main.ts; it reads its arguments from process.argv.slice(2). */
export const runTypeScript = async script => {
  const outfile = path.join(root, '.dev/scripts', `${path.basename(script, '.ts')}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [script],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    logLevel: 'warning',
  });
  await import(pathToFileURL(outfile));
};
