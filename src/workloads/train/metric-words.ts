/** How metrics are called and written. One that is not known here is drawn all the same, by its own name. Pure. */
import { shortFigure } from '../../text/axis.ts';
import { count, percent, size } from '../../text/format.ts';
import { fraction } from '../evaluate/figures.ts';

type Words = { readonly label: string; readonly text: (value: number) => string };

/** In the order in which they matter. */
const known: Readonly<Record<string, Words>> = {
  loss: { label: 'loss', text: shortFigure },
  dev_auroc: { label: 'dev AUROC', text: fraction },
  dev_loss: { label: 'dev loss', text: shortFigure },
  learning_rate: { label: 'learning rate', text: shortFigure },
  gradient_norm: { label: 'gradient norm', text: shortFigure },
  windows_per_s: { label: 'windows/s', text: count },
  data_share: { label: 'waits for data', text: percent },
  memory_bytes: { label: 'memory', text: size },
  looks_without_gain: { label: 'looks without gain', text: count },
};

export const metricLabel = (name: string): string => known[name]?.label ?? name.replaceAll('_', ' ');

export const metricText = (name: string, value: number): string =>
  Number.isFinite(value) ? (known[name]?.text ?? shortFigure)(value) : '–';

/** Those that are known first, the others as they came. */
export const inOrder = (names: readonly string[]): readonly string[] => {
  const order = Object.keys(known);
  const place = (name: string): number => (name in known ? order.indexOf(name) : order.length);
  return [...new Set(names)].toSorted((a, b) => place(a) - place(b));
};
