/**
 * Our upload to a v2 volume against `modal volume put` of the same GB: whole commands, in turns, on a stand-in of Modal on this machine.
 * Then ours killed at half and begun again, and everything fetched and compared.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { modalClientStatus } from '../../src/setup/modal-client.ts';
import { packageRoot } from '../../src/util/paths.ts';
import { hashesBelow, writeTree } from '../src/datasets/support/tree.ts';
import { startStandIn, testHome } from '../support/stand-in.ts';
import { interruptAtHalf } from './interrupted.ts';
import { median, report } from './report.ts';
import { inTurns, ratiosOf, speedLines } from './turns.ts';

const rounds = 3;
const mb = 1_000_000;

process.env.ANN_TUI_TEST_HOME ??= path.join(packageRoot, '.dev/home');
process.env.ANN_TUI_HOME = process.env.ANN_TUI_TEST_HOME;
const client = await modalClientStatus();
if (!client.ready) throw new Error(`Modal's client is not in ${testHome()}: ${client.why}. npm test prepares it.`);

const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-volume-upload-'));
const tree = path.join(folder, 'tree');
const total = writeTree(tree, { large: [300 * mb, 250 * mb, 200 * mb, 150 * mb], small: { files: 1000, bytes: 100_000 } });
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

/** Bytes of blocks that came, by the stand-in's count. */
const sent = async (): Promise<number> => ((await standIn.admin('volumes/sent')) as { readonly put: number }).put;

/** Killed at half and begun again; what is then there, fetched by Modal's own program, is the tree. */
const interrupted = async () => {
  const volume = 'interrupted';
  await modal('volume', 'create', '--version', '2', volume);
  const result = await interruptAtHalf(() => ours(volume), sent, total);
  const copy = path.join(folder, 'copy');
  mkdirSync(copy);
  await modal('volume', 'get', volume, '/tree', copy);
  const [here, there] = [hashesBelow(tree), hashesBelow(path.join(copy, 'tree'))];
  const same = here.size === there.size && [...here].every(([name, hash]) => there.get(name) === hash);
  return { ...result, same };
};

/** What is on the line when it is cut has to be sent again: eight blocks of 8 MiB. */
const onTheLine = 64 << 20;

try {
  const speeds = await inTurns(rounds, (who, round) => speed(`${who}-${round}`, who === 'ours' ? ours : theirs));
  const { first, second, same } = await interrupted();
  const figure = median(ratiosOf(speeds));
  const again = first + second - total;
  report({
    name: 'volume-upload',
    method: `${total / mb} MB in 1,004 files to a v2 volume on a local stand-in of Modal, whole commands, ${rounds} times in turns`,
    lines: [
      ...speedLines(speeds, 'modal volume put'),
      `  killed at half: ${(first / mb).toFixed(0)} MB sent before, ${(second / mb).toFixed(0)} MB after, ${(again / mb).toFixed(1)} MB of it twice; every file ${same ? 'the same' : 'NOT the same'}`,
    ],
    figure,
    bar: "≥ 0.9× of modal volume put's speed; killed at half, no more than what was on the line is sent again",
    ok: figure >= 0.9 && same && again <= onTheLine,
    data: { bytes: total, bytesPerSecond: speeds, ratios: ratiosOf(speeds), interrupted: { first, second, same } },
  });
} finally {
  await standIn.close();
  rmSync(folder, { recursive: true, force: true });
}
