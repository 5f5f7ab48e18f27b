/** `ann-tui sync` and what is planned on what it brought, as far as no Python is needed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createEventPrinter, syncOne } from '../../../../../src/cli/commands/data/sync-here.ts';
import { createOutput, createPaced } from '../../../../../src/cli/output.ts';
import type { JobEvent } from '../../../../../src/events/event.ts';
import { paths } from '../../../../../src/util/paths.ts';
import { givenHome } from '../../../../support/home.ts';
import { program } from '../../program.ts';

const home = givenHome();

test('a name that says angular asks for the distance of a file that does not', async () => {
  const file = path.join(home(), 'rows.npy');
  writeFileSync(file, '');
  const { code, stderr } = await program(['sync', 'rows-angular', '--from', file], { interactive: true, answer: 'hamming' });
  expect(stderr).toContain('--distance hamming cannot be');
  expect(code).toBe(2);
});

test('k above the true neighbours of a file that is here is refused as a plan', async () => {
  const { datasets } = paths();
  mkdirSync(datasets, { recursive: true });
  writeFileSync(path.join(datasets, 'k5.hdf5'), 'x'.repeat(100));
  const stamp = { name: 'k5', file: 'k5.hdf5', bytes: 100, sha256: 'ab', train: [500, 8], test: [50, 8], distance: 'euclidean' };
  writeFileSync(path.join(datasets, 'k5.json'), JSON.stringify({ ...stamp, neighbors: 5 }));
  const { code, stderr } = await program(['bench', '--dataset', 'k5', '--dry-run']);
  expect(stderr).toMatch(/--k 10 cannot be\n.*from 1 to 5, as k5 has the true neighbours/);
  expect(code).toBe(2);
  expect((await program(['bench', '--dataset', 'k5', '--k', '5', '--dry-run'])).code).toBe(0);
});

test('progress ends at 100 %', () => {
  let text = '';
  const nowhere = new AbortController().signal;
  const io = {
    stdout: (said: string) => {
      text += said;
    },
    stderr: () => {},
    write: async () => {},
    terminal: false,
    interactive: false,
    env: { LANG: 'C.UTF-8' },
    ask: async () => '',
    signal: nowhere,
  };
  const tell = createEventPrinter(createOutput(io, false));
  const progress = (done: number) => ({
    type: 'progress',
    phase: 'data',
    done,
    total: 8,
    unit: 'rows',
    v: 1,
    seq: 1,
    container: 'main',
    time: 1,
  });
  for (let done = 1; done <= 8; done += 1) tell(progress(done) as JobEvent);
  expect(text.trimEnd().split('\n').at(-1)).toContain('100 % (8 of 8 rows)');
});

test('paced: one a while, the end at once, nothing twice', () => {
  const said: string[] = [];
  let now = 0;
  const paced = createPaced(
    text => said.push(text),
    100,
    () => now,
  );
  paced('a');
  paced('b');
  paced.now('c');
  now = 500;
  paced('c');
  expect(said).toEqual(['a', 'c']);
});

test('data on which the two rules of recall differ are named when they are synced', async () => {
  const { datasets } = paths();
  mkdirSync(datasets, { recursive: true });
  writeFileSync(path.join(datasets, 'quick.hdf5'), 'x'.repeat(100));
  const stamp = { name: 'quick', file: 'quick.hdf5', bytes: 100, sha256: 'ab', train: [500, 8], test: [50, 8], distance: 'euclidean' };
  const told = async (differ: number): Promise<string> => {
    writeFileSync(path.join(datasets, 'quick.json'), JSON.stringify({ ...stamp, rules_differ: { 1: 0, 10: differ } }));
    const lines: string[] = [];
    const out = { line: (line: string) => lines.push(line), record: () => {} };
    await syncOne('quick', undefined, { out, io: {} } as never);
    return lines.join('\n');
  };
  expect(await told(0.008)).toContain("quick: recall@10 is strict; by ann-benchmarks' tolerance of 0.001 it can be 0.008 higher");
  expect(await told(0.0005)).not.toContain('strict');
});
