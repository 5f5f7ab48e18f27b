/** `volumes clean`: removes old checkpoints from the results volume, and nothing that a run needs. */

import type { Invocation } from '../../../../cli/command.ts';
import { confirmed } from '../../../../cli/confirm.ts';
import { table } from '../../../../cli/text/table.ts';
import { storageRates, type Verb, type Work } from '../../../../cli/volume-verb.ts';
import { loadModal } from '../../../../config/modal.ts';
import { exitCodes, UserError, usageError } from '../../../../errors/errors.ts';
import { type StorageRates, storagePrice } from '../../../../prices/storage.ts';
import { listRuns, resolveRun } from '../../../../runs/store.ts';
import * as format from '../../../../text/format.ts';
import { parseDuration } from '../../../../text/parse-amount.ts';
import { sum } from '../../../../util/numbers.ts';
import { goingOnAtModal, keptAtModal, removeCheckpoints } from '../../volume/at-modal.ts';
import { type CleanOptions, type Going, type Hold, holdOf, mayGo } from '../../volume/clean.ts';
import type { KeptCheckpoint, KeptRun } from '../../volume/kept.ts';

type Plan = { readonly kept: KeptRun; readonly going: readonly KeptCheckpoint[] };
type Held = { readonly kept: KeptRun; readonly hold: Hold };

const bytesOf = (plans: readonly Plan[]): number => sum(plans.flatMap(({ going }) => going.map(({ bytes }) => bytes)));

const olderThan = (invocation: Invocation): number | undefined => {
  const text = invocation.text('older-than');
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds === undefined)
    throw usageError(
      `--older-than ${text} cannot be`,
      'it is an age, such as 30d, 12h or 90m',
      'ann-tui volumes clean --older-than 30d --dry-run',
    );
  return seconds;
};

/** The runs that were named, or all of them; a name may be the beginning of one that is known here. */
const namedIn = (words: readonly string[], all: readonly KeptRun[], volume: string): readonly KeptRun[] =>
  words.length === 0
    ? all
    : [...new Set(words)].map(word => {
        const found = all.find(({ run }) => run === word) ?? all.find(({ run }) => run === resolveRun(word));
        if (found !== undefined) return found;
        throw usageError(`${word} has nothing on ${volume}`, 'there is nothing of it to remove', 'ann-tui volumes checkpoints');
      });

const heldIn = (runs: readonly KeptRun[], going: Going): readonly Held[] =>
  runs.flatMap(kept => {
    const hold = holdOf(kept, going);
    return hold === undefined ? [] : [{ kept, hold }];
  });

const plansOf = (runs: readonly KeptRun[], held: readonly Held[], options: CleanOptions): readonly Plan[] =>
  runs
    .filter(kept => !held.some(one => one.kept.run === kept.run))
    .map(kept => ({ kept, going: mayGo(kept, options) }))
    .filter(({ going }) => going.length > 0);

/** The command as it was typed, for a next step. */
const typed = (words: readonly string[], invocation: Invocation): string => {
  const age = invocation.text('older-than');
  const options = [...(age === undefined ? [] : [`--older-than ${age}`]), ...(invocation.flag('keep-best') ? ['--keep-best'] : [])];
  return ['ann-tui volumes clean', ...words, ...options].join(' ');
};

/** As things are now: asked again before anything is removed, for a run may have begun meanwhile. */
const look = async ({ client, context: { io } }: Work, volume: string): Promise<readonly [readonly KeptRun[], Going]> =>
  await Promise.all([keptAtModal(client, volume, io.signal), goingOnAtModal(client, volume, listRuns())]);

/** What goes, run by run. */
const tableOf = (plans: readonly Plan[], price: (bytes: number) => string, now: number): readonly string[] => {
  const right = (head: string) => ({ head, right: true });
  const rows = plans.map(plan => [
    plan.kept.run,
    format.count(plan.going.length),
    format.count(plan.kept.checkpoints.length - plan.going.length),
    format.size(bytesOf([plan])),
    price(bytesOf([plan])),
    plan.kept.changed === null ? '–' : format.ago(plan.kept.changed, now),
  ]);
  return plans.length === 0
    ? []
    : [...table([{ head: 'run' }, right('go'), right('stay'), right('size'), right('$/month'), right('changed')], rows), ''];
};

