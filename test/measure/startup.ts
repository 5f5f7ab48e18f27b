/** Start to first frame: the program's home against bare Ink with one line, in turns, in a pseudo-terminal. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { packageRoot } from '../../src/util/paths.ts';
import { Terminal } from '../e2e/terminal.ts';
import { median, report } from './report.ts';

const rounds = 15;
const folder = path.join(packageRoot, '.dev/scripts');
const bare = path.join(folder, 'bare-ink.mjs');
const home = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-startup-'));

const source = path.join(folder, 'bare-ink.tsx');
writeFileSync(source, "import { render, Text } from 'ink';\nrender(<Text>Start here</Text>);\nsetTimeout(() => {}, 10_000);\n");
await build({
  entryPoints: [source],
  outfile: bare,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  banner: { js: "import { createRequire as c } from 'node:module'; const require = c(import.meta.url);" },
  plugins: [
    {
      name: 'without-devtools',
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'devtools', namespace: 'stub' }));
        onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'export default { initialize() {}, connectToDevTools() {} };' }));
      },
    },
  ],
});

/** Milliseconds from spawning until the word "Start" stands on the screen. */
const firstFrame = async (file: string): Promise<number> => {
  const started = performance.now();
  const terminal = new Terminal(process.execPath, [file], { env: { ANN_TUI_HOME: home } });
  while (!terminal.raw.includes('Start')) await new Promise(resolve => setTimeout(resolve, 1));
  const milliseconds = performance.now() - started;
  terminal.kill('SIGKILL');
  await terminal.exited;
  return milliseconds;
};

const ours: number[] = [];
const theirs: number[] = [];
for (let round = 0; round < rounds; round++) {
  ours.push(await firstFrame(path.join(packageRoot, 'dist/ann-tui.js')));
  theirs.push(await firstFrame(bare));
}
rmSync(home, { recursive: true, force: true });

const line = (name: string, values: readonly number[]): string =>
  `  ${name.padEnd(10)} median ${median(values).toFixed(0)} ms, range ${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)} ms`;
const figure = median(ours.map((value, index) => value / (theirs[index] ?? value)));
report({
  name: 'startup',
  method: `start to first frame in a pseudo-terminal, ${rounds} times in turns`,
  lines: [line('ann-tui', ours), line('bare Ink', theirs), `  ratio ${figure.toFixed(2)}×`],
  figure,
  bar: '≤ 1.5× bare Ink',
  ok: figure <= 1.5,
  data: { ours, bareInk: theirs },
});
