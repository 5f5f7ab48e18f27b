/**
 * The rates of one's own workspace, as Modal tells them to who is signed in; kept for a day. Without them, and beside a price list of a
 * person's own, configs/prices.yaml counts. What a region and a container that may not be preempted cost more stands there either way.
 */

import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Loaded } from '../config/load.ts';
import { loadPrices } from '../config/prices.ts';
import type { ModalRates } from '../modal-client/types.ts';
import type { Rates } from '../prices/container-price.ts';
import { storageRateKey } from '../prices/storage.ts';
import { makeFolder, readJson, writeJsonAtomic } from '../process/files.ts';
import { paths } from '../util/paths.ts';

/** Milliseconds. */
const keptFor = 86_400_000;

/** Modal's key of each GPU: gpu_hour_cost_… */
const gpuKeys: Readonly<Record<string, string>> = {
  t4: 'T4',
  l4: 'L4',
  a10g: 'A10',
  l40s: 'L40S',
  a100_40gb: 'A100-40GB',
  a100_80gb: 'A100-80GB',
  rtx6000: 'RTX-PRO-6000',
  h100: 'H100',
  h200: 'H200',
  b200: 'B200',
  b300: 'B300',
};

type Kept = { readonly v: 1; readonly at: number; readonly workspace: string; readonly rates: ModalRates };

const file = (): string => path.join(paths().data, 'rates.json');

const isRate = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0;

/** Modal's answer in our names, with our multipliers; undefined when it lacks what every container has. Pure. */
export const toRates = (live: ModalRates, { workspace, at }: Pick<Kept, 'workspace' | 'at'>, listed: Rates): Rates | undefined => {
  const { cpu_hour_cost: core, mem_gib_hour_cost: gib, [storageRateKey]: gibMonth } = live;
  if (!isRate(core) || !isRate(gib)) return undefined;
  const gpus = Object.entries(live).flatMap(([key, rate]) => {
    const name = /^gpu_hour_cost_(.+)$/.exec(key)?.[1];
    return name === undefined || !isRate(rate) ? [] : [[gpuKeys[name] ?? name.toUpperCase().replaceAll('_', '-'), rate] as const];
  });
  return {
    ...listed,
    date: new Date(at).toISOString().slice(0, 10),
    source: `modal billing rates of ${workspace}`,
    core,
    gib,
    gpu: { ...listed.gpu, ...Object.fromEntries(gpus) },
    ...(isRate(gibMonth) && { storage: { ...listed.storage, gibMonth } }),
  };
};

const readKept = (now: number): Kept | undefined => {
  let kept: Kept | undefined;
  try {
    kept = readJson(file()) as Kept | undefined;
  } catch {
    return undefined;
  }
  if (kept?.v !== 1 || typeof kept.rates !== 'object' || kept.rates === null || typeof kept.workspace !== 'string') return undefined;
  // A clock that was set back must not keep old rates for ever.
  return now - kept.at < keptFor && kept.at <= now ? kept : undefined;
};

/** Whether this workspace's rates should be asked for again. */
export const areStale = (workspace: string, now: number = Date.now()): boolean => readKept(now)?.workspace !== workspace;

export const hasFreshRates = (now: number = Date.now()): boolean => readKept(now) !== undefined;

/** A disk that cannot be written costs a question more. */
export const keepRates = (workspace: string, rates: ModalRates, now: number = Date.now()): void => {
  try {
    makeFolder(paths().data);
    writeJsonAtomic(file(), { v: 1, at: now, workspace, rates } satisfies Kept);
  } catch {
    // As said.
  }
};

/** Another account may have other rates. */
export const forgetRates = (): void => rmSync(file(), { force: true });

/** The rates that count now; `shownAs` says for a person where they are from. Throws a usage error for a broken configs/prices.yaml. */
export const currentPrices = async (now: number = Date.now()): Promise<Loaded<Rates> & { readonly live: boolean }> => {
  const listed = await loadPrices();
  const kept = listed.own ? undefined : readKept(now);
  const rates = kept && toRates(kept.rates, kept, listed.value);
  return rates === undefined
    ? { ...listed, live: false }
    : { ...listed, value: rates, shownAs: `your workspace ${kept?.workspace}`, live: true };
};
