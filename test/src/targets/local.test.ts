import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors/errors.ts';
import { jobCommand, jobEnvironment } from '../../../src/targets/local/job.ts';
import { createLocalTarget } from '../../../src/targets/local/local.ts';
import type { Target } from '../../../src/targets/target.ts';
import { readClaim } from '../../../src/targets/wrapper/attempt.ts';
import { paths } from '../../../src/util/paths.ts';
import { bench } from '../../../src/workloads/bench/workload.ts';
import { jobPython } from '../../support/job-python.ts';
import { until } from '../../support/until.ts';
import { python, spec, temporaryHome } from '../runs/support/bench.ts';

let cleanUp = () => {};
let run = '';
beforeAll(() => {
  cleanUp = temporaryHome();
});
afterAll(() => cleanUp());
beforeEach(() => {
  run = mkdtempSync(path.join(process.env.ANN_TUI_HOME as string, 'run-'));
});

const withCode = (code: string, patience = 60_000): Target =>
  createLocalTarget({ pythonOf: jobPython(python), command: found => [found.python, '-c', code], patience });

const ended = (target: Target, attempt = 1) =>
  until('the job to end', () => readClaim(path.join(run, 'job'), attempt)).then(async claim => {
    if (!('wrapper' in claim)) throw new Error('no wrapper');
    for (;;) {
      const status = await target.status(run, attempt, claim.wrapper);
      if (status.state !== 'running') return status;
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  });

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    error => (error instanceof UserError ? error.failure : error),
  );

