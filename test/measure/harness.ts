/** The Pythons of the private environments, which have the packages as a user has them. */
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/util/paths.ts';

const home = path.join(packageRoot, '.dev/home');

const program = (...args: readonly string[]) =>
  execa(process.execPath, [path.join(packageRoot, 'dist/ann-tui.js'), ...args], {
    env: { ANN_TUI_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });

export const harness = async (): Promise<string> => {
  console.error('preparing: Python environment (minutes the first time)');
  await program('setup');
  return (JSON.parse((await program('info', '--json')).stdout) as { python: string }).python;
};

/** The one with PyTorch, and the variables that it is started with. From then on this process reads that home's configs as well. */
export const trainingHarness = async () => {
  console.error('preparing: Python environment with PyTorch (minutes the first time)');
  await program('setup', '--training', '--yes');
  process.env.ANN_TUI_HOME = home;
  const { trainingEnvironment } = await import('../../src/setup/training/status.ts');
  return trainingEnvironment();
};
