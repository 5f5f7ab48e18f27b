/** Our upload to a v2 volume against `modal volume put` of the same tree: whole commands, in turns, on a stand-in of Modal on this machine. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/paths.ts';
import { modalClientStatus } from '../../src/setup/modal-client.ts';
import { writeTree } from '../src/data/support/tree.ts';
import { startStandIn, testHome } from '../support/stand-in.ts';
import { median, report } from './report.ts';

const rounds = 7;
const mb = 1_000_000;

process.env.ANN_TUI_TEST_HOME ??= path.join(packageRoot, '.dev/home');
process.env.ANN_TUI_HOME = process.env.ANN_TUI_TEST_HOME;
const client = await modalClientStatus();
if (!client.ready) throw new Error(`Modal's client is not in ${testHome()}: ${client.why}. npm test prepares it.`);

const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-volume-upload-'));
const tree = path.join(folder, 'tree');
const total = writeTree(tree, { large: [120 * mb, 90 * mb, 60 * mb], small: { files: 1000, bytes: 30_000 } });
const home = path.join(folder, 'home');
mkdirSync(path.join(home, 'data'), { recursive: true });
symlinkSync(path.join(testHome(), 'data', 'python'), path.join(home, 'data', 'python'));
const standIn = await startStandIn();
const env = { ...process.env, ...standIn.env, ANN_TUI_HOME: home };
const modal = async (...args: readonly string[]) => await execa(client.program, args, { env, stdin: 'ignore' });

/** Bytes a second from starting the command to its end. Each goes to a volume of its own: none finds blocks of another. */
const speed = async (volume: string, put: (volume: string) => Promise<unknown>): Promise<number> => {
  await modal('volume', 'create', '--version', '2', volume);
  const begun = performance.now();
  await put(volume);
  const seconds = (performance.now() - begun) / 1000;
  const there = (await standIn.admin('volumes')) as readonly { readonly name: string; readonly bytes: number }[];
  const bytes = there.find(({ name }) => name === volume)?.bytes;
  if (bytes !== total) throw new Error(`${volume} has ${bytes} bytes, not ${total}`);
  await modal('volume', 'delete', '--yes', volume);
  // Nothing that was hashed before may help.
  rmSync(path.join(home, 'data', 'transfers'), { recursive: true, force: true });
  return total / seconds;
};

const ours = (volume: string) =>
  execa(process.execPath, [path.join(packageRoot, 'dist/ann-tui.js'), 'volumes', 'put', volume, tree, 'tree'], { env, stdin: 'ignore' });
const theirs = (volume: string) => modal('volume', 'put', volume, tree, '/tree');

const speeds = { ours: [] as number[], theirs: [] as number[] };
try {
  for (let round = 0; round < rounds; round++) {
    const turn = async (who: 'ours' | 'theirs') => speeds[who].push(await speed(`${who}-${round}`, who === 'ours' ? ours : theirs));
    // Who goes first takes turns too.
    for (const who of round % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const)) await turn(who);
  }
} finally {
  await standIn.close();
  rmSync(folder, { recursive: true, force: true });
}

const ratios = speeds.ours.map((value, round) => value / (speeds.theirs[round] ?? value));
const line = (name: string, values: readonly number[]): string =>
  `  ${name.padEnd(17)} median ${(median(values) / mb).toFixed(1)} MB/s, range ${(Math.min(...values) / mb).toFixed(1)}–${(Math.max(...values) / mb).toFixed(1)} MB/s`;
const figure = median(ratios);
report({
  name: 'volume-upload',
  method: `${total / mb} MB in 1,003 files to a v2 volume on a local stand-in of Modal, whole commands, ${rounds} times in turns`,
  lines: [
    line('ann-tui', speeds.ours),
    line('modal volume put', speeds.theirs),
    `  ratio median ${figure.toFixed(2)}×, range ${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}×`,
  ],
  figure,
  bar: "≥ 0.9× of modal volume put's speed",
  ok: figure >= 0.9,
  data: { bytes: total, bytesPerSecond: speeds, ratios },
});