describe('launching here', () => {
  it('tells the job everything in one file', async () => {
    const target = withCode('pass');
    await target.launch(spec({ subset: 100 }), run, 1);
    const file = path.join(run, 'job/job.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      v: 1,
      job: 'bench',
      datasets: [{ name: 'quick', url: null }],
      data_dir: paths().datasets,
      k: 10,
      threads: 1,
      build_threads: os.availableParallelism(),
      subset: 100,
      repeats: 1,
      seed: 1,
      implementations: [{ name: 'hnsw', build: { M: 16 }, search: [{ efSearch: 0 }, { efSearch: 1 }, { efSearch: 2 }] }],
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await ended(target);
  });

  it('gives both outputs to one log, unbuffered, in the folder of the job', async () => {
    const target = withCode("import os, sys; print(os.getcwd()); print('out'); print('err', file=sys.stderr); os.write(1, b'last')");
    await target.launch(spec(), run, 1);
    expect(await ended(target)).toMatchObject({ state: 'exited', code: 0 });
    const log = readFileSync(path.join(run, 'job/log'), 'utf8');
    expect(log).toContain('out');
    expect(log).toContain('err');
    expect(log).toContain(path.join(run, 'job'));
  });

  it('asks for the harness by default', () => {
    expect(jobCommand(jobPython('/py')(), 'annbench')).toEqual(['/py', '-I', '-u', '-m', 'annbench', 'run', 'job.json', '--out', '.']);
  });

  it('starts each job with the Python of its runtime, and the variables that this one needs', async () => {
    const asked: string[] = [];
    const target = createLocalTarget({
      pythonOf: runtime => {
        asked.push(runtime);
        return { python, flags: [], env: { PYTHONPATH: '/ours' } };
      },
      command: ({ python }) => [python, '-c', "import os; print('path', os.environ['PYTHONPATH'])"],
    });
    await target.launch(spec(), run, 1);
    await ended(target);
    expect(asked).toEqual(['core']);
    expect(readFileSync(path.join(run, 'job/log'), 'utf8')).toContain('path /ours');
  });

  it('hands on no secrets', () => {
    const exported = {
      PATH: '/bin',
      HOME: '/home/me',
      LC_ALL: 'C',
      https_proxy: 'http://proxy',
      ANNBENCH_MIRRORS: 'https://mirror/ann',
      CXX: 'clang++',
      OMP_NUM_THREADS: '2',
      MODAL_TOKEN_SECRET: 'as-1',
      AWS_SECRET_ACCESS_KEY: 'x',
      GITHUB_TOKEN: 'x',
      PYTHONPATH: '/evil',
      LD_PRELOAD: '/evil.so',
      MY_PATH: 'x',
    };
    const names = (passed: readonly string[]) => Object.keys(jobEnvironment(exported, passed)).toSorted();
    const always = ['CXX', 'HOME', 'LC_ALL', 'OMP_NUM_THREADS', 'PATH', 'PYTHONUNBUFFERED', 'https_proxy'];
    expect(names(bench.environment({ compiled: '/cache', peers: '/peers' }).passed)).toEqual(['ANNBENCH_MIRRORS', ...always]);
    expect(names([])).toEqual(always);
  });

  it('twice for one attempt makes one job, found again by a later supervisor', async () => {
    const target = withCode("open('starts', 'a').write('x'); import time; time.sleep(0.3)");
    const [one, two] = await Promise.all([target.launch(spec(), run, 1), target.launch(spec(), run, 1)]);
    expect(two).toEqual(one);
    expect(await target.find(run, 1)).toEqual(one);
    expect(await target.find(run, 2)).toBeUndefined();
    await ended(target);
    expect(await target.launch(spec(), run, 1)).toEqual(one);
    expect(readFileSync(path.join(run, 'job/starts'), 'utf8')).toBe('x');
  });

  it('ends the half line of an attempt that was killed', async () => {
    mkdirSync(path.join(run, 'job'));
    appendFileSync(path.join(run, 'job/events.ndjson'), 'whole\nto');
    const target = withCode("open('events.ndjson', 'a').write('next\\n')");
    await target.launch(spec(), run, 2);
    await ended(target, 2);
    expect(await target.follow(run, 6)).toEqual({ lines: ['to', 'next'], offset: 14 });
  });
});

describe('when it cannot launch', () => {
  const nowhere = createLocalTarget({ pythonOf: jobPython('/nowhere/bin/python') });

  it('names the command that sets this machine up', async () => {
    expect(await nowhere.check(spec())).toMatchObject({ what: 'This machine is not set up yet', hint: 'ann-tui setup' });
    expect(await withCode('').check(spec())).toBeUndefined();
    const why = { what: 'The Python environment is not ready', why: 'it was never set up' };
    const asking = createLocalTarget({
      pythonOf: () => {
        throw new UserError(why);
      },
    });
    expect(await asking.check(spec())).toEqual(why);
  });

  it('gives the attempt up for good', async () => {
    const failure = await failureOf(nowhere.launch(spec(), run, 1));
    expect(failure).toMatchObject({ hint: 'ann-tui setup' });
    const later = withCode("open('starts', 'a')");
    expect(await failureOf(later.launch(spec(), run, 1))).toEqual(failure);
    expect(await later.find(run, 1)).toBeUndefined();
  });

  it('says what stopped the wrapper', async () => {
    const broken = path.join(run, 'python');
    writeFileSync(broken, '#!/bin/sh\necho "dyld: library not loaded" >&2\nexit 9\n', { mode: 0o700 });
    const target = createLocalTarget({ pythonOf: jobPython(broken) });
    const failure = await failureOf(target.launch(spec(), run, 1));
    expect(failure).toMatchObject({ what: 'The job could not be started', hint: 'ann-tui doctor' });
    expect(failure.why).toContain('exit code 9');
    expect(failure.why).toContain('dyld: library not loaded');
  });

  it('gives up on a wrapper that never says a word, which then cannot start the job either', async () => {
    const slow = path.join(run, 'python');
    writeFileSync(slow, `#!/bin/sh\nsleep 1\nexec ${python} "$@"\n`, { mode: 0o700 });
    const target = createLocalTarget({ pythonOf: jobPython(slow), command: () => [python, '-c', "open('starts', 'a')"], patience: 200 });
    expect(await failureOf(target.launch(spec(), run, 1))).toMatchObject({ what: 'The job could not be started' });
    await new Promise(resolve => setTimeout(resolve, 1500));
    expect(() => statSync(path.join(run, 'job/starts'))).toThrow(/ENOENT/);
  });
});
