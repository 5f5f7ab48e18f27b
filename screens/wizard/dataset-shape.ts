/** How large a dataset is, in the words of its kind. Pure. */
import type { DatasetInfo } from '../../src/datasets/dataset-info.ts';
import { totals } from '../../src/datasets/inventory.ts';
import { hoursFigure } from '../../src/datasets/inventory-words.ts';
import { count, counted } from '../../src/text/format.ts';

const hoursText = (hours: number): string => `${hoursFigure(hours)} h`;

/** "60,000 × 784"; "664 · 982 h"; "–" while nothing is known. */
export const shapeCell = (info: DatasetInfo): string => {
  if (info.of === 'vectors') return info.train === 0 ? '–' : `${count(info.train)} × ${info.dimension}`;
  return info.recordings === 0 ? '–' : `${count(info.recordings)} · ${hoursText(info.hours)}`;
};

/** Where there is room beside it: "euclidean"; "23 patients". */
export const besideShape = (info: DatasetInfo): string => {
  if (info.of === 'vectors') return info.distance;
  return info.patients === 0 ? '' : counted(info.patients, 'patient');
};

/** In a sentence; empty while nothing is known. What no inventory says is "about". */
export const shapeWords = (info: DatasetInfo): string => {
  if (info.of === 'vectors')
    return info.train === 0
      ? ''
      : `${count(info.train)} vectors of ${info.dimension} numbers, ${count(info.queries)} queries, ${info.distance}`;
  if (info.recordings === 0) return '';
  const { inventory } = info;
  const size = `${counted(info.recordings, 'recording')} of ${counted(info.patients, 'patient')}, ${hoursText(info.hours)}`;
  if (inventory === undefined) return `${info.made ? '' : 'about '}${size}`;
  return `${size}, ${counted(totals(inventory).seizures, 'seizure')}${inventory.synthetic ? ', synthetic' : ''}`;
};
