/**
 * A newcomer with no account: from home to a scored evaluation by `e` and Enter alone; and the same without a screen, on what is prepared by then.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Home } from './program.ts';

let home: Home;
beforeAll(() => {
  home = new Home();
});
afterAll(() => home.close());

type Score = { readonly title: string; readonly best: boolean; readonly auroc: number; readonly synthetic: boolean };
type Shown = { readonly outcome?: string; readonly detectors: readonly Score[]; readonly judged: readonly { readonly split: string }[] };

const records = (stdout: string): readonly Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));

/** Every screen on the way, by what stands there. */
const way = [/Evaluate seizure detectors/, /On which channels/, /Where shall it run/, /▸ synthetic-seizures/, /enter starts it/] as const;

test('from home to scores by Enter alone, told as synthetic', async () => {
  const terminal = home.open([], { cols: 80, rows: 24 });
  for (const [n, shows] of way.entries()) {
    await terminal.waitFor(shows);
    await terminal.press(n === 0 ? 'e' : 'enter');
  }
  await terminal.waitFor(/runs › evaluate-/);
  await terminal.waitFor('✓ done', 600_000);
  expect(terminal.screen()).toMatch(/★ .+ 0\.\d{3} {2}\[0\.\d{3}, [01]\.\d{3}\]/);
  await terminal.press('enter');
  await terminal.waitFor(/is the best of \d/);
  expect(terminal.screen()).toContain('synthetic');
  expect(terminal.screen()).toContain('SzCORE rules, 1-Hz');
  await terminal.press('esc', 'esc', 'q');
  expect((await terminal.exited).exitCode).toBe(0);
});

test('without a screen: what is prepared is not prepared again, and the figures are the same', async () => {
  const [first = ''] = home.runs();
  const { stdout, exitCode } = await home.run(['evaluate', '--checkpoint', 'baseline', '--dataset', 'synthetic-seizures', '--json']);
  expect(exitCode).toBe(0);
  const { detectors, judged, outcome } = records(stdout).at(-1) as unknown as Shown;
  expect(outcome).toBe('done');
  expect(judged.map(({ split }) => split).filter(split => split === 'test')).toHaveLength(60);
  expect(judged).toHaveLength(80);
  expect(detectors.every(({ synthetic }) => synthetic)).toBe(true);
  expect(detectors.filter(({ best }) => best)).toHaveLength(1);
  const [earlier] = records((await home.run(['results', first, '--json'])).stdout) as unknown as readonly Shown[];
  expect(detectors).toEqual(earlier?.detectors);
  const compared = await home.run(['compare', first, 'latest']);
  expect(compared.exitCode).toBe(0);
  expect(compared.stdout).toContain('They were set the same.');
  const differences = compared.stdout.match(/[+-]\d+\.\d{3}\b/g) ?? [];
  expect(differences.length).toBeGreaterThanOrEqual(detectors.length);
  expect(new Set(differences)).toEqual(new Set(['+0.000']));
  const bare = await home.run(['compare', first, 'latest', '--recall', '0.9']);
  expect([bare.exitCode, bare.stderr]).toEqual([2, expect.stringContaining('--recall has no meaning for evaluations')]);
});

test('two folders of annotations are scored alone', async () => {
  const write = (folder: string, onset: number | string) => {
    const below = path.join(home.folder, folder, 'sub-01/ses-01/eeg');
    mkdirSync(below, { recursive: true });
    const head = ['onset', 'duration', 'eventType', 'confidence', 'channels', 'dateTime', 'recordingDuration'].join('\t');
    const row = [onset, 60, 'sz', 'n/a', 'n/a', '2020-01-01 00:00:00', 3600].join('\t');
    writeFileSync(path.join(below, 'sub-01_ses-01_task-szMonitoring_run-00_events.tsv'), `${head}\n${row}\n`);
  };
  write('truth', 600);
  write('predicted', 610);
  write('wrong', 'soon');
  const folders = [path.join(home.folder, 'truth'), path.join(home.folder, 'predicted')];
  const file = path.join(home.folder, 'scores.json');
  const { stdout, exitCode } = await home.run(['score', ...folders, '--out', file]);
  expect([exitCode, existsSync(file)]).toEqual([0, true]);
  expect(stdout).toMatch(/SzCORE/);
  const [record] = records((await home.run(['score', ...folders, '--json'])).stdout);
  expect(record).toMatchObject({ type: 'scores' });
  const again = await home.run(['score', ...folders, '--out', file]);
  expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('exists already')]);
  const wrong = await home.run(['score', ...folders.slice(0, 1), path.join(home.folder, 'wrong')]);
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toMatch(/_events\.tsv:2/);
});
