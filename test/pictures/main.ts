/** Walks the wizard in a real terminal and writes one SVG a screen into docs/pictures. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/paths.ts';
import { bundle, Home } from '../e2e/program.ts';
import { testHome } from '../support/stand-in.ts';
import { toSvg } from './svg.ts';

const folder = path.join(packageRoot, 'docs/pictures');
mkdirSync(folder, { recursive: true });
await execa(process.execPath, [bundle, 'setup'], { env: { ANN_TUI_HOME: testHome() }, stderr: 'inherit' });

const home = new Home();
const terminal = home.open([], { cols: 96, rows: 30 });

/** Waits for what the screen must show, takes the picture. */
const picture = async (name: string, shows: string | RegExp, title: string, seconds = 15) => {
  await terminal.waitFor(shows, seconds * 1000);
  // One more frame, so that what came with it is drawn whole.
  await new Promise(resolve => setTimeout(resolve, 400));
  writeFileSync(path.join(folder, `${name}.svg`), toSvg(terminal.emulator, title));
  console.log(`docs/pictures/${name}.svg`);
};

// A first run, so that home has something to tell.
await home.run(['bench', '--impl', 'hnsw', '--compare', 'naive']);
await picture('home', 'just now', 'Home: recent runs, and what can be started');
await terminal.press('b');
await terminal.waitFor('Which implementations');
await terminal.press('enter');
await terminal.waitFor('Where shall it run');
await terminal.press('enter');
await picture('hardware', '1.77', 'Hardware: whole-container prices with their date');
await terminal.press('enter');
await terminal.waitFor('▸ quick');
await terminal.press('enter');
await picture('review', '$0 here', 'Review: what, where, how long, what it costs');
await terminal.press('enter');
await picture('monitor', 'enter shows the result', 'The monitor of a run: phases, progress, plot, points and the log', 90);
await terminal.press('enter');
await picture('result', 'at recall', 'The result: speed at equal recall, plot and points');
await terminal.press('q');
await terminal.exited;
await home.close();
