/** The command lines of every process that may be seen, as `ps` shows them, looked at again and again. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

/** Looks at a process that is new: what it was started as may be replaced (exec) a moment later. Then only every so many. */
const closeLooks = 20;

const buffer = Buffer.allocUnsafe(256 << 10);

/** What `ps` itself reads, without the 20 ms that starting it takes: short lives are seen too. */
const commandLine = (pid: string): string => {
  try {
    const file = openSync(`/proc/${pid}/cmdline`, 'r');
    try {
      return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0)).replaceAll('\0', ' ');
    } finally {
      closeSync(file);
    }
  } catch {
    // Gone meanwhile.
    return '';
  }
};

const createLinuxLook = (onLine: (line: string) => void): ((all?: boolean) => void) => {
  let looks = 0;
  let ages = new Map<string, number>();
  return (all = false) => {
    looks += 1;
    const now = new Map<string, number>();
    for (const pid of readdirSync('/proc')) {
      const first = pid.charCodeAt(0);
      if (first < 48 || first > 57) continue;
      const age = (ages.get(pid) ?? 0) + 1;
      now.set(pid, age);
      if (all || age <= closeLooks || (looks + age) % (2 * closeLooks) === 0) onLine(commandLine(pid));
    }
    ages = now;
  };
};

const lookWithPs = (onLine: (line: string) => void): void => {
  for (const line of execFileSync('ps', ['-Aww', '-o', 'args='], { encoding: 'utf8' }).split('\n')) onLine(line);
};

/** Calls `onLine` with each until stopped. Where only `ps` can be asked, once a second. */
export const watchCommandLines = (onLine: (line: string) => void): { readonly stop: () => void } => {
  const linux = process.platform === 'linux';
  const look = linux ? createLinuxLook(onLine) : () => lookWithPs(onLine);
  look();
  const timer = setInterval(() => look(), linux ? 30 : 1000);
  return {
    stop: () => {
      clearInterval(timer);
      look(true);
    },
  };
};
