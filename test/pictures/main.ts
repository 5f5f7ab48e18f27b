/** Walks the wizard in a real terminal and writes one SVG a screen into docs/pictures. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/paths.ts';
import { bundle, Home, preparedHome } from '../e2e/program.ts';
import { toSvg } from './svg.ts';

const folder = path.join(packageRoot, 'docs/pictures');
mkdirSync(folder, { recursive: true });
await execa(process.execPath, [bundle, 'setup'], { env: { ANN_TUI_HOME: preparedHome }, stderr: 'inherit' });

const home = new Home();
const terminal = home.open([], { cols: 100, rows: 30 });

const picture = async (name: string, title: string) => {
  // One more frame, so that what just arrived is drawn whole.
  await new Promise(resolve => setTimeout(resolve, 300));
  writeFileSync(path.join(folder, `${name}.svg`), toSvg(terminal.emulator, title));
  console.log(`docs/pictures/${name}.svg`);
};

await terminal.waitFor('? more');
await picture('home', 'The home screen of ann-tui');
await terminal.press('enter');
await terminal.waitFor('where');
await terminal.press('enter');
await home.close();
