// Builds the program: one entry, split so that heavy modules load only when a command needs them.
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import assets from '../../src/report/plots/assets.json' with { type: 'json' };

const root = fileURLToPath(new URL('../../', import.meta.url));

// Ink imports React's developer tools only when DEV is set, but a static import must resolve all the same.
const withoutDevtools = {
  name: 'without-devtools',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'devtools', namespace: 'stub' }));
    onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'export default { initialize() {}, connectToDevTools() {} };' }));
  },
};

/** The licences of everything that ends up inside the bundle or beside it, which their terms ask us to pass on. */
const licences = async inputs => {
  const folders = new Set(Object.values(assets).map(asset => `node_modules/${asset.package}`));
  for (const input of Object.keys(inputs)) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) folders.add(found[1]);
  }
  const texts = [];
  for (const folder of [...folders].sort()) {
    const { name, version, license, repository } = JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8'));
    const files = (await readdir(path.join(root, folder))).filter(entry => /^licen[cs]e/i.test(entry)).sort();
    const own = await Promise.all(files.map(async file => (await readFile(path.join(root, folder, file), 'utf8')).trim()));
    // Some terms ask to tell where the source is.
    const told = `Licence: ${license}\nSource: ${repository?.url ?? repository}`;
    texts.push(`${name} ${version}\n\n${own.length > 0 ? own.join('\n\n') : told}\n`);
  }
  return `ann-tui contains these packages.\n\n${texts.join('\n---\n\n')}`;
};

const dayMs = 86_400_000;

/** Chunks of earlier builds stay for a day: a program that runs may still load its own. */
const removeOldChunks = async (outdir, outputs) => {
  const folder = path.join(outdir, 'chunks');
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    if (path.relative(root, file) in outputs) continue;
    if (Date.now() - (await stat(file)).mtimeMs > dayMs) await rm(file);
  }
};

/** Files that are read as they are when they are needed. */
const copyAssets = async outdir => {
  const folder = path.join(outdir, 'assets');
  await mkdir(folder, { recursive: true });
  for (const asset of Object.values(assets))
    await copyFile(path.join(root, 'node_modules', asset.package, asset.file), path.join(folder, path.basename(asset.file)));
};

/** @param clean removes earlier builds first, for packing. */
const buildProgram = async clean => {
  const outdir = path.join(root, 'dist');
  if (clean) await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['bin/ann-tui.ts'],
    outdir,
    bundle: true,
    splitting: true,
    metafile: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    banner: { js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);" },
    plugins: [withoutDevtools],
    logLevel: 'warning',
  });
  await copyAssets(outdir);
  await writeFile(path.join(outdir, 'LICENSES.txt'), await licences(metafile.inputs));
  await removeOldChunks(outdir, metafile.outputs);
};

await buildProgram(process.argv.includes('--clean'));
