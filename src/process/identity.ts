/** A process, told apart from a later one that got the same pid. */
export type Identity = {
  readonly pid: number;
  /** Linux: field 22 of /proc/PID/stat (clock ticks since boot); macOS: `ps -o lstart=`. */
  readonly start: string;
  /** Linux: /proc/sys/kernel/random/boot_id; elsewhere empty. */
  readonly boot: string;
};
