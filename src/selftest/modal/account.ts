/** What the account may do and pays: rates, limits, the bill. */

import { toRates } from '../../accounts/live-rates.ts';
import { loadPrices } from '../../config/prices.ts';
import { ModalError, runModal } from '../../modal-client/index.ts';
import { coreLimits, longestSeconds, memoryLimits } from '../../prices/limits.ts';
import { writeJsonAtomic } from '../../process/files.ts';
import { appName } from '../../runs/app-name.ts';
import { money } from '../../text/format.ts';
import { type Check, fail, ok, warn } from '../check.ts';
import { appFile, launchName } from './launch-name.ts';
import { appOf, type Trial } from './trial.ts';

const rates: Check<Trial> = {
  name: 'rates',
  assumes: 'Modal tells what a core and a GiB cost in this workspace; they are those of configs/prices.yaml',
  run: async ({ client }, signal) => {
    const listed = (await loadPrices()).value;
    const live = toRates(await client.rates({ signal }), { workspace: '', at: Date.now() }, listed);
    if (live === undefined) return fail('it tells no price of a core and a GiB: the price list counts');
    const differs = [
      ...(live.core === listed.core ? [] : [`a core ${money(live.core)}/h, listed ${money(listed.core)}/h`]),
      ...(live.gib === listed.gib ? [] : [`a GiB ${money(live.gib)}/h, listed ${money(listed.gib)}/h`]),
      ...Object.entries(live.gpu).flatMap(([name, rate]) => {
        const old = listed.gpu[name];
        return old === rate ? [] : [`${name} ${money(rate)}/h, ${old === undefined ? 'not listed' : `listed ${money(old)}/h`}`];
      }),
    ];
    const facts = { core: live.core, gib: live.gib, gpu: live.gpu };
    return differs.length > 0 ? warn(differs.join('; '), facts) : ok(`the same as listed on ${listed.date}`, facts);
  },
};

/** Containers of a run that measures a little at once. */
const fewContainers = 10;

const room: Check<Trial> = {
  name: 'limits of the account',
  assumes: 'it tells what is left to spend, and how many containers may run at once',
  run: async ({ client, where, plan }, signal) => {
    const all = await client.environments({ signal });
    const own = all.find(({ name, default: usual }) => (where.environment === null ? usual : name === where.environment));
    if (own === undefined) return fail('the environment that is used is not in the list');
    const { containers, gpus, budget, spendLimit, usage, limitReached } = own;
    const facts = { containers: containers.most, gpus: gpus.most, budget, spend_limit: spendLimit, usage };
    if (limitReached) return fail('its spend limit is reached', facts);
    const most = Math.min(budget ?? Number.POSITIVE_INFINITY, spendLimit ?? Number.POSITIVE_INFINITY);
    if (usage !== null && most - usage < plan.budget) return fail(`${money(Math.max(0, most - usage))} are left to spend`, facts);
    if (containers.most !== null && containers.most < fewContainers)
      return warn(`no more than ${containers.most} containers at once`, facts);
    if (plan.training !== undefined && gpus.most === 0) return warn('no GPU may be used: a training cannot be tried', facts);
    const left = usage === null || most === Number.POSITIVE_INFINITY ? 'no limit is told' : `${money(most - usage)} left`;
    return ok(`${left}; ${containers.most ?? 'any number of'} containers, ${gpus.most ?? 'any number of'} GPUs at once`, facts);
  },
};

const sizes: Check<Trial> = {
  name: 'sizes',
  assumes: `a container may have ${coreLimits.to} cores and ${memoryLimits.to} GiB, and a call may take ${longestSeconds / 3600} hours`,
  limit: 900,
  run: async (trial, signal) => {
    const { folder, names, where } = trial;
    const file = `${folder}/limits.json`;
    const limits = { cores: coreLimits.to, mib: memoryLimits.to * 1024, timeout: longestSeconds };
    // A name of its own: the launch of the others must not find it in its way.
    writeJsonAtomic(file, { v: 1, app: `${appName(names.run, 1)}-sizes`, run: names.run, attempt: 1, container: {}, limits });
    const { code, stdout, stderr } = await runModal(['run', '--detach', appFile], {
      where,
      env: { ANN_TUI_LAUNCH: file },
      seconds: 600,
      signal,
    });
    const app = /"app": "(ap-\w+)"/.exec(stdout)?.[1];
    if (app !== undefined) {
      trial.apps.add(app);
      await trial.client.stopApp(app);
    }
    if (code === 0 && app !== undefined) return ok('declared, and not run: it costs nothing', limits);
    const { explainModal } = await import('../../modal-client/index.ts');
    const { what, why } = explainModal('', stderr || stdout).failure;
    return fail(`${what}: ${why}`, limits);
  },
};

const hour = 3_600_000;

const bill: Check<Trial> = {
  name: 'bill',
  assumes: 'the billing report lists each app by its id, some minutes to hours late; some plans have none',
  needs: [launchName],
  run: async (trial, signal) => {
    const from = Math.floor(Date.now() / hour) * hour - hour;
    try {
      const items = await trial.client.billingReport({ from, until: from + 2 * hour, resolution: 'hour' }, { signal });
      const own = items.filter(({ object }) => object === appOf(trial));
      const facts = { lines: items.length, own: own.length };
      if (own.length === 0) return ok('it can be had; this app is not in it yet', facts);
      const cost = own.reduce((sum, item) => sum + item.cost, 0);
      const { spent } = trial;
      return ok(`this app is in it already: ${money(cost)}; by the job's own account ${money(spent)}`, { ...facts, cost, spent });
    } catch (error) {
      if (!(error instanceof ModalError) || !/plan|permission/i.test(error.failure.why)) throw error;
      return warn(`it cannot be had here: ${error.failure.why}`);
    }
  },
};

export const accountChecks: readonly Check<Trial>[] = [rates, room];
export const sizesCheck = sizes;
export const billCheck = bill;
