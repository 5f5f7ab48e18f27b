/** This machine, as far as a process may use it. */
import { readFileSync } from 'node:fs';
import os from 'node:os';

export type ThisMachine = { readonly cores: number; readonly cpu: string; readonly memoryGiB: number };

/** A container may use less than the machine has. */
const usableMemory = (): number => {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 && limit < os.totalmem() ? limit : os.totalmem();
};

const cpuName = (): string =>
  (os.cpus()[0]?.model ?? '')
    .replace(/\((R|TM|C)\)/gi, '')
    .replace(/\b(CPU|Processor)\b|@.*$|\d+-Core/gi, '')
    .replace(/\s+/g, ' ')
    .trim() || process.arch;

export const thisMachine = (): ThisMachine => ({
  cores: os.availableParallelism(),
  cpu: cpuName(),
  memoryGiB: Math.round((usableMemory() / 2 ** 30) * 10) / 10,
});

/** "Linux (WSL)", "Linux", "macOS", "Windows" */
export const systemName = (): string => {
  if (process.platform === 'darwin') return `macOS ${os.release()}`;
  if (process.platform === 'win32') return 'Windows';
  if (process.platform !== 'linux') return process.platform;
  return isWsl() ? 'Linux (WSL)' : 'Linux';
};

export const isWsl = (): boolean => {
  try {
    return process.platform === 'linux' && /microsoft/i.test(readFileSync('/proc/sys/kernel/osrelease', 'utf8'));
  } catch {
    return false;
  }
};
