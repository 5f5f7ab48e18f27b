/** Somebody who comes from brain-go-brr, with everything small: the corpus, the configs, a record at Zenodo, a bucket, and an old volume. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';
import { harnessPython, pythonBelow, type StandIn } from '../support/stand-in.ts';
import { until } from '../support/until.ts';
import { writeFew } from './few-patients.ts';
import { Home } from './program.ts';
import { waitingModel } from './training-there.ts';

/** So that a training has a middle. */
const model = waitingModel(0.15);

const tiny = '{ name: tiny, options: { filters: 2, electrode_features: 2, width: 4, tcn_blocks: 1 } }';
const waiting = '{ name: ./patient.py }';

const preset = (steps: number, of: string): string => `datasets: [tusz]
prepare: { rate: 64, band: { low: 0.5, high: 20 } }
model: ${of}
windows: { seconds: 10, batch: 4 }
training: { steps: ${steps}, warmup_steps: 2, evaluate_every: 1000, checkpoint_every: 5, threads: 1 }
evaluation: { draws: 100, overlap: 0 }
`;

/** Answers as Zenodo does, with one record of the folder. */
const zenodo = `
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from fetch_support import Zenodo, zipped
print(Zenodo({"corpus.zip": zipped(Path(sys.argv[2]))}).url, flush=True)
sys.stdin.read()
`;

const openRecord = async (folder: string): Promise<{ readonly url: string; readonly child: ChildProcess }> => {
  const support = path.join(packageRoot, 'test/python/seizure/fetch');
  const child = spawn(harnessPython(), ['-c', zenodo, support, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const url = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', code => reject(new Error(`the record's server left with code ${code}`)));
  });
  return { url, child };
};

const bucket = 'your-eeg-bucket';

export type Newcomer = {
  readonly home: Home;
  /** Where commands are typed: its files are those that the page names. */
  readonly work: string;
  /** Key pair of the bucket, by the names of its secret. */
  readonly keys: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
};

/** The package's own, but for where the record lies. */
const catalogue = (record: string): string =>
  readFileSync(path.join(packageRoot, 'configs/datasets.yaml'), 'utf8').replace('https://zenodo.org/records/10259996', record);

export const openNewcomer = async (standIn: StandIn): Promise<Newcomer> => {
  const made = (await standIn.admin('buckets', { bucket })) as Readonly<Record<string, string>>;
  const keys = {
    AWS_ACCESS_KEY_ID: made.access_key_id ?? '',
    AWS_SECRET_ACCESS_KEY: made.secret_access_key ?? '',
    AWS_REGION: made.region ?? '',
  };
  const home = new Home({ env: { ...standIn.env, ...keys, AWS_ENDPOINT_URL: made.endpoint ?? '' } });
  const few = await writeFew(home);
  const { url, child } = await openRecord(few);
  const work = path.join(home.folder, 'work');
  const put = (name: string, text: string): void => home.write(path.join('work', name), text);
  // The truth once more is what a perfect detector tells.
  for (const name of ['tuh_eeg_seizure_v2.0.0', 'told']) cpSync(few, path.join(work, name), { recursive: true });
  const edf = readdirSync(few, { recursive: true })
    .map(String)
    .find(name => name.endsWith('.edf'));
  cpSync(path.join(few, edf ?? ''), path.join(work, 'night.edf'));
  for (const name of ['smoke_test', 'laptop']) home.write(`config/training/${name}.yaml`, preset(6, tiny));
  home.write('config/training/tusz_train_a100.yaml', preset(40, waiting));
  home.write('config/training/patient.py', model);
  put('patient.py', model);
  put('mine.yaml', preset(40, waiting));
  put('quick.yaml', preset(6, tiny));
  cpSync(path.join(packageRoot, 'test/fixtures/origin/tusz_train_a100.yaml'), path.join(work, 'tusz_train_a100.yaml'));
  put('data/preprocessed/windows.npz', 'windows');
  put('old/checkpoints/best.pt', 'weights');
  put('old/evaluations/metrics.json', '{}');
  home.write('config/datasets.yaml', catalogue(url));
  return {
    home,
    work,
    keys,
    close: async () => {
      child.stdin?.end();
      await home.close();
    },
  };
};

/** The person's own copy of configs/modal.yaml, with the lines that the page gives. */
export const withBuckets = (home: Home, lines: string): void => {
  const usual = readFileSync(path.join(packageRoot, 'configs/modal.yaml'), 'utf8');
  mkdirSync(path.join(home.folder, 'config'), { recursive: true });
  writeFileSync(path.join(home.folder, 'config/modal.yaml'), `${usual}\n${lines}`);
};

/** A home where nobody is signed in, and then somebody is: an address, and its code typed in a browser elsewhere. */
export const signIn = async (standIn: StandIn): Promise<void> => {
  const env: Record<string, string> = { MODAL_SERVER_URL: standIn.url, SSH_CONNECTION: '192.0.2.7 50022 192.0.2.1 22' };
  const home = new Home({ env });
  env.MODAL_CONFIG_PATH = path.join(home.folder, 'modal.toml');
  try {
    const terminal = home.open(['auth']);
    const flows = async () => (await standIn.admin('token-flows')) as readonly { readonly url: string; readonly state: string }[];
    const flow = await until('the page', async () => (await flows()).find(({ state }) => state === 'waiting'));
    await terminal.waitFor(flow.url);
    await standIn.admin('token-flows/approve', { workspace: 'acme' });
    await terminal.waitFor('ready, $');
    expect([(await terminal.exited).exitCode, existsSync(env.MODAL_CONFIG_PATH)]).toEqual([0, true]);
  } finally {
    await home.close();
  }
};

/** Is it in the environment of trainings? TensorBoard and W&B are no part of it unless asked for. */
export const hasPackage = (name: string): boolean => {
  const lib = path.join(path.dirname(pythonBelow('training-')), '../lib');
  return readdirSync(lib).some(python => existsSync(path.join(lib, python, 'site-packages', name)));
};
