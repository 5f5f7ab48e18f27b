/** Several GPUs, of which the first that is to be had is taken: a container that stands on no row of the list. Pure. */
import type { HardwareRow } from '../../src/prices/container-price.ts';
import { gpuText, mostGpus, parseGpus } from '../../src/prices/gpus.ts';

/** Its id, or why there is none. Cores and memory are those of the first one's row. `text`: "H100, A100-80GB". */
export const gpuListOf = (text: string, rows: readonly HardwareRow[]): { readonly id: string } | { readonly wrong: string } => {
  const gpus = parseGpus(text).filter(({ name }) => name !== '');
  const rowOf = (billedAs: string): HardwareRow | undefined => rows.find(({ gpu }) => gpu === billedAs);
  const unknown = gpus.find(({ billedAs }) => rowOf(billedAs) === undefined);
  if (unknown !== undefined) return { wrong: `There is no GPU “${unknown.name}” in this list.` };
  const many = gpus.find(({ billedAs, count }) => !Number.isSafeInteger(count) || count < 1 || count > mostGpus(billedAs));
  if (many !== undefined) return { wrong: `One container has 1 to ${mostGpus(many.billedAs)} ${many.billedAs}.` };
  const row = rowOf(gpus[0]?.billedAs ?? '');
  if (row === undefined) return { wrong: 'No GPU was named, such as H100, A100-80GB.' };
  const asked = gpuText(gpus);
  return { id: asked === row.gpu ? row.id : `${row.cores}x${row.memoryGiB}+${asked}` };
};