const recordOf = (volume: string, plans: readonly Plan[], held: readonly Held[], rates: StorageRates, removed: boolean): object => ({
  type: 'cleaned',
  volume,
  removed,
  checkpoints: sum(plans.map(({ going }) => going.length)),
  bytes: bytesOf(plans),
  dollars_per_month: storagePrice(bytesOf(plans), rates),
  runs: plans.map(plan => ({ run: plan.kept.run, bytes: bytesOf([plan]), folders: plan.going.map(({ folder }) => folder) })),
  held: held.map(({ kept, hold }) => ({ run: kept.run, why: hold.why })),
});

/** Before the question: what it saves, what stays, what cannot be undone. */
const wordsOf = (plans: readonly Plan[], { keepBest }: CleanOptions, age: string | undefined): readonly string[] => {
  const stays = keepBest ? 'The best of each seed stays' : 'The best and the last of each seed stay';
  const younger = age === undefined ? '' : `, and what is younger than ${age}`;
  const undone = plans.filter(({ kept }) => !kept.done).map(({ kept }) => kept.run);
  return [
    `${stays}${younger}. Modal keeps no copy of what goes. It needs no container and costs nothing.`,
    ...(keepBest && undone.length > 0 ? [`! Not done, and not to be gone on with afterwards: ${undone.join(', ')}`] : []),
  ];
};

export const run: Verb = async work => {
  const { client, words, invocation, context } = work;
  const { io, out } = context;
  const age = olderThan(invocation);
  const volume = (await loadModal()).value.volumes.results;
  const [[all, going], rates] = await Promise.all([look(work, volume), storageRates(client)]);
  const options: CleanOptions = {
    keepBest: invocation.flag('keep-best'),
    now: going.now,
    ...(age !== undefined && { olderThan: age }),
  };
  const runs = namedIn(words, all, volume).filter(({ checkpoints }) => words.length > 0 || checkpoints.length > 0);
  const held = heldIn(runs, going);
  const [first] = held;
  // One that was asked for by name is told as what went wrong; of all, the others are cleaned.
  if (words.length > 0 && first !== undefined)
    throw new UserError({
      what: `${first.kept.run} cannot be cleaned`,
      why: first.hold.why,
      kept: 'nothing was removed',
      hint: first.hold.next,
    });
  const plans = plansOf(runs, held, options);
  const price = (bytes: number): string => format.money(storagePrice(bytes, rates));
  for (const text of tableOf(plans, price, going.now)) out.line(text);
  for (const { kept, hold } of held) out.line(`! ${kept.run} is left alone: ${hold.why}. ${hold.next}`);
  const goes = `${format.counted(sum(plans.map(one => one.going.length)), 'checkpoint')}, ${format.size(bytesOf(plans))}`;
  const stop = (text: string): number => {
    out.line(text);
    out.record(recordOf(volume, plans, held, rates, false));
    return exitCodes.done;
  };
  if (plans.length === 0) return stop('No checkpoint is there that could go.');
  out.line(`${goes}: to keep them costs ${price(bytesOf(plans))} a month beyond the workspace's free ${format.count(rates.freeGiB)} GiB.`);
  for (const text of wordsOf(plans, options, invocation.text('older-than'))) out.line(text);
  if (invocation.flag('dry-run')) return stop('Nothing was removed: it was only looked.');
  if (!(await confirmed(`Remove ${goes}, for good?`, invocation, context, typed(words, invocation)))) return stop('Nothing was removed.');
  const [now, goingNow] = await look(work, volume);
  const sure = plans.filter(({ kept }) => now.some(one => one.run === kept.run && holdOf(one, goingNow) === undefined));
  for (const { kept } of plans.filter(plan => !sure.includes(plan)))
    out.line(`! ${kept.run} is left alone: it goes on since it was looked at.`);
  for (const plan of sure) {
    await removeCheckpoints(client, volume, plan.going, io.signal);
    out.line(`${plan.kept.run}: ${format.counted(plan.going.length, 'checkpoint')} removed, ${format.size(bytesOf([plan]))}.`);
  }
  if (sure.length > 0) out.line('Modal may bill their storage for up to four more days.');
  out.record(recordOf(volume, sure, held, rates, sure.length > 0));
  return exitCodes.done;
};
