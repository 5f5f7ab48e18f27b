/** Datasets of recordings on the command line, as far as no Python is needed. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { paths } from '../../../../src/util/paths.ts';
import { inventory } from '../../../screens/support/recordings.ts';
import { givenHome } from '../../../support/home.ts';
import { program } from '../program.ts';

const home = givenHome();

/** A folder with one EDF file, and one with none. */
const folders = (): { readonly eeg: string; readonly other: string } => {
  const [eeg, other] = [path.join(home(), 'eeg'), path.join(home(), 'other')];
  for (const folder of [eeg, other]) mkdirSync(folder);
  writeFileSync(path.join(eeg, 'a.edf'), '');
  return { eeg, other };
};

test.each<readonly [string, (at: ReturnType<typeof folders>) => readonly string[], RegExp]>([
  ['nobody publishes it', () => ['sync', 'tusz'], /tusz cannot be fetched\n.*free account.*\n.*\n.*next: ann-tui sync tusz --from FOLDER/],
  ['a folder without recordings', ({ other }) => ['sync', 'tusz', '--from', other], /holds no recordings and no vectors\n.*no EDF file/],
  ['recordings for vectors', ({ eeg }) => ['sync', 'gist-960-euclidean', '--from', eeg], /gist-960-euclidean is a dataset of vectors\n/],
  ['recordings for what is made', ({ eeg }) => ['sync', 'synthetic-seizures', '--from', eeg], /next: ann-tui sync my-eeg --from/],
  ['a single one', ({ eeg }) => ['sync', 'mine', '--from', path.join(eeg, 'a.edf')], /is a single recording\n/],
  ['from an address', () => ['sync', 'siena', '--from', 'https://x/y.zip'], /siena cannot be fetched from https:\/\/x\/y\.zip/],
  [
    'queries',
    ({ eeg }) => ['sync', 'mine', '--from', eeg, '--queries', path.join(eeg, 'a.edf')],
    /--queries and --distance are for vectors/,
  ],
  ['a decision about vectors', () => ['sync', 'gist-960-euclidean', '--unlabelled'], /--unlabelled is for recordings/],
  ['a decision that is none', () => ['sync', 'siena', '--long-seizures', 'perhaps'], /it is keep or leave-out/],
  [
    'to Modal, and nowhere',
    () => ['sync', 'tusz', '--target', 'modal'],
    /tusz cannot be brought to Modal yet\n.*free account.*\n *next: ann-tui sync tusz --target modal --from FOLDER/,
  ],
  ['a decision that is none, to Modal', () => ['sync', 'siena', '--target', 'modal', '--long-seizures', 'no'], /it is keep or leave-out/],
  ['a benchmark of recordings', () => ['bench', '--dataset', 'siena', '--dry-run'], /siena is a dataset of recordings\n.*takes vectors/],
])('refused: %s', async (_what, words, says) => {
  const { code, stderr } = await program(words(folders()));
  expect(stderr).toMatch(says);
  expect(code).toBe(2);
});

test('one of one’s own: in the table, whole by its name, and as records', async () => {
  const { datasets } = paths();
  const { eeg } = folders();
  mkdirSync(datasets, { recursive: true });
  const stamp = { name: 'my-eeg', of: 'recordings', folder: eeg, bytes: 0, source: 'folder', inventory };
  writeFileSync(path.join(datasets, 'my-eeg.json'), JSON.stringify(stamp));
  const listed = { notices: [], recordings: [{ edf: 'a.edf', bytes: 0, notices: [['bad-date', 'have a bad date', 'a.edf', 0]] }] };
  writeFileSync(path.join(datasets, 'my-eeg.recordings.json'), JSON.stringify(listed));
  const { stdout } = await program(['datasets', '--local']);
  expect(stdout).toMatch(/^my-eeg +675 +7,364 +1,473 +4,018 +– {2}verified, yours$/m);
  expect(stdout).toMatch(/^tusz +≈675 +≈7,364 +≈1,476 +– +– {2}absent$/m);
  const one = await program(['datasets', 'my-eeg', '--warnings']);
  expect(one.stdout).toMatch(/train +579 +4,667 +910 +2,474 +48\.7/);
  expect(one.stdout).toMatch(/! 1 have a bad date\n {4}a\.edf/);
  const { records } = await program(['datasets', 'my-eeg', '--warnings', '--json']);
  expect(records).toMatchObject([
    { type: 'dataset', name: 'my-eeg', own: true, inventory: { split_hash: inventory.split_hash } },
    { type: 'notice', dataset: 'my-eeg', kind: 'bad-date', file: 'a.edf' },
  ]);
  const all = (await program(['datasets', '--local', '--json'])).records;
  expect(all.find(({ name }) => name === 'my-eeg')).toMatchObject({ seizures: 4018, errors: 0, rough: false });
  expect(all.find(({ name }) => name === 'chb-mit')).toMatchObject({ of: 'recordings', rough: true });
  rmSync(eeg, { recursive: true });
  const gone = await program(['evaluate', '--dataset', 'my-eeg']);
  expect(gone.stderr).toMatch(/The recordings of my-eeg are gone\n +its folder .* is gone\n +next: ann-tui sync my-eeg --from FOLDER/);
  expect(gone.code).toBe(2);
});

test('rm: what is asked before, and what cannot be', async () => {
  const store = path.join(paths().datasets, 'stores', 'siena-0123456789ab', 'signals');
  mkdirSync(store, { recursive: true });
  mkdirSync(path.join(paths().datasets, 'stores', 'siena-2-0123456789ab', 'signals'), { recursive: true });
  writeFileSync(path.join(store, 'a.f16'), Buffer.alloc(2_000_000));
  const shown = await program(['datasets', 'siena']);
  expect(shown.stdout).toMatch(/2\.0 MB of it are prepared; ann-tui datasets rm siena --prepared removes that/);
  const asked = await program(['datasets', 'rm', 'siena', '--prepared']);
  expect(asked.stderr).toMatch(/next: ann-tui datasets rm siena --prepared --yes/);
  for (const [words, says] of [
    [['rm'], /needs a DATASET/],
    [['rm', 'nothing'], /no dataset "nothing"/],
    [['rm', 'gist-960-euclidean'], /is a dataset of vectors/],
    [['siena', 'tusz'], /"tusz" is one word too many/],
  ] as const) {
    const { code, stderr } = await program(['datasets', ...words, '--yes']);
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
  }
  expect(readdirSync(store)).toEqual(['a.f16']);
});
