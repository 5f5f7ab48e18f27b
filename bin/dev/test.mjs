// `npm test`: installs, builds, then runs every suite. The last line is `N passed, N failed`.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { prepare, root } from './prepare.mjs';

const dev = path.join(root, '.dev');
/** The private environment that the tests share; each end-to-end test links it into a home of its own. */
const home = path.join(dev, 'home');
const tools = path.join(dev, 'pytools');
const only = process.argv.slice(2);
/** What came of each suite: its numbers, and the failures by name and first line. */
const results = [];
/** What was not tested, and why, in a line each. */
const untested = [];

const count = (suite, passed, failed, started, names = []) => {
  const seconds = (Date.now() - started) / 1000;
  results.push({ suite, passed, failed, seconds, names: names.map(name => `${suite}: ${name.slice(0, 400)}`), unsteady: [] });
};

/** Short, and gone afterwards: what is left in here is searched for secrets. */
const temporary = mkdtempSync(path.join(os.tmpdir(), 'ann-'));
process.env.TMPDIR = temporary;
/** On a busy machine passes do not agree, and no test waits for that; those of the measuring itself set it anew. */
process.env.ANNBENCH_MORE_SECONDS = '0';

/** From now on no command line of any process may have a secret of the tests in it. Returns what ends that, and counts. */
const watchForSecrets = async () => {
  const child = spawn(process.execPath, ['bin/dev/watch-leaks.mjs'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  const started = Date.now();
  let told = '';
  child.stdout.on('data', chunk => {
    told += chunk;
  });
  const gone = new Promise(resolve => child.once('close', resolve));
  await Promise.race([new Promise(resolve => child.stdout.once('data', resolve)), gone]);
  return async () => {
    child.stdin.end();
    const code = await gone;
    const places = told.split('\n').filter(line => line !== '' && line !== 'watching');
    const failed = code === 0 ? places.length : Math.max(1, places.length);
    count('secrets', failed === 0 ? 1 : 0, failed, started, places);
  };
};

const run = (command, args, options = {}) =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options, env: { ...process.env, ...options.env } });

/** The same without standing still, so that others run beside it. `log`: a file that its output is added to. */
const beside = async (command, args, { env, log } = {}) => {
  const out = log === undefined ? 'inherit' : openSync(log, 'a');
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', out, out], env: { ...process.env, ...env } });
  const code = await new Promise(resolve => child.once('close', resolve).once('error', resolve));
  if (log !== undefined) closeSync(out);
  return code === 0;
};

/** What a suite said, in one piece. */
const show = (name, log) => console.log(`\n── ${name}\n${readFileSync(log, 'utf8')}`);

const wanted = suite => only.length === 0 || only.includes(suite);

/** A suite that is one yes or no. */
const single = (suite, command, args, options) => {
  const started = Date.now();
  console.log(`\n── ${suite}`);
  const good = run(command, args, options).status === 0;
  count(suite, good ? 1 : 0, good ? 0 : 1, started);
  return good;
};

const bin = name => path.join(root, 'node_modules/.bin', name);

/** The interpreters that set-up made: of the harness, of Modal's client, and the one with PyTorch. */
const environments = () => {
  const folder = path.join(home, 'data/python');
  const made = name => statSync(path.join(folder, name)).mtimeMs;
  const newest = prefix =>
    readdirSync(folder)
      .filter(name => name.startsWith(prefix))
      .sort((a, b) => made(b) - made(a))[0] ?? prefix;
  const below = prefix => path.join(folder, newest(prefix), 'bin/python');
  return { harness: below('py'), modal: below('modal-'), training: below('training-') };
};

/** Tests that need PyTorch; the others of that folder are run without it. */
const ofTorch = ['model', 'training', 'inference', 'measuring', 'selftest']
  .map(name => `test/python/seizure/${name}`)
  .filter(folder => existsSync(path.join(root, folder)));
/** From the sources, as a job has them on its path. */
const ownPackages = ['jobkit', 'seizure'].map(name => path.join(root, 'modal', name, 'src'));

