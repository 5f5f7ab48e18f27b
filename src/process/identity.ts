import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, told apart from a later one that got the same pid. */
export type Identity = {
  readonly pid: number;
  /** Linux: field 22 of /proc/PID/stat (clock ticks since boot); macOS: `ps -o lstart=` in UTC, single spaces. */
  readonly start: string;
  /** Linux: /proc/sys/kernel/random/boot_id; elsewhere empty. */
  readonly boot: string;
};

const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

/** This start of the machine; empty where the system has no name for it. */
export const bootId: string = process.platform === 'linux' ? (readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '') : '';

/** State letter and start time out of /proc/PID/stat. The name in parentheses may itself hold spaces and parentheses. */
export const parseStat = (stat: string): { readonly state: string; readonly start: string } | undefined => {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const [state, start] = [fields[0], fields[19]];
  return state && start ? { state, start } : undefined;
};

const fromProc = (pid: number) => {
  const stat = readText(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : parseStat(stat);
};

const fromPs = (pid: number) => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  try {
    // The zone is pinned because `lstart` is local time: two terminals may differ in theirs.
    const line = execFileSync('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC0' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [state, ...start] = line.trim().split(/\s+/);
    return state && start.length > 0 ? { state: state.slice(0, 1), start: start.join(' ') } : undefined;
  } catch {
    return undefined;
  }
};

/** Who runs under this pid now; undefined when nobody does (a zombie is nobody). */
export const identify = (pid: number): Identity | undefined => {
  const found = process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  return found === undefined || 'ZXx'.includes(found.state) ? undefined : { pid, start: found.start, boot: bootId };
};

/** Whether that very process still runs. */
export const isAlive = (identity: Identity): boolean => identity.boot === bootId && identify(identity.pid)?.start === identity.start;

/** This process. */
export const ownIdentity = (): Identity => {
  const identity = identify(process.pid);
  if (identity === undefined) throw new Error('This process cannot read its own start time (is /proc mounted, is ps installed?)');
  return identity;
};

/** Reads an identity from JSON of unknown origin. */
export const toIdentity = (value: unknown): Identity | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, start, boot } = value as Record<string, unknown>;
  return Number.isSafeInteger(pid) && (pid as number) > 1 && typeof start === 'string' && typeof boot === 'string'
    ? { pid: pid as number, start, boot }
    : undefined;
};
