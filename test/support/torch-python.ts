/** A Python for containers of the stand-in that is what the image of a training holds: PyTorch, its company, and our packages. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { harnessPython, pythonBelow, testHome } from './stand-in.ts';

export const hasTorch = (): boolean => readdirSync(path.join(testHome(), 'data/python')).some(name => name.startsWith('training-'));

const sitePackages = (python: string): string =>
  execFileSync(python, ['-I', '-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], { encoding: 'utf8' }).trim();

/** Made in a folder of its own, which `remove` takes away again. Jobs are started there without any variables, so paths alone will not do. */
export const makeTorchPython = (): { readonly python: string; readonly remove: () => void } => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ann-tui-torch-'));
  const training = pythonBelow('training-');
  execFileSync(training, ['-I', '-m', 'venv', '--without-pip', folder]);
  const python = path.join(folder, 'bin/python');
  const paths = [sitePackages(training), sitePackages(harnessPython())];
  writeFileSync(path.join(sitePackages(python), 'all.pth'), `${paths.join('\n')}\n`);
  return { python, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
