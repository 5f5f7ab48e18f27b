/** What an editor is to open for a line of a log. Pure. */
import { placeIn } from '../../../src/logs/errors.ts';
import type { RunState } from '../../../src/runs/state.ts';

import { workloadOf } from '../../../src/workloads/registry.ts';

export type Target = { readonly file: string; readonly line: number };

/** The person's own file at the line that is named; of a line that names none of them, the log itself. `line`: counted from 0. */
export const editTarget = (
  { line, text }: { readonly line: number; readonly text: string },
  log: string,
  state: RunState | undefined,
): Target => {
  const place = placeIn(text);
  const own = state === undefined ? [] : workloadOf(state.spec).sources(state.spec);
  const named = place === undefined ? undefined : own.find(({ file }) => file === place.file.split('/').at(-1));
  return place === undefined || named === undefined ? { file: log, line: line + 1 } : { file: named.from, line: place.line };
};
