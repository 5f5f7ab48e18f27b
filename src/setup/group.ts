/** Children in a process group of their own: what they start ends with them, and with us. */

export const killGroup = (pid: number | undefined, signal: NodeJS.Signals): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
};

/**
 * Ends the group when `signal` is aborted, with force after `graceMs`, and when this process leaves by itself (a closed pipe).
 * Call what it returns when the child is over.
 */
export const guardGroup = (pid: number | undefined, signal: AbortSignal, graceMs: number): (() => void) => {
  let force: NodeJS.Timeout | undefined;
  const onAbort = () => {
    killGroup(pid, 'SIGTERM');
    force = setTimeout(() => killGroup(pid, 'SIGKILL'), graceMs);
  };
  const onExit = () => killGroup(pid, 'SIGTERM');
  signal.addEventListener('abort', onAbort, { once: true });
  process.once('exit', onExit);
  return () => {
    clearTimeout(force);
    signal.removeEventListener('abort', onAbort);
    process.off('exit', onExit);
  };
};
