import { findDataset, onDisk } from '../data/catalogue.ts';
import { syncDataset } from '../data/sync.ts';
import { exitCodes, UserError } from '../errors.ts';
import type { JobEvent } from '../events/event.ts';
import * as format from '../money/format.ts';
import { paths } from '../paths.ts';
import { environment } from '../setup/environment.ts';
import type { Context, Run } from './command.ts';
import { createPaced, type Output } from './output.ts';
import { setUpFirst } from './set-up-first.ts';

const createEventPrinter = (out: Output) => {
  const paced = createPaced(out.line, 2000);
  return (event: JobEvent): void => {
    if (event.type !== 'failed') out.record(event);
    if (event.type === 'phase' && event.state === 'start') out.line(`  ${event.label ?? event.phase}`);
    if (event.type === 'warning') out.line(`  ! ${event.message}`);
    if (event.type === 'progress' && event.total > 0) {
      const { done, total, unit, eta_seconds } = event;
      const counted =
        unit === 'bytes' ? `${format.size(done)} of ${format.size(total)}` : `${format.count(done)} of ${format.count(total)} ${unit}`;
      paced(
        `    ${format.percent(done / total)} (${counted})${eta_seconds === undefined ? '' : ` · ${format.duration(eta_seconds)} left`}`,
      );
    }
  };
};

/** Brings one dataset here and says so. `from`: a person's own path or address. */
export const syncOne = async (name: string, from: string | undefined, { io, out }: Context): Promise<void> => {
  const { url } = await findDataset(name);
  const before = onDisk(paths().datasets, name);
  if (before.state === 'verified' && from === undefined) {
    out.line(`${name} is here already: ${format.size(before.bytesHere)}, verified`);
    out.record({ type: 'dataset', name, state: 'verified', bytes: before.bytesHere, already: true });
    return;
  }
  out.line(`Syncing ${name}${from === undefined ? (url === null ? '' : ` from ${url}`) : ` from ${from}`}`);
  const { python } = environment();
  await syncDataset({ python, name, url, ...(from === undefined ? {} : { from }), onEvent: createEventPrinter(out), signal: io.signal });
  const after = onDisk(paths().datasets, name);
  out.line(`${name} is here: ${format.size(after.bytesHere)}, ${after.state}`);
  out.record({ type: 'dataset', name, state: after.state, bytes: after.bytesHere, already: false });
};

export const run: Run = async (invocation, context) => {
  const [name = ''] = invocation.words;
  if (invocation.text('target') !== undefined && invocation.text('target') !== 'local') {
    const why = 'its volumes are not reached by this version; datasets are kept on this machine';
    throw new UserError(
      { what: 'Datasets cannot be synced to Modal yet', why, kept: 'nothing was sent', hint: `ann-tui sync ${name}` },
      exitCodes.refused,
    );
  }
  // A wrong name is told before a minute of set-up.
  await findDataset(name);
  await setUpFirst(context);
  await syncOne(name, invocation.text('from'), context);
  return exitCodes.done;
};
