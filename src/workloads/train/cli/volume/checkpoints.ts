/** `volumes checkpoints`: what runs keep on the results volume, what that costs a month, and what could go. */

import { table } from '../../../../cli/text/table.ts';
import { storageRates, type Verb } from '../../../../cli/volume-verb.ts';
import { loadModal } from '../../../../config/modal.ts';
import { exitCodes, usageError } from '../../../../errors/errors.ts';
import { storagePrice } from '../../../../prices/storage.ts';
import { listRuns } from '../../../../runs/store.ts';
import * as format from '../../../../text/format.ts';
import { sum } from '../../../../util/numbers.ts';
import { bestSteps, goingOnAtModal, keptAtModal } from '../../volume/at-modal.ts';
import { type Going, type Hold, holdOf, mayGo } from '../../volume/clean.ts';
import type { KeptCheckpoint, KeptRun } from '../../volume/kept.ts';

const bytesOf = (checkpoints: readonly KeptCheckpoint[]): number => sum(checkpoints.map(({ bytes }) => bytes));

/** "12 · 2 seeds" */
const countText = ({ checkpoints }: KeptRun): string => {
  const seeds = new Set(checkpoints.map(({ seed }) => seed)).size;
  return seeds < 2 ? format.count(checkpoints.length) : `${format.count(checkpoints.length)} · ${seeds} seeds`;
};

const lastStep = ({ checkpoints }: KeptRun): number | undefined => {
  const steps = checkpoints.flatMap(({ step }) => (step === null ? [] : [step]));
  return steps.length === 0 ? undefined : Math.max(...steps);
};

const stepsText = (steps: readonly number[]): string => (steps.length === 0 ? '–' : steps.map(format.count).join(', '));

const standing = (kept: KeptRun, going: Going, hold: Hold | undefined): string => {
  if (hold !== undefined) return `! ${hold.why}`;
  return going.runs.some(({ run }) => run === kept.run) ? 'over' : 'over, not known here';
};

export const run: Verb = async ({ client, words, context: { io, out } }) => {
  if (words.length > 0)
    throw usageError(
      `"${words[0]}" is one word too many for ann-tui volumes checkpoints`,
      'it lists those of all runs',
      'ann-tui volumes checkpoints',
    );
  const volume = (await loadModal()).value.volumes.results;
  const [all, rates, going] = await Promise.all([
    keptAtModal(client, volume, io.signal),
    storageRates(client),
    goingOnAtModal(client, volume, listRuns()),
  ]);
  const runs = all.filter(kept => kept.checkpoints.length > 0);
  if (runs.length === 0) {
    out.line(`No run has a checkpoint on ${volume}. A training at Modal writes its first one with its first look at dev.`);
    return exitCodes.done;
  }
  const price = (bytes: number): string => format.money(storagePrice(bytes, rates));
  const rows = await Promise.all(
    runs.map(async kept => {
      const hold = holdOf(kept, going);
      const free = hold === undefined ? mayGo(kept, { now: going.now }) : [];
      return { kept, hold, free, bytes: bytesOf(kept.checkpoints), best: await bestSteps(client, volume, kept) };
    }),
  );
  const right = (head: string) => ({ head, right: true });
  const columns = [
    { head: 'run' },
    right('checkpoints'),
    right('size'),
    right('whole run'),
    right('$/month'),
    right('last step'),
    right('best step'),
    right('changed'),
    right('could go'),
    { head: 'stands' },
  ];
  const cells = rows.map(({ kept, hold, free, bytes, best }) => [
    kept.run,
    countText(kept),
    format.size(bytes),
    format.size(kept.bytes),
    price(kept.bytes),
    stepsText([lastStep(kept) ?? []].flat()),
    stepsText(best),
    kept.changed === null ? '–' : format.ago(kept.changed, going.now),
    free.length === 0 ? '–' : format.size(bytesOf(free)),
    standing(kept, going, hold),
  ]);
  for (const text of table(columns, cells)) out.line(text);
  const [total, freed] = [sum(rows.map(({ bytes }) => bytes)), sum(rows.map(({ free }) => bytesOf(free)))];
  out.line();
  out.line(
    `Checkpoints on ${volume}: ${format.size(total)}, ${price(total)} a month beyond the workspace's free ${format.count(rates.freeGiB)} GiB.`,
  );
  if (freed > 0)
    out.line(
      `All but the best and the last of runs that are over: ${format.size(freed)}, ${price(freed)} a month. ann-tui volumes clean --dry-run`,
    );
  for (const { kept, hold, free, bytes, best } of rows)
    out.record({
      type: 'checkpoints',
      volume,
      run: kept.run,
      known_here: going.runs.some(({ run }) => run === kept.run),
      live: hold !== undefined,
      why: hold?.why ?? null,
      checkpoints: kept.checkpoints.length,
      bytes,
      run_files: kept.files,
      run_bytes: kept.bytes,
      dollars_per_month: storagePrice(bytes, rates),
      run_dollars_per_month: storagePrice(kept.bytes, rates),
      last_step: lastStep(kept) ?? null,
      best_steps: best,
      changed: kept.changed === null ? null : new Date(kept.changed).toISOString(),
      could_go: { checkpoints: free.length, bytes: bytesOf(free), dollars_per_month: storagePrice(bytesOf(free), rates) },
      folders: kept.checkpoints.map(({ folder, part, seed, step, bytes: size, whole }) => ({
        folder,
        part,
        seed,
        step,
        bytes: size,
        whole,
      })),
    });
  return exitCodes.done;
};
