import { exitCodes, usageError } from '../../errors/errors.ts';
import { fleetWords } from '../../metering/fleet-words.ts';
import { isEstimate, meter } from '../../metering/meter.ts';
import type { Moment } from '../../metering/plane-clock.ts';
import { silenceWords } from '../../orphans/silence.ts';
import { readMoment } from '../../process/moment.ts';
import { recoverRuns } from '../../runs/start-supervisor.ts';
import type { RunState } from '../../runs/state.ts';
import { createLister, type Listed, listRuns, removeRun, resolveRun } from '../../runs/store.ts';
import { commonHead } from '../../text/common-head.ts';
import * as format from '../../text/format.ts';
import { titleOf, unitsOf, workloadOf } from '../../workloads/registry.ts';
import type { Context, Invocation, Run } from '../command.ts';
import { confirmed } from '../confirm.ts';
import { wholeNumber } from '../parse.ts';
import { statusWord } from '../text/status-word.ts';
import { runRecord } from '../text/summary.ts';
import { table } from '../text/table.ts';
import { linesOf } from '../workloads.ts';
import { orphansNow, printOrphans } from './orphans.ts';

const keptByPrune = 20;

const printList = async (invocation: Invocation, context: Context, { runs: states, unreadable }: Listed): Promise<number> => {
  const { out } = context;
  const asked = orphansNow(invocation);
  const moment = readMoment();
  for (const state of states) out.record(runRecord(state, moment));
  for (const { run, why } of unreadable) out.record({ type: 'unreadable_run', run, why });
  if (states.length > 0) printTable(states, moment, context);
  else if (unreadable.length === 0) out.line('No run yet. The first one: ann-tui bench');
  for (const { run, why } of unreadable) out.line(`! ${run} cannot be read: ${why} (ann-tui runs rm ${run})`);
  printOrphans(await asked, context);
  return exitCodes.done;
};

const printTable = (states: readonly RunState[], moment: Moment, { out }: Context): void => {
  const now = moment.wall;
  // Where all of them are here, nothing needs to be said.
  const several = states.some(({ spec }) => spec.target === 'modal');
  const columns = [
    { head: 'run' },
    { head: 'what' },
    ...(several ? [{ head: 'where' }] : []),
    { head: 'status' },
    {
      head: commonHead(
        states.map(({ spec }) => workloadOf(spec).noun.many),
        'done',
      ),
      right: true,
    },
    {
      head: commonHead(
        states.map(({ spec }) => linesOf(spec).bestHead),
        'result',
      ),
      right: true,
    },
    { head: 'took', right: true },
    { head: 'billed', right: true },
    { head: 'when' },
  ];
  const cells = states.map(state => {
    const own = meter(state, moment);
    const { done, total } = unitsOf(state);
    return [
      state.run,
      titleOf(state.spec),
      ...(several ? [state.spec.target === 'local' ? 'here' : `Modal, ${fleetWords(state.spec)}`] : []),
      statusWord(state),
      `${done}/${total}`,
      linesOf(state.spec).best(state),
      format.duration(own.seconds),
      `${isEstimate(own) ? '≈ ' : ''}${format.money(own.billed)}`,
      format.ago(state.createdAt, now),
    ];
  });
  for (const line of table(columns, cells)) out.line(line);
  for (const state of states) {
    const { run } = state;
    const words = silenceWords(state, moment, { log: `ann-tui logs ${run}`, stop: `ann-tui stop ${run}` });
    if (words !== undefined) out.line(`${run}: ${words}`);
  }
};

const remove = (names: readonly string[], { out }: Context): void => {
  for (const name of names) {
    removeRun(name);
    out.line(`removed ${name}`);
    out.record({ type: 'removed', run: name });
  }
};

const rm = async (words: readonly string[], invocation: Invocation, context: Context): Promise<number> => {
  if (words.length === 0) throw usageError('ann-tui runs rm needs a RUN', 'it was not given', 'ann-tui runs');
  const names = [...new Set(words.map(resolveRun))];
  const sure = await confirmed(
    `Remove ${names.join(', ')} with log and results?`,
    invocation,
    context,
    `ann-tui runs rm ${names.join(' ')}`,
  );
  if (sure) remove(names, context);
  else context.out.line('Nothing was removed.');
  return exitCodes.done;
};

const prune = async (words: readonly string[], invocation: Invocation, context: Context): Promise<number> => {
  if (words.length > 0) throw usageError(`"${words[0]}" is one word too many`, 'ann-tui runs prune takes no run', 'ann-tui runs --help');
  const keep = wholeNumber(invocation, 'keep') ?? keptByPrune;
  if (keep < 0) throw usageError(`--keep ${keep} cannot be`, 'it is 0 or more', 'ann-tui runs prune --keep 20');
  const names = listRuns()
    .filter(({ status }) => status === 'ended')
    .slice(keep)
    .map(({ run }) => run);
  if (names.length === 0) {
    context.out.line(`Nothing to remove: no more than ${keep} runs have ended.`);
    return exitCodes.done;
  }
  const question = `Remove the ${names.length} oldest ended ${names.length === 1 ? 'run' : 'runs'}, keeping ${keep}?`;
  if (await confirmed(question, invocation, context, `ann-tui runs prune --keep ${keep}`)) remove(names, context);
  else context.out.line('Nothing was removed.');
  return exitCodes.done;
};

export const run: Run = async (invocation, context) => {
  const listed = createLister()();
  recoverRuns(undefined, () => listed);
  const [verb, ...words] = invocation.words;
  if (verb === undefined || verb === 'list' || verb === 'ls') return await printList(invocation, context, listed);
  if (verb === 'rm') return await rm(words, invocation, context);
  if (verb === 'prune') return await prune(words, invocation, context);
  throw usageError(`ann-tui runs does not know "${verb}"`, 'there are: rm RUN, prune', 'ann-tui runs --help');
};
