/** For a screen: a whole self-test, of this machine or at Modal, with its report written. */

import { modalStatus } from '../accounts/modal-status.ts';
import { UserError } from '../errors/errors.ts';
import { type RunOptions, runChecks } from './check.ts';
import { localChecks } from './local/checks.ts';
import { createLocal } from './local/context.ts';
import type { SelftestPlan } from './modal/plan.ts';
import { selftestAt } from './modal/run.ts';
import { type Report, writeReport } from './report.ts';

const ended = (report: Report, problems: readonly string[] = []): SelftestEnd => ({
  file: writeReport(report),
  problems,
  seconds: report.seconds,
  ...(report.cost && { spent: report.cost.spent }),
});

export const startSelftest = async ({ plan, ...options }: SelftestOptions): Promise<SelftestEnd> => {
  const [at, begun] = [Date.now(), performance.now()];
  if (plan === undefined) {
    const checks = await runChecks(localChecks, createLocal(), options);
    return ended({ target: 'local', at, seconds: (performance.now() - begun) / 1000, checks });
  }
  const status = await modalStatus();
  if (status.state !== 'ready') throw new UserError(status.failure);
  const hidden = [status.workspace, ...(status.user === undefined ? [] : [status.user])];
  const { report, problems, cut } = await selftestAt({}, plan, { ...options, hidden });
  if (cut !== undefined && !options.signal.aborted) throw cut;
  return ended(report, problems);
};

/** `plan`: at Modal, for what it says; absent: this machine. */
export type SelftestOptions = RunOptions & { readonly plan?: SelftestPlan };

export type SelftestEnd = {
  /** The report. */
  readonly file: string;
  /** What could not be removed at Modal. */
  readonly problems: readonly string[];
  readonly seconds: number;
  /** Dollars, by the job's own account. */
  readonly spent?: number;
};
