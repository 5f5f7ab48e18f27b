import { usageError } from '../errors/errors.ts';
import { parseGpus } from '../prices/gpus.ts';
import { type Loaded, loadConfig } from './load.ts';
import { integer, listOf, number, object, optional, type Schema, text, textLike } from './schema.ts';

/** One container that is offered. */
export type Shape = {
  readonly id: string;
  readonly gpu: string | null;
  readonly vramGiB: number | null;
  readonly cores: number;
  readonly memoryGiB: number;
  /** What it is good for, in a few words. */
  readonly use: string;
  /** Dense fp16 TFLOPS by the maker's data sheet. */
  readonly tflops: number | null;
  /** What a person should know before choosing it. */
  readonly note?: string;
};

const file = object({
  shapes: listOf(
    object({
      id: textLike(/^[a-z0-9][a-z0-9-]*$/, 'a name of small letters, digits and "-"'),
      gpu: optional(text),
      vram_gib: optional(integer({ from: 1 })),
      cores: number({ above: 0, to: 64 }),
      memory_gib: number({ above: 0, to: 336 }),
      use: text,
      tflops: optional(number({ above: 0 })),
      note: optional(text),
    }),
  ),
});

export const hardwareSchema: Schema<readonly Shape[]> = (node, at) => {
  const shapes = file(node, at).shapes.map(({ id, gpu, vram_gib, cores, memory_gib, use, tflops, note }) => ({
    id,
    gpu: gpu ?? null,
    vramGiB: vram_gib ?? null,
    cores,
    memoryGiB: memory_gib,
    use,
    tflops: tflops ?? null,
    ...(note === undefined ? {} : { note }),
  }));
  const twice = shapes.find(({ id }, index) => shapes.findIndex(other => other.id === id) !== index);
  if (twice !== undefined) throw usageError(`${at.file}: shapes is not valid`, `two shapes are called "${twice.id}"`, 'ann-tui prices');
  return shapes;
};

export const loadHardware = (): Promise<Loaded<readonly Shape[]>> => loadConfig('hardware', hardwareSchema);

/** The shape that a GPU usually comes with, whatever the writing: "h100!" is that of an H100; undefined for one that is not on the list. */
export const usualShape = (shapes: readonly Shape[], gpu: string | null): Shape | undefined => {
  if (gpu === null) return shapes.find(shape => shape.gpu === null);
  const billedAs = parseGpus(gpu)[0]?.billedAs;
  return shapes.find(shape => shape.gpu === billedAs);
};
