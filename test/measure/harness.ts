/** The Python of the private environment, which has the packages as a user has them. */
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/util/paths.ts';

export const harness = async (): Promise<string> => {
  const env = { ANN_TUI_HOME: path.join(packageRoot, '.dev/home') };
  const program = (...args: readonly string[]) =>
    execa(process.execPath, [path.join(packageRoot, 'dist/ann-tui.js'), ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  console.error('preparing: Python environment (minutes the first time)');
  await program('setup');
  return (JSON.parse((await program('info', '--json')).stdout) as { python: string }).python;
};
