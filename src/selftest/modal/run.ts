/** A whole self-test at Modal: what is left of an earlier one, the checks, and the end, however it comes. */

import { currentPrices } from '../../accounts/live-rates.ts';
import { withModal } from '../../accounts/with-modal.ts';
import { createModalClient, modalProgram, type Where } from '../../modal-client/index.ts';
import type { ModalClient } from '../../modal-client/types.ts';
import type { Checked } from '../check.ts';
import { type RunOptions, runChecks } from '../check.ts';
import type { Report } from '../report.ts';
import { checksOf } from './checks.ts';
import { planSelftest, type SelftestPlan } from './plan.ts';
import { cleanUp, createTrial, endTrial, forgetLeftBehind, leftBehind } from './trial.ts';

/** By the rates of this workspace where they are known. Throws a `UserError` where they do not allow it for that much. */
export const planNow = async (budget: number, training = true): Promise<SelftestPlan> =>
  planSelftest((await currentPrices()).value, budget, training);

export type LeftBehind = { readonly run: string; readonly problems: readonly string[] };

/** Removes what a self-test that was killed has left at Modal; its name, and what could not be removed. Undefined where there is nothing. */
export const clearLeftBehind = async (): Promise<LeftBehind | undefined> => {
  const left = leftBehind();
  if (left === undefined) return undefined;
  const client = createModalClient(left.where);
  try {
    const problems = await cleanUp(client, left, []);
    if (problems.length === 0) forgetLeftBehind(left);
    return { run: left.run, problems };
  } finally {
    await client.close();
  }
};

export type ModalSelftest = {
  readonly client: ModalClient;
  readonly where: Required<Where>;
  readonly plan: SelftestPlan;
  /** Of a workspace and a person: not in the report. */
  readonly hidden: readonly string[];
  readonly version: string;
};

export type Ended = {
  readonly report: Report /** What could not be removed. */;
  readonly problems: readonly string[] /** Why it was cut short. */;
  readonly cut?: unknown;
};

/** Never throws for an interruption: it cleans up, and tells of it as `cut`. */
export const runModalSelftest = async (given: ModalSelftest, options: RunOptions): Promise<Ended> => {
  const { client, where, plan, hidden, version } = given;
  const [at, begun] = [Date.now(), performance.now()];
  const trial = createTrial(client, where, plan);
  const checks: Checked[] = [];
  let cut: unknown;
  try {
    await runChecks(checksOf(plan), trial, {
      ...options,
      onChecked: checked => {
        checks.push(checked);
        options.onChecked?.(checked);
      },
    });
  } catch (error) {
    cut = error;
  }
  const problems = trial.cleaned ? [] : await endTrial(trial);
  const cost = { likely: plan.likely, most: plan.most, spent: trial.spent };
  const why = cut === undefined ? {} : { cut: cut instanceof Error ? cut.message : String(cut) };
  const seconds = (performance.now() - begun) / 1000;
  const report: Report = { target: 'modal', at, seconds, checks, client: version, cost, hidden, ...why };
  return { report, problems, ...(cut === undefined ? {} : { cut }) };
};

export type AtModal = RunOptions & {
  /** Of a workspace and a person: not in the report. */
  readonly hidden: readonly string[];
  readonly onLeftBehind?: (left: LeftBehind) => void;
};

/** On the account that is asked for: first what an earlier one has left, then all of it. */
export const selftestAt = async (asked: Where, plan: SelftestPlan, options: AtModal): Promise<Ended> => {
  const left = await clearLeftBehind();
  if (left !== undefined) options.onLeftBehind?.(left);
  const { version } = await modalProgram(asked);
  return await withModal(asked, (client, where) => runModalSelftest({ client, where, plan, hidden: options.hidden, version }, options));
};
