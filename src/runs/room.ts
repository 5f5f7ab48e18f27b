/** Room that a run needs on this disk before it is begun. */
import { UserError } from '../errors/errors.ts';
import { freeBytes } from '../process/room.ts';
import { size } from '../text/format.ts';

/** Bytes: a journal, a log and results of an ordinary run, with some to spare. Datasets look for their own. */
export const runNeeds = 8e6;

/** Throws a `UserError` when `folder` has less left than a run needs. */
export const requireRoom = (folder: string): void => {
  const free = freeBytes(folder);
  if (free === undefined || free >= runNeeds) return;
  throw new UserError({
    what: 'The disk is too full for a run',
    why: `a run needs ${size(runNeeds)} for its journal, log and results; ${size(free)} are free in ${folder}`,
    kept: 'nothing was started; `ann-tui runs prune` removes old runs, `ann-tui datasets` says how large datasets are',
    hint: 'ann-tui runs prune',
  });
};
