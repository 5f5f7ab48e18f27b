/** Walks the wizard in a real terminal and writes one SVG a screen into docs/pictures; of all walks, or of those that are named. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/util/paths.ts';
import { bundle, Home } from '../e2e/program.ts';
import type { Terminal } from '../e2e/terminal.ts';
import { startStandIn, testHome } from '../support/stand-in.ts';
import { until } from '../support/until.ts';
import { toSvg } from './svg.ts';

const folder = path.join(packageRoot, 'docs/pictures');
mkdirSync(folder, { recursive: true });
await execa(process.execPath, [bundle, 'setup'], { env: { ANN_TUI_HOME: testHome() }, stderr: 'inherit' });

/** Waits for what the screen must show, takes the picture. */
const picture = async (terminal: Terminal, name: string, shows: string | RegExp, title: string) => {
  await terminal.waitFor(shows);
  // One more frame, so that what came with it is drawn whole.
  await new Promise(resolve => setTimeout(resolve, 400));
  writeFileSync(path.join(folder, `${name}.svg`), toSvg(terminal.emulator, title));
  console.log(`docs/pictures/${name}.svg`);
};

/** Paths below the home are told as below a person's. */
const sizeIn = ({ folder: HOME }: Home) => ({ cols: 96, rows: 30, env: { HOME } });

const onThisMachine = async (): Promise<void> => {
  const home = new Home();
  const terminal = home.open([], sizeIn(home));
  // A first run, so that home has something to tell.
  await home.run(['bench', '--impl', 'hnsw', '--compare', 'naive']);
  await picture(terminal, 'home', 'just now', 'Home: recent runs, and what can be started');
  await terminal.press('b');
  await terminal.waitFor('Which implementations');
  await terminal.press('enter');
  await terminal.waitFor('Where shall it run');
  await terminal.press('p');
  await picture(terminal, 'hardware', '1.77', 'Hardware: whole-container prices with their date');
  await terminal.press('enter');
  await terminal.waitFor('▸ quick');
  await terminal.press('enter');
  await picture(terminal, 'review', '$0 here', 'Review: what, where, how long, what it costs');
  await terminal.press('enter');
  await picture(terminal, 'monitor', 'enter shows the result', 'The monitor of a run: phases, progress, plot, points and the log');
  await terminal.press('enter');
  await picture(terminal, 'result', 'at recall', 'The result: speed at equal recall, plot and points');
  await terminal.press('q');
  await terminal.exited;
  await home.close();
};

const onRecordings = async (): Promise<void> => {
  const home = new Home();
  await home.run(['evaluate', '--checkpoint', 'baseline', '--dataset', 'synthetic-seizures']);
  const terminal = home.open([], sizeIn(home));
  await terminal.waitFor('AUROC');
  await terminal.press('up', 'enter');
  await terminal.waitFor('worst first');
  await picture(
    terminal,
    'evaluation',
    'worst first',
    'The result of an evaluation: detectors, and patients with what went wrong, worst first',
  );
  await terminal.press('enter');
  await picture(terminal, 'trace', 'threshold', 'A missed seizure: its channels, with truth, prediction and score below');
  await terminal.press('q');
  await terminal.exited;
  await home.close();
};

/** With the laptop's config: minutes, and an environment with PyTorch. */
const ofTraining = async (): Promise<void> => {
  await execa(process.execPath, [bundle, 'setup', '--training', '--yes'], { env: { ANN_TUI_HOME: testHome() }, stderr: 'inherit' });
  const home = new Home();
  const terminal = home.open([], sizeIn(home));
  await terminal.waitFor('Train the seizure detector');
  await terminal.press('t');
  await terminal.waitFor('▸ laptop');
  await terminal.press('enter');
  await terminal.waitFor('Where shall it run');
  await terminal.press('enter');
  await terminal.waitFor('▸ synthetic-seizures');
  await terminal.press('enter');
  await terminal.waitFor('enter starts it');
  await terminal.press('enter');
  const run = await until('a run', () => home.runs()[0]);
  const looks = () => home.runFile(run, 'journal.ndjson').split('dev_auroc').length - 1;
  await until('some looks at dev', () => looks() >= 6, 1800);
  await picture(terminal, 'training', '★', 'The monitor of a training: loss and AUROC on dev, speed, checkpoints, and the log as it comes');
  await terminal.waitFor('enter shows the result', 1_800_000);
  await terminal.press('enter');
  await picture(
    terminal,
    'training-result',
    'worst first',
    'The result of a training: how much better than the best baseline, the detectors, the patients, worst first',
  );
  await terminal.press('q');
  await terminal.exited;
  await home.close();
};

/** Four parts, which take a while. */
const sweep = `k: 10
seed: 1
repeats: 30
implementations:
  naive: { default: true }
  hnsw:
    default: true
    build: { M: [8, 16, 24], efConstruction: [100] }
    search: { efSearch: [10, 20, 40, 80, 160] }
`;

/** On the stand-in of the tests: what it bills is nobody's money. */
const atModal = async (): Promise<void> => {
  const standIn = await startStandIn();
  const home = new Home({ env: standIn.env });
  home.write('config/benchmark.yaml', sweep);
  const terminal = home.open([], sizeIn(home));
  await terminal.waitFor('Benchmark an ANN');
  await terminal.press('b');
  await terminal.waitFor('Which implementations');
  await terminal.press('enter');
  await terminal.waitFor('acme');
  await terminal.press('down', 'enter');
  await terminal.waitFor('at most 4 containers');
  await terminal.press('+', '+', '+');
  await terminal.waitFor('4 of at most 4 containers');
  await terminal.press('enter');
  await terminal.waitFor('▸ quick');
  await terminal.press('enter');
  await terminal.waitFor(/budget +\$/);
  await terminal.press('enter');
  await picture(
    terminal,
    'modal-review',
    'Start it on Modal?',
    'Review of a run on Modal: containers, estimate, budget, and the question before anything is spent',
  );
  await terminal.press('y');
  const run = await until('a run', () => home.runs()[0]);
  await until('some points', () => home.runFile(run, 'journal.ndjson').split('"type":"point"').length > 8);
  await picture(
    terminal,
    'modal-monitor',
    /points/,
    'The monitor of a run on Modal: four containers, what it costs so far, points and the log as they come',
  );
  terminal.kill('SIGKILL');
  await home.run(['stop', run]);
  await home.close();
  await standIn.close();
};

const walks: Readonly<Record<string, () => Promise<void>>> = {
  bench: onThisMachine,
  recordings: onRecordings,
  training: ofTraining,
  modal: atModal,
};
const named = process.argv.slice(2).filter(name => name in walks);
for (const name of named.length > 0 ? named : Object.keys(walks)) await walks[name]?.();
