/** What is said of operating points: settings that were found for a recall, on queries that do not judge them. Pure. */
import { params } from '../../text/format.ts';
import type { Point, Unreached } from './events.ts';
import { recall } from './recall-text.ts';

/** In front of a speed that was measured at the setting found for that recall. */
export const foundMark = '✓';
/** The same, where the queries that did not choose it say a little less than the recall. */
export const shortMark = '!';

export const isShort = ({ recall: measured, target_recall: target = 0 }: Pick<Point, 'recall' | 'target_recall'>): boolean =>
  measured < target;

/** Only where there are marks to explain. */
export const marksText = (points: readonly Point[]): readonly string[] => {
  const found = points.filter(point => point.target_recall !== undefined);
  if (found.length === 0) return [];
  const more = found.some(isShort) ? `. ${shortMark}: judged below it.` : '; else read between settings.';
  return [`${foundMark}: measured at the setting found for that recall${more}`];
};

/** "hnsw M=16 efConstruction=200: recall 0.999 is out of reach, 0.9971 at efSearch 10000" */
export const unreachedText = ({ impl, params: build, target_recall: target, recall: best, parameter, value }: Unreached): string =>
  `${[impl, params(build)].filter(Boolean).join(' ')}: recall ${target} is out of reach, ${recall(best)} at ${parameter} ${value}`;

/** Of the datasets whose points these are, or of all. */
export const targetNotes = (points: readonly Point[], unreached: readonly Unreached[] = []): readonly string[] => {
  const several = new Set(unreached.map(({ dataset }) => dataset)).size > 1;
  return [...marksText(points), ...unreached.map(one => `${several ? `${one.dataset}: ` : ''}${unreachedText(one)}`)];
};
