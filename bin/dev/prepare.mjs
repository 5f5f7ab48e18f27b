// Installs and builds, only when something changed. Plain Node: it must run before anything is installed.
// Everything said here goes to stderr, because stdout belongs to the program that follows.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const dev = path.join(root, '.dev');
const lockFile = path.join(dev, 'prepare.lock');
const say = text => process.stderr.write(`ann-tui: ${text}\n`);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  say(`this is Node ${process.versions.node}; Node 20.19 or newer is needed. Get it at https://nodejs.org or with your version manager.`);
  process.exit(2);
}

const files = entry => {
  const full = path.join(root, entry);
  try {
    return readdirSync(full, { withFileTypes: true }).flatMap(child => {
      const name = path.join(entry, child.name);
      return child.isDirectory() ? files(name) : [name];
    });
  } catch {
    return [entry];
  }
};

const hashOf = entries => {
  const hash = createHash('sha256');
  for (const file of entries.flatMap(files).sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  return hash.digest('hex');
};

const stampIs = (file, value) => {
  try {
    return readFileSync(path.join(root, file), 'utf8') === value;
  } catch {
    return false;
  }
};

const isAlive = pid => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const pause = milliseconds => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

/** Two starts seconds apart on a fresh clone must not install into each other's feet. */
const locked = work => {
  mkdirSync(dev, { recursive: true });
  let told = false;
  for (;;) {
    try {
      const descriptor = openSync(lockFile, 'wx');
      writeFileSync(descriptor, String(process.pid));
      closeSync(descriptor);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      let owner = '';
      try {
        owner = readFileSync(lockFile, 'utf8');
      } catch {
        continue;
      }
      if (owner !== '' && !isAlive(Number(owner))) {
        rmSync(lockFile, { force: true });
        continue;
      }
      if (!told) say(`another start (process ${owner || 'unknown'}) is installing; waiting for it`);
      told = true;
      pause(200);
    }
  }
  const release = () => rmSync(lockFile, { force: true });
  process.once('exit', release);
  try {
    work();
  } finally {
    process.off('exit', release);
    release();
  }
};

const run = (command, args, what) => {
  const started = Date.now();
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (done.status === 0) return say(`${what}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}`);
  say(`${what} failed${done.error ? `: ${done.error.message}` : ''}. The reason stands above; mend it and type the same command again.`);
  process.exit(1);
};

const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, [process.env.npm_execpath]] : ['npm', []];

const installStamp = 'node_modules/.ann-tui-stamp';
const buildStamp = 'dist/.stamp';

/** `npm ci` empties the folder first: behind a link that is somebody else's. */
const refuseLink = () => {
  if (!lstatSync(path.join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  say(
    'node_modules is a link, and installing would empty the folder behind it. Remove the link (rm node_modules), then type the same again.',
  );
  process.exit(1);
};

export const prepare = () => {
  const wantInstall = hashOf(['package.json', 'package-lock.json']);
  const sources = () =>
    hashOf(['package.json', 'package-lock.json', 'bin', 'src', 'screens', ...files('modal').filter(file => file.endsWith('.json'))]);
  if (stampIs(installStamp, wantInstall) && stampIs(buildStamp, sources())) return;
  locked(() => {
    if (!stampIs(installStamp, wantInstall)) {
      refuseLink();
      say('installing packages (about 20 s the first time)');
      // Development packages even under NODE_ENV=production; no install scripts: nothing here needs one.
      run(
        npm[0],
        [...npm[1], 'ci', '--include=dev', '--ignore-scripts', '--loglevel=error', '--no-audit', '--no-fund'],
        'packages installed',
      );
      writeFileSync(path.join(root, installStamp), wantInstall);
    }
    const wantBuild = sources();
    if (!stampIs(buildStamp, wantBuild)) {
      run(process.execPath, [path.join(root, 'bin/dev/build.mjs')], 'program built');
      writeFileSync(path.join(root, buildStamp), wantBuild);
    }
  });
};
