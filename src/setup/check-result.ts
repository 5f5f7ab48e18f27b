export type CheckResult = {
  readonly name: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** The command that mends it. */
  readonly fix?: string;
};
