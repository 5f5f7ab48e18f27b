/** A report of a run on disk: whole in one file, whatever the run is called, has and lacks. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../../../src/errors/errors.ts';
import { embed, mostBytes } from '../../../../../src/workloads/evaluate/report/embed.ts';
import { writeReport } from '../../../../../src/workloads/evaluate/report/write.ts';
import type { EvaluateResults } from '../../../../../src/workloads/evaluate/results.ts';
import { readTrace, type Trace } from '../../../../../src/workloads/evaluate/trace-signal.ts';
import { evaluation, traceFileOf } from '../../../../support/evaluation.ts';
import { writeEvaluateRun } from '../../../../support/evaluation-run.ts';
import { givenHome } from '../../../../support/home.ts';
import { program } from '../../../cli/program.ts';

givenHome();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const best = (results: EvaluateResults): EvaluateResults => ({
  ...results,
  traces: results.traces.filter(({ detector }) => detector === 'power-2-8'),
});

const written = (results: EvaluateResults, options: Parameters<typeof writeEvaluateRun>[1] = {}) => {
  const { run, files } = writeEvaluateRun(results, options);
  const report = writeReport(run, folder);
  return { run, files, report, page: readFileSync(report.file, 'utf8') };
};

const refused = (act: () => unknown): UserError => {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was not refused');
};

/** Text as a reader without script has it. */
const textOf = (page: string): string =>
  page
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

test('says what was evaluated, how the detectors fared, in whom, and has the traces; all of it marked as made up', () => {
  const { run, report, page } = written(best(evaluation()));
  expect(report).toMatchObject({
    file: path.join(folder, `${run}.html`),
    drawn: 4,
    of: 4,
    says: 'all 4 traces',
    bytes: Buffer.byteLength(page),
  });
  const text = textOf(page);
  for (const words of [
    '2–8 Hz power is the best of 4: AUROC 0.784 [0.737, 0.820] synthetic',
    'SzCORE rules, 1-Hz (never NEDC)',
    'split hash 5f1c0d9be2a7',
    'licence made here',
    'store synthetic-seizures-0a1b2c3d4e5f',
    'seed of the intervals 0',
    'numpy 2.4.6',
    'processor AMD EPYC',
    'Expected calibration error of 2–8 Hz power: 0.083',
    'Sensitivity at so many false alarms in 24 hours synthetic',
    'sub-006: missed 01:21–01:52 focal',
    'sub-017: false alarm 00:12–00:21',
    '0.60 ± 0.20',
  ])
    expect(text).toContain(words);
  expect(page.match(/<figure data-start/g)).toHaveLength(4);
  expect(text.match(/synthetic(?!-)/g)?.length).toBeGreaterThan(12);
  expect(page).not.toContain('/data/stores');
});

test('asks for nothing: no address is in it, and its policy allows its own script and style alone', () => {
  const { page } = written(best(evaluation()));
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|\/\/[a-z]+\.|url\(|@import|<link|<img|<iframe|src=/);
  const hashOf = (text = '') => `sha256-${createHash('sha256').update(text).digest('base64')}`;
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
  expect(policy).toMatch(/^default-src 'none'; /);
  expect(policy).toContain(`script-src '${hashOf(/<script>([\s\S]*?)<\/script>/.exec(page)?.[1])}'`);
  expect(policy).toContain(`style-src '${hashOf(/<style>([\s\S]*?)<\/style>/.exec(page)?.[1])}'`);
  expect(page.match(/<script>/g)).toHaveLength(1);
  expect(page).not.toMatch(/ style="| on[a-z]+="/);
});

test('what is called like markup stays text', () => {
  const results = best(evaluation());
  const evil = `</script><img src=x onerror="alert('1')">\u202e&amp;`;
  const rename = <T extends { readonly patient: string }>(all: readonly T[]) =>
    all.map(one => (one.patient === 'sub-006' ? { ...one, patient: evil } : one));
  const { page } = written({
    ...results,
    judged: rename(results.judged),
    patients: rename(results.patients),
    traces: rename(results.traces).map(one => ({ ...one, kind: '"><script>x</script>', recording: evil })),
    detectors: results.detectors.map(score => ({ ...score, title: `<b>${score.title}</b>` })),
  });
  expect(page).not.toContain('<img');
  expect(page).not.toContain('<b>');
  expect(page.match(/<script/g)).toHaveLength(1 + 4);
  expect(textOf(page)).toContain('&lt;img src=x onerror=');
});

test('of a run that stopped: what it has, and that it stopped', () => {
  const { page } = written(best(evaluation()), { over: false });
  expect(textOf(page)).toContain('This run ended as stopped');
  expect(textOf(page)).toContain('AUROC 0.784');
  const judged = { ...evaluation(), detectors: [], patients: [], traces: [] };
  expect(textOf(written(judged, { over: false }).page)).toContain('No detector was scored: 20 recordings judged.');
});

test('real data is not called synthetic', () => {
  const results = evaluation({ dataset: 'tusz' });
  const { run, files } = writeEvaluateRun(best(results), { synthetic: false });
  rmSync(files.results);
  expect(textOf(readFileSync(writeReport(run, folder).file, 'utf8'))).not.toContain('synthetic');
});