/** The environment with PyTorch, where nothing large has to be fetched for it. Undefined when it is there, else why not. */
const torchObstacle = () => {
  console.log('\n── setup --training');
  const done = run(process.execPath, ['dist/ann-tui.js', 'setup', '--training', '--json'], {
    env: { ANN_TUI_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (done.status === 0) return undefined;
  const said = done.stdout.trim().split('\n').at(-1) ?? '';
  return said.startsWith('{') ? JSON.parse(said).why : `it ended with exit code ${done.status}`;
};

/** pytest, and cmake where the machine has none: into a folder of their own, beside the environment that users get. */
const pythonTools = python => {
  // moto: S3 of the stand-in's buckets.
  const need = ['pytest', 'moto'];
  if (spawnSync('cmake', ['--version']).status !== 0) need.push('cmake');
  const missing = need.filter(name => !existsSync(path.join(tools, name)));
  if (missing.length === 0) return true;
  return (
    run(
      python,
      [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--target',
        tools,
        '--upgrade',
        ...missing.map(name => (name === 'moto' ? 'moto[s3,iam,server]' : name)),
      ],
      {
        env: { PIP_USER: undefined },
      },
    ).status === 0
  );
};

const unescaped = text =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#10;', '\n').replaceAll('&amp;', '&');

/** Of a JUnit report: the class (a path with dots), name and first line of each test that failed. */
const failedIn = xml =>
  [...xml.matchAll(/<testcase([^>]*[^/])>\s*<(?:failure|error)[^>]*message="([^"]*)"/g)].map(([, attributes, message]) => {
    const attribute = name => unescaped(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');
    return { place: attribute('classname'), name: attribute('name'), why: unescaped(message).split('\n')[0] };
  });

const shown = ({ place, name, why }) => `${place}::${name}: ${why}`;

/** What pytest calls that test. */
const nodeOf = ({ place, name }) => {
  const words = place.split('.');
  const fileOf = count => `${words.slice(0, count).join('/')}.py`;
  const length = words.findLastIndex((_, at) => existsSync(path.join(root, fileOf(at + 1)))) + 1;
  return [fileOf(length), ...words.slice(length), name].join('::');
};

const skippedText = (count, why) =>
  `SKIP torch        ${count} tests, or files of tests, that need PyTorch: ${why}. To have them run: ANN_TUI_HOME=.dev/home npm start -- setup --training --yes`;

/** Runs it and says what came of it; undefined where there is no report. `more`: folders for its path. */
const pytestResult = async (name, python, what, more = []) => {
  const place = path.join(dev, `pytest-${name.replaceAll(/\W+/g, '-')}`);
  const [report, log] = [`${place}.xml`, `${place}.log`];
  for (const old of [report, log]) rmSync(old, { force: true });
  await beside(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', ...what, `--junit-xml=${report}`], {
    log,
    env: {
      PYTHONPATH: [tools, ...more].join(path.delimiter),
      PYTHONDONTWRITEBYTECODE: '1',
      ANN_TUI_TEST_HOME: home,
      ANNBENCH_PYTHON: environments().harness,
    },
  });
  show(name, log);
  const xml = existsSync(report) ? readFileSync(report, 'utf8') : '';
  const told = /<testsuite [^>]*>/.exec(xml)?.[0];
  if (told === undefined) return undefined;
  const number = word => Number(new RegExp(` ${word}="(\\d+)"`).exec(told)?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  const tests = failedIn(xml);
  return {
    passed: number('tests') - failed - number('skipped'),
    skipped: number('skipped'),
    failed,
    names: tests.map(shown),
    again: { what: tests.map(nodeOf), passes: failed },
  };
};

/** Tests of the C++ core. `sanitized`: the fuzzers with sanitizers, in a build of their own; else all others. */
const cppResult = async (name, { sanitized, seconds }) => {
  const started = Date.now();
  const folder = path.join(dev, sanitized ? 'cpp-sanitized' : 'cpp');
  const cmake = existsSync(path.join(tools, 'bin/cmake')) ? path.join(tools, 'bin/cmake') : 'cmake';
  const [log, report] = ['log', 'xml'].map(kind => path.join(dev, `${name}.${kind}`));
  const options = { log, env: { PYTHONPATH: tools, ANNBENCH_FUZZ_SECONDS: String(seconds) } };
  for (const old of [report, log]) rmSync(old, { force: true });
  const flags = sanitized ? ['-DCMAKE_CXX_FLAGS_RELEASE=-O1', '-DANNBENCH_SANITIZE=address,undefined'] : [];
  const targets = sanitized ? ['--target', 'fuzzers'] : [];
  const tests = [sanitized ? '-L' : '-LE', 'fuzz', '--output-on-failure', '--output-junit', report];
  const built =
    (await beside(cmake, ['-S', 'test/cpp', '-B', folder, '-DCMAKE_BUILD_TYPE=Release', ...flags], options)) &&
    (await beside(cmake, ['--build', folder, '--parallel', '2', ...targets], options));
  if (built) await beside(cmake.replace(/cmake$/, 'ctest'), ['--test-dir', folder, ...tests], options);
  show(name, log);
  const xml = existsSync(report) ? readFileSync(report, 'utf8') : '';
  const suite = /<testsuite[^>]*>/s.exec(xml)?.[0];
  if (suite === undefined) return count(name, 0, 1, started);
  const number = word => Number(new RegExp(`\\s${word}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = number('failures');
  count(name, number('tests') - failed - number('skipped'), failed, started, failedIn(xml).map(shown));
  for (const why of xml.matchAll(/NEON is not tested.*/g)) untested.push(`SKIP c++          ${why[0]}`);
};

/** How long the fuzzers try: with all else, and by their own command. */
const [fuzzShortly, fuzzLong] = [30, 600];
const cpp = async () => {
  if (wanted('c++')) await cppResult('c++', { sanitized: false, seconds: 0 });
  if (wanted('c++')) await cppResult('fuzz', { sanitized: true, seconds: fuzzShortly });
  else if (wanted('fuzz')) await cppResult('fuzz', { sanitized: true, seconds: fuzzLong });
};

const vitestResult = async (name, what) => {
  const place = path.join(dev, `vitest-${name.replaceAll(/\W+/g, '-')}`);
  // One suite is watched as it goes; what runs beside it is told afterwards.
  const log = name === 'e2e' && only.length !== 1 ? `${place}.log` : undefined;
  const report = `${place}.json`;
  for (const old of [report, `${place}.log`]) rmSync(old, { force: true });
  if (log === undefined) console.log(`\n── ${name}`);
  await beside(bin('vitest'), ['run', ...what, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], {
    log,
    env: { ANN_TUI_TEST_HOME: home },
  });
  if (log !== undefined) show(name, log);
  if (!existsSync(report)) return undefined;
  const { numPassedTests, numFailedTests, success, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const bad = testResults.filter(({ status }) => status === 'failed');
  // A file that cannot be loaded fails without a failed test in it.
  const failed = success ? 0 : Math.max(numFailedTests, 1);
  const passedBeside = bad.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'passed').length;
  return {
    passed: numPassedTests,
    failed,
    names: bad.flatMap(({ name: where, message, assertionResults }) => {
      const inFile = assertionResults.filter(one => one.status === 'failed');
      const file = path.relative(root, where);
      if (inFile.length === 0) return [`${file}: ${message.split('\n')[0]}`];
      return inFile.map(one => `${file} › ${one.fullName}: ${one.failureMessages[0]?.split('\n')[0] ?? ''}`);
    }),
    again: { what: bad.map(({ name: file }) => path.relative(root, file)), passes: passedBeside + failed },
  };
};

/** A failure or two of a suite are looked at once more; more is no accident of a busy machine. */
const mostUnsteady = 2;
/** What to look at once more when nothing else runs. */
const onceMore = [];

/** Runs a suite by `resultOf(name, what)` and counts it. */
const suite = async (name, what, resultOf) => {
  const started = Date.now();
  const result = await resultOf(name, what);
  if (result === undefined) return count(name, 0, 1, started);
  count(name, result.passed, result.failed, started, result.names);
  if (result.failed > 0 && result.failed <= mostUnsteady) onceMore.push({ counted: results.at(-1), again: result.again, resultOf });
  return result;
};

/** Processes, terminals and servers on two cores: what passes alone is unsteady. It is told by name, for it is to be mended. */
const lookOnceMore = async ({ counted, again, resultOf }) => {
  const result = await resultOf(`${counted.suite} again`, again.what);
  if (result === undefined || result.failed > 0 || result.passed !== again.passes) return;
  counted.passed += counted.failed;
  counted.failed = 0;
  counted.unsteady = counted.names;
  counted.names = [];
};

prepare();
mkdirSync(dev, { recursive: true });
if (wanted('lint')) single('lint', bin('biome'), ['check', '--error-on-warnings', '.']);
if (wanted('types')) single('types', bin('tsc'), ['-p', '.']);
/** The apps and the helper against the stand-in. What is left in that folder tests the stand-in itself: `npm test -- stand-in`. */
const ofModal = [
  'benchmark_app',
  'budget_app',
  'bucket_datasets',
  'fetching',
  'helper',
  'recordings_app',
  'sync_app',
  'sync_recordings',
].map(name => `test/stand-in/test_${name}.py`);
const ofStandIn = () =>
  readdirSync(path.join(root, 'test/stand-in'))
    .filter(name => /^test_.*\.py$/.test(name))
    .map(name => `test/stand-in/${name}`)
    .filter(file => !ofModal.includes(file));

if (['unit', 'python', 'torch', 'modal', 'stand-in', 'c++', 'fuzz', 'e2e'].some(wanted)) {
  const watched = await watchForSecrets();
  const ready = single('setup', process.execPath, ['dist/ann-tui.js', 'setup'], { env: { ANN_TUI_HOME: home } });
  if (ready) {
    const obstacle = ['python', 'torch', 'e2e'].some(wanted) ? torchObstacle() : undefined;
    const { harness, modal, training } = environments();
    if (!pythonTools(harness)) count('pytools', 0, 1, Date.now());
    else {
      const by =
        (python, more = []) =>
        (name, what) =>
          pytestResult(name, python, what, more);
      const vitest = (name, ...what) => wanted(name) && suite(name, what, vitestResult);
      const pythonCore = async () => {
        if (wanted('python')) await suite('python', ['test/python', ...ofTorch.map(folder => `--ignore=${folder}`)], by(harness));
      };
      const torch = async () => {
        if (!(wanted('torch') || wanted('python')) || ofTorch.length === 0) return;
        // Without PyTorch each of them says so.
        const result = await suite('torch', ofTorch, obstacle === undefined ? by(training, ownPackages) : by(harness));
        if (obstacle !== undefined) untested.push(skippedText(result?.skipped ?? 0, obstacle));
      };
      const modalSuites = async () => {
        if (wanted('modal')) await suite('modal', ofModal, by(modal));
        if (only.includes('stand-in')) await suite('stand-in', ofStandIn(), by(modal));
      };
      const inTurn = async (...suites) => {
        for (const one of suites) await one();
      };
      // Most of them wait for processes most of the time: three lanes, about as long as each other, keep two cores at work.
      await Promise.all([
        inTurn(() => vitest('e2e', 'test/e2e'), cpp),
        inTurn(modalSuites, pythonCore),
        inTurn(() => vitest('unit', 'test/src', 'test/screens', 'test/bin'), torch),
      ]);
      for (const one of onceMore) await lookOnceMore(one);
    }
  }
  await watched();
}

rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
// What comes last of a long run is what is read.
const all = what => results.flatMap(what);
const sum = what => results.reduce((total, one) => total + one[what], 0);
if (all(one => one.unsteady).length > 0) console.log(`\nUnsteady: failed at first, passed alone\n${all(one => one.unsteady).join('\n')}`);
if (all(one => one.names).length > 0) console.log(`\n${all(one => one.names).join('\n')}`);
const lines = results.map(({ suite, passed, failed, seconds, unsteady }) => {
  const verdict = failed === 0 ? 'ok  ' : 'FAIL';
  return `${verdict} ${suite.padEnd(12)} ${passed} passed, ${failed} failed, ${seconds.toFixed(0)} s${unsteady.length > 0 ? `, ${unsteady.length} unsteady` : ''}`;
});
console.log(`\n${[...lines, ...untested].join('\n')}\n\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
