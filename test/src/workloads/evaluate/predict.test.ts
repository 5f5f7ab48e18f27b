/** Predicting, exporting and comparing as the core is asked for it: what is passed on, and what comes back. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JobEvent } from '../../../../src/events/event.ts';
import { elsewhere } from '../../../../src/workloads/evaluate/cli/predict.ts';
import { exportContainer, exportOnnx } from '../../../../src/workloads/evaluate/export-checkpoint.ts';
import { predictRecordings } from '../../../../src/workloads/evaluate/predict.ts';
import { namesOf } from '../../../../src/workloads/evaluate/predicted-words.ts';

/** A stand-in for the package: it keeps its words, and does as `answer.py` says. */
const program = `
import json, os, sys
here = os.path.dirname(__file__)
json.dump(sys.argv[1:], open(os.path.join(here, "words.json"), "w"))
exec(open(os.path.join(here, "answer.py")).read())
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-core-'));
  mkdirSync(path.join(folder, 'seizure'));
  writeFileSync(path.join(folder, 'seizure', '__main__.py'), program);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const answer = (text: string): void => writeFileSync(path.join(folder, 'seizure', 'answer.py'), text);
const words = (): readonly string[] => JSON.parse(readFileSync(path.join(folder, 'seizure', 'words.json'), 'utf8')) as string[];

const checkpoint = { name: 'c', title: 'tiny (train-aaaaaa)', folder: '/x/best', seed: 0, trainedOn: ['tusz'] };
const signal = new AbortController().signal;
const core = () => ({ python: 'python3', env: { PYTHONPATH: folder }, signal });

const tellJson = (recordings: unknown) =>
  `file = sys.argv[sys.argv.index("--json") + 1]\njson.dump({"v": 1, "recordings": json.loads(${JSON.stringify(JSON.stringify(recordings))})}, open(file, "w"))\n`;

const good = { edf: '/r/a.edf', tsv: '/out/a_events.tsv', events: [[1, 4]], seconds: 60, told: ['Fz interpolated'] };

test('files and the checkpoint are passed on; progress comes as it is told', async () => {
  const progress = { v: 1, seq: 1, container: 'main', time: 1, type: 'progress', phase: 'predict', done: 1, total: 2, unit: 'hours' };
  answer(`${tellJson([good])}print(${JSON.stringify(JSON.stringify(progress))})\n`);
  const events: JobEvent[] = [];
  const found = await predictRecordings({
    ...core(),
    checkpoint: { ...checkpoint, source: '/x/mine.py' },
    edfs: ['/r/a.edf'],
    out: '/out',
    threshold: 0.7,
    onEvent: event => events.push(event),
  });
  expect(found).toEqual([good]);
  expect(events.map(({ type }) => type)).toEqual(['progress']);
  const [command, edf, ...others] = words();
  expect([command, edf]).toEqual(['predict', '/r/a.edf']);
  const file = others[others.indexOf('--json') + 1] as string;
  expect(others).toEqual([
    '--checkpoint',
    '/x/best',
    '--out',
    '/out',
    '--json',
    file,
    '--events',
    '--model',
    '/x/mine.py',
    '--threshold',
    '0.7',
  ]);
  expect(existsSync(path.dirname(file))).toBe(false);
});

test('recordings of one name are told apart', () => {
  expect(namesOf(['/r/a/one.edf', '/r/two.edf'])).toEqual(['one.edf', 'two.edf']);
  expect(namesOf(['/r/z1/zero.edf', '/r/z2/zero.edf', '/r/z2/b/one.edf'])).toEqual(['z1/zero.edf', 'z2/zero.edf', 'z2/b/one.edf']);
  expect(namesOf(['/zero.edf', '/r/zero.edf'])).toEqual(['zero.edf', 'r/zero.edf']);
});

test('one that could not be read stands beside the others; what was refused as a whole is an error with its exit code', async () => {
  const bad = { edf: '/r/b.edf', error: 'no signal of it is EEG' };
  const asked = { ...core(), checkpoint, edfs: ['/r'], out: '/out', onEvent: () => {} };
  answer(`${tellJson([good, bad])}print("seizure: 1 of 2 recordings were not predicted: b", file=sys.stderr)\nsys.exit(1)\n`);
  expect(await predictRecordings(asked)).toEqual([good, bad]);
  answer('print("seizure: /r has nothing to predict: no EDF file lies in it", file=sys.stderr)\nsys.exit(2)\n');
  await expect(predictRecordings(asked)).rejects.toMatchObject({
    exitCode: 2,
    failure: { what: '/r has nothing to predict', why: 'no EDF file lies in it' },
  });
});

test('exports tell what they wrote, whatever packages print before', async () => {
  answer('print("[onnx] done")\nprint(json.dumps({"file": "/out/m.onnx", "difference": 3e-7, "most": 1e-4}))\n');
  expect(await exportOnnx({ ...core(), checkpoint, out: '/out/m.onnx' })).toEqual({ file: '/out/m.onnx', difference: 3e-7, most: 1e-4 });
  expect(words()).toEqual(['export', 'onnx', '--checkpoint', '/x/best', '--out', '/out/m.onnx']);
  answer('print(json.dumps({"folder": "/out/c", "yaml": "/out/c/tiny.yaml"}))\n');
  expect(await exportContainer({ ...core(), checkpoint, out: '/out/c' }, 'tiny')).toMatchObject({ yaml: '/out/c/tiny.yaml' });
  answer('print("{}")\n');
  await expect(exportOnnx({ ...core(), checkpoint, out: '/out/m.onnx' })).rejects.toMatchObject({
    failure: { why: 'the core answered {}' },
  });
});

test('tables that are there already are no end: the same command puts its own into a folder that is not there yet', () => {
  const here = process.cwd();
  process.chdir(folder);
  try {
    const args = ['my night.edf', '--checkpoint', 'latest', '--out', 'tables'];
    expect(elsewhere({ args })).toBe("ann-tui predict 'my night.edf' --checkpoint latest --out predicted");
    mkdirSync('predicted');
    expect(elsewhere({ args: ['night.edf', '--out=tables', '--checkpoint=latest'] })).toBe(
      'ann-tui predict night.edf --checkpoint=latest --out predicted-2',
    );
  } finally {
    process.chdir(here);
  }
});
