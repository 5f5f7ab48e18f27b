/** A container at Modal that brings a dataset: its cost first, a yes to it, then followed for as long as somebody looks. */
import { type CloudSync, findCloudSync, followCloudSync, planCloudSync, startCloudSync } from '../../../datasets/cloud-sync.ts';
import type { SyncPlan } from '../../../datasets/sync-plan.ts';
import { exitCodes, UserError } from '../../../errors/errors.ts';
import * as format from '../../../text/format.ts';
import type { Context, Invocation } from '../../command.ts';
import { Interruption } from '../../io.ts';
import { createEventPrinter } from './sync-here.ts';

export type Job = { readonly invocation: Invocation; readonly context: Context };

/** Says that it is there. */
export const done = (name: string, volume: string, bytes: number, already: boolean, { out }: Context): number => {
  out.line(
    already
      ? `${name} is on ${volume} already: ${format.size(bytes)}, verified`
      : `${name} is on ${volume}: ${format.size(bytes)}, verified`,
  );
  out.record({ type: 'dataset', place: 'modal', volume, name, state: 'verified', bytes, already });
  return exitCodes.done;
};

const costLines = ({ container, dollarsPerHour, seconds, limitSeconds }: Extract<SyncPlan, { how: 'cloud' }>): readonly string[] => {
  const cost = (time: number) => format.money((dollarsPerHour * time) / 3600);
  return [
    `  in a container of its own at Modal: ${container}, ${format.money(dollarsPerHour)}/h`,
    `  about ${format.duration(seconds.likely)} (${format.duration(seconds.low)} to ${format.duration(seconds.high)}): ${cost(seconds.likely)} (${cost(seconds.low)} to ${cost(seconds.high)}), an estimate`,
    `  at most ${cost(limitSeconds)}: Modal's own timer ends it after ${format.duration(limitSeconds)}`,
  ];
};

/** As paid things are agreed to: a yes, or `--yes` where nobody can be asked. */
const agreed = async (
  name: string,
  plan: Extract<SyncPlan, { how: 'cloud' }>,
  { invocation, context: { io, out } }: Job,
): Promise<boolean> => {
  if (invocation.flag('yes')) return true;
  if (!io.interactive || out.json) {
    const why = 'a container at Modal costs money: without a terminal to ask in it needs --yes';
    throw new UserError({ what: 'Nothing was started', why, hint: `ann-tui sync ${name} --target modal --yes` }, exitCodes.usage);
  }
  const likely = format.money((plan.dollarsPerHour * plan.seconds.likely) / 3600);
  return /^y(es)?$/i.test((await io.ask(`Start it? It costs money: about ${likely}. [y/N] `)).trim());
};

/** Ctrl-C leaves it going. */
const left = (error: unknown, name: string, { out }: Context): number => {
  if (!(error instanceof Interruption)) throw error;
  const back = `ann-tui sync ${name} --target modal`;
  out.note(`It goes on at Modal without this terminal; back to it: ${back}`);
  out.record({ type: 'left', dataset: name, attach: back });
  return error.exitCode;
};

/** To its end; the exit code. */
export const inCloud = async (sync: CloudSync, job: Job): Promise<number> => {
  const { context } = job;
  const { io, out } = context;
  const { name } = sync.source;
  const found = await findCloudSync(sync);
  const plan = await planCloudSync(sync, found !== undefined);
  if (found === undefined) {
    out.line(
      plan.bucket === undefined
        ? `Syncing ${name} to ${plan.volume}${sync.source.url === null ? '' : ` from ${sync.source.url}`}`
        : `Taking the inventory of ${plan.bucket}${name}; the recordings stay there, and nothing is written there`,
    );
    for (const line of costLines(plan)) out.line(line);
    out.record({
      type: 'plan',
      dataset: name,
      volume: plan.volume,
      container: plan.container,
      dollars_per_hour: plan.dollarsPerHour,
      seconds: plan.seconds,
      limit_seconds: plan.limitSeconds,
      ...(plan.bucket !== undefined && { bucket: plan.bucket }),
    });
    if (!(await agreed(name, plan, job))) {
      out.line('Nothing was started.');
      return exitCodes.done;
    }
    out.line('  Starting it; the first time its image is built, which takes some minutes');
  } else out.line(`${name} is on its way to ${plan.volume} already; following it`);
  const underWay = found ?? (await startCloudSync(sync, io.signal));
  try {
    const onContact = (word: 'lost' | 'back') =>
      out.line(word === 'lost' ? '  ! Modal does not answer; it goes on there' : '  Modal answers again');
    const bytes = await followCloudSync(sync, underWay, { onEvent: createEventPrinter(out), onContact, signal: io.signal });
    return done(name, plan.volume, bytes, false, context);
  } catch (error) {
    return left(error, name, context);
  }
};
