/** The program with one workload more: its folders laid over a copy of the sources, its lines in each registry. */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { packageRoot } from '../../src/util/paths.ts';
import { harnessPython, modalPython } from './stand-in.ts';

const run = promisify(execFile);

/** What a workload adds to one registry: an entry behind the line that has `after`, and what that entry needs imported. */
export type Registration = { readonly file: string; readonly after: string; readonly entry: string; readonly imports?: string };

const registered = (text: string, { file, after, entry, imports }: Registration): string => {
  const lines = text.split('\n');
  const at = lines.findIndex(line => line.includes(after));
  if (at < 0) throw new Error(`${file} has no line with ${after}`);
  lines.splice(at + 1, 0, entry);
  const firstImport = lines.findIndex(line => line.startsWith('import '));
  if (imports !== undefined) lines.splice(firstImport, 0, imports);
  return lines.join('\n');
};

/** Folder of a package inside a Python environment. */
const sitePackages = (environment: string): string => {
  const [version = ''] = readdirSync(path.join(environment, 'lib')).filter(name => name.startsWith('python'));
  return path.join(environment, 'lib', version, 'site-packages');
};

const folderOf = (python: string): string => path.dirname(path.dirname(python));
const stampOf = (environment: string): string => path.join(environment, 'ann-tui.json');

/** A Python environment of its own that has what another has, by links: it can be added to. */
const mirror = (from: string, to: string): void => {
  const packages = path.relative(from, sitePackages(from));
  for (const folder of [packages, 'bin']) {
    mkdirSync(path.join(to, folder), { recursive: true });
    for (const name of readdirSync(path.join(from, folder))) symlinkSync(path.join(from, folder, name), path.join(to, folder, name));
  }
  // By its own path this one would find the packages of the other.
  rmSync(path.join(to, 'bin/python'));
  symlinkSync(realpathSync(path.join(from, 'bin/python')), path.join(to, 'bin/python'));
  for (const name of ['pyvenv.cfg', path.basename(stampOf(from))]) cpSync(path.join(from, name), path.join(to, name));
};

export class ProgramWith {
  readonly folder: string;
  /** For a home: what `data/python` links to. */
  readonly pythons: string;

  constructor(fixture: string, registrations: readonly Registration[]) {
    mkdirSync(path.join(packageRoot, '.dev'), { recursive: true });
    this.folder = mkdtempSync(path.join(packageRoot, '.dev/with-'));
    this.pythons = path.join(this.folder, 'pythons');
    const places = ['src', 'screens', 'bin', 'modal', 'configs', 'package.json', 'tsconfig.json'];
    const options = { cwd: packageRoot, encoding: 'utf8' } as const;
    const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...places], options)
      .trim()
      .split('\n');
    for (const file of files) cpSync(path.join(packageRoot, file), path.join(this.folder, file));
    symlinkSync(path.join(packageRoot, 'node_modules'), path.join(this.folder, 'node_modules'));
    cpSync(fixture, this.folder, { recursive: true, errorOnExist: true, force: false });
    for (const one of registrations) {
      const file = path.join(this.folder, one.file);
      writeFileSync(file, registered(readFileSync(file, 'utf8'), one));
    }
  }

  get program(): string {
    return path.join(this.folder, 'dist/ann-tui.js');
  }

  /** What the type checker says; empty when all is well. */
  async types(): Promise<string> {
    const checked = run(path.join(packageRoot, 'node_modules/.bin/tsc'), ['-p', '.', '--noEmit'], { cwd: this.folder });
    return await checked.then(
      ({ stdout }) => stdout,
      ({ stdout }) => stdout,
    );
  }

  async build(): Promise<void> {
    await run(process.execPath, ['bin/dev/build.mjs'], { cwd: this.folder });
  }

  /** The environment that this program looks for: the prepared one, and `name` as its wheel would install it. Returns what the stand-in's containers need of it. */
  async environment(name: string): Promise<readonly string[]> {
    const outfile = path.join(this.folder, 'environment.mjs');
    const entry = path.join(this.folder, 'src/setup/python-env.ts');
    await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
    const { environmentFolder, sourcesKey } = (await import(outfile)) as typeof import('../../src/setup/python-env.ts');
    const prepared = folderOf(harnessPython());
    const stamp = JSON.parse(readFileSync(stampOf(prepared), 'utf8'));
    const own = path.join(this.pythons, path.basename(environmentFolder(stamp.python)));
    mirror(prepared, own);
    cpSync(path.join(this.folder, 'modal', name, 'src'), sitePackages(own), { recursive: true });
    writeFileSync(stampOf(own), JSON.stringify({ ...stamp, sources: sourcesKey() }));
    const client = folderOf(modalPython());
    mirror(client, path.join(this.pythons, path.basename(client)));
    // The links lead there: a container sees no more of this machine than it is told.
    return ['--container-python', path.join(own, 'bin/python'), '--container-path', sitePackages(prepared)];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
