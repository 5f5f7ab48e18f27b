/** Every oddity of a dataset's recordings with its place, out of NAME.recordings.json. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { paths } from '../util/paths.ts';
import { number } from '../util/shape.ts';

/** `line` 0: the whole file. */
export type Notice = { readonly kind: string; readonly says: string; readonly file: string; readonly line: number };

const notices = v.array(v.tuple([v.string(), v.string(), v.string(), number]));
const file = v.looseObject({ notices, recordings: v.array(v.looseObject({ notices })) });

/** By kind, in the order of the recordings; empty where there are none, or the file cannot be read. */
export const readNotices = (name: string, folder: string = paths().datasets): readonly Notice[] => {
  try {
    const found: unknown = JSON.parse(readFileSync(path.join(folder, `${name}.recordings.json`), 'utf8'));
    if (!v.is(file, found)) return [];
    const every = [...found.notices, ...found.recordings.flatMap(recording => recording.notices)];
    return every
      .map(([kind, says, where, line]) => ({ kind, says, file: where, line }))
      .toSorted((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0));
  } catch {
    return [];
  }
};

/** "FILE:LINE" */
export const placeOf = ({ file: where, line }: Pick<Notice, 'file' | 'line'>): string => (line > 0 ? `${where}:${line}` : where);
