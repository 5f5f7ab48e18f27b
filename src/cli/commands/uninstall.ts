import { exitCodes } from '../../errors/errors.ts';
import { listRuns } from '../../runs/store.ts';
import { belongings, refuseWithLiveRuns, removeBelongings } from '../../setup/uninstall.ts';
import * as format from '../../text/format.ts';
import type { Run } from '../command.ts';
import { confirmed } from '../confirm.ts';

export const run: Run = async (invocation, context) => {
  const { out } = context;
  const only = invocation.flag('environment') ? 'environment' : invocation.flag('training') ? 'training' : undefined;
  const list = await belongings(only);
  if (list.length === 0) {
    out.line(only === undefined ? 'Nothing of ann-tui is on this disk.' : 'There is none of it on this disk.');
    out.record({ type: 'uninstalled', removed: [], bytes: 0 });
    return exitCodes.done;
  }
  for (const { name, path, bytes } of list) {
    out.line(`${format.size(bytes).padStart(8)}  ${name}  ${path}`);
    out.record({ type: 'belonging', name, path, bytes });
  }
  const bytes = list.reduce((sum, entry) => sum + entry.bytes, 0);
  refuseWithLiveRuns(listRuns());
  if (!(await confirmed(`Remove all of it (${format.size(bytes)})? It cannot be undone.`, invocation, context, 'ann-tui uninstall'))) {
    out.line('Nothing was removed.');
    return exitCodes.done;
  }
  await removeBelongings(list);
  out.line(`Removed ${format.size(bytes)}.`);
  out.record({ type: 'uninstalled', removed: list.map(entry => entry.path), bytes });
  return exitCodes.done;
};