test('a trace that is damaged or gone is told in its place', () => {
  const { run, files } = writeEvaluateRun(best(evaluation()));
  const [one, other] = best(evaluation()).traces.map(({ file }) => path.join(files.job, file));
  rmSync(one as string);
  truncateSync(other as string, 500);
  const report = writeReport(run, folder);
  expect(report).toMatchObject({ drawn: 2, of: 4 });
  const text = textOf(readFileSync(report.file, 'utf8'));
  expect(text).toContain('Without a curve here');
  expect(text).toContain('there is no such file here');
  expect(text).toContain('is damaged: it holds no JSON');
});

test('no path of a trace leads out of the job’s folder', () => {
  const results = best(evaluation());
  const { run } = writeEvaluateRun({ ...results, traces: [] });
  expect(existsSync(path.join(folder, `${run}.html`))).toBe(false);
  const outside = writeEvaluateRun({
    ...results,
    traces: results.traces.slice(0, 1).map(trace => ({ ...trace, file: `../../${run}/job/results.json` })),
  });
  const text = textOf(readFileSync(writeReport(outside.run, folder).file, 'utf8'));
  expect(text).toContain('is not in the folder of the job');
});

test('no more curves than a file may weigh; how many are left out is told', () => {
  const results = best(evaluation());
  const [first] = results.traces;
  if (first === undefined) throw new Error('the fixture has no trace');
  // The same file again and again, as wide as a report takes it.
  const many = Array.from({ length: 100 }, (_, n) => ({ ...first, trace: String(n), end: first.start + 170 }));
  const { report, page } = written({ ...results, traces: many });
  expect(report.of).toBe(100);
  expect(report.drawn).toBeGreaterThan(30);
  expect(report.drawn).toBeLessThan(100);
  expect(report.bytes).toBeLessThan(mostBytes + 1_000_000);
  expect(textOf(page)).toContain('this file ends at about 9.0 MB of curves');
});

describe('where it is written', () => {
  test('over an older report, and over nothing else', () => {
    const { run } = writeEvaluateRun(best(evaluation()));
    const { file } = writeReport(run, folder);
    expect(writeReport(run, folder).file).toBe(file);
    writeFileSync(file, '<p>mine</p>');
    expect(refused(() => writeReport(run, folder)).failure).toMatchObject({
      what: `${file} exists already`,
      hint: expect.stringMatching(/^ann-tui report evaluate-/),
    });
    expect(readFileSync(file, 'utf8')).toBe('<p>mine</p>');
    expect(writeReport(run, path.join(folder, 'other.html')).file).toBe(path.join(folder, 'other.html'));
  });

  test('not where there is no folder', () => {
    const { run } = writeEvaluateRun(best(evaluation()));
    expect(refused(() => writeReport(run, path.join(folder, 'no/such'))).failure.what).toContain('could not be written');
  });

  test('the command says where, and refuses a run without anything', async () => {
    const { run } = writeEvaluateRun(best(evaluation()));
    const said = await program(['report', run, '--to', folder]);
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(said.stdout).toMatch(/, all 4 traces\n/);
    const records = (await program(['report', run, '--to', folder, '--json'])).records;
    expect(records).toMatchObject([{ type: 'report', run, file: path.join(folder, `${run}.html`), drawn: 4, of: 4 }]);
    const none = writeEvaluateRun({ judged: [], detectors: [], patients: [], traces: [] }, { over: false });
    const refusal = await program(['report', none.run, '--to', folder]);
    expect(refusal.code).toBe(1);
    expect(refusal.stderr).toContain(`${none.run} has nothing to report`);
  });
});

describe('what is embedded', () => {
  const [ref] = best(evaluation()).traces;
  if (ref === undefined) throw new Error('the fixture has no trace');
  const trace = readTrace(traceFileOf(ref, { seconds: 300 })) as Trace;

  test('is the event with half a minute on either side, to a part in 127 of each channel’s largest sample', () => {
    const cut = embed(trace, ref);
    expect(cut.start).toBe(Math.floor(ref.start - 30));
    const rows = Buffer.from(cut.samples, 'base64');
    const count = rows.length / cut.channels.length;
    expect(count / cut.rate).toBeCloseTo(ref.end - ref.start + 60, 0);
    expect(cut.scores).toHaveLength(Math.ceil(count / cut.rate));
    for (const [n, row] of trace.rows.entries()) {
      const original = row.subarray((cut.start - trace.start) * trace.rate, (cut.start - trace.start) * trace.rate + count);
      const unit = (cut.microvolts[n] ?? 0) * cut.step;
      for (const at of [0, 100, 1000, count - 1])
        expect(Math.abs(rows.readInt8(n * count + at) * unit - (original[at] ?? 0))).toBeLessThanOrEqual(unit * 0.6);
    }
  });

  test('of an event at the edge or beyond it there is something', () => {
    expect(embed(trace, { start: trace.start, end: trace.start + 1 }).start).toBe(trace.start);
    expect(embed(trace, { start: trace.start + 1e6, end: trace.start + 1e6 + 5 }).samples.length).toBeGreaterThan(0);
  });
});
