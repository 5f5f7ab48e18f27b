/** What is said of recordings that were predicted. Pure. */
import path from 'node:path';
import { counted, duration } from '../../text/format.ts';
import { clock } from './figures.ts';

/** What was found in a recording. */
export type Found = {
  /** Seconds from its beginning: start, end. */
  readonly events: readonly (readonly [number, number])[];
  /** Its length. */
  readonly seconds: number;
  /** What was odd, and how it was dealt with. */
  readonly told: readonly string[];
};

/** As many as a line has room for. */
const mostEvents = 4;

/** "00:41–01:12, 09:10–09:55" */
export const spansText = (events: Found['events']): string => {
  const shown = events.slice(0, mostEvents).map(([start, end]) => `${clock(start)}–${clock(end)}`);
  return `${shown.join(', ')}${events.length > mostEvents ? ', …' : ''}`;
};

/** "2 seizures at 00:41–01:12, 09:10–09:55, of 20m 00s; Fz interpolated" */
export const foundText = ({ events, seconds, told }: Found): string => {
  const found = events.length === 0 ? 'no seizure' : `${counted(events.length, 'seizure')} at ${spansText(events)}`;
  return `${found}, of ${duration(seconds)}${told.map(text => `; ${text}`).join('')}`;
};

/** Said of a model that has seen no patient. */
export const madeUpWarning = 'this model was trained on made-up patients: what it finds in a person’s EEG means nothing';

/** What each is called: by its file's name, or below the folder that all are in where two have one name. */
export const namesOf = (edfs: readonly string[]): readonly string[] => {
  const names = edfs.map(edf => path.basename(edf));
  if (new Set(names).size === names.length) return names;
  const folders = edfs.map(edf => path.dirname(path.resolve(edf)).split(path.sep));
  const [first = [], ...others] = folders;
  const parts = first.findIndex((part, at) => others.some(other => other[at] !== part));
  const common = first.slice(0, parts === -1 ? first.length : parts).join(path.sep);
  return edfs.map(edf => path.relative(common || path.sep, edf));
};
