/** What a model of ours computes and keeps, from the shapes of its tensors (`modal/seizure/src/seizure/model`). Pure. */
import type { Options } from './config/model-options.ts';

/** Frames that a state-space layer computes with at once, and statistics of electrodes: `ssd.py`, `pooling.py`. */
const chunk = 64;
const statistics = 3;

const number = (options: Options, name: string): number => Number(options[name] ?? 0);

/**
 * Floating-point operations of a second of a window, forward and backward: two for each multiplication and addition, and once more for each of
 * the two gradients, of which the filters on the signal need one. Norms, activations and pooling are left out: as torch's own counter does, which
 * it agrees with to 1 %.
 */
export const flopsOfSecond = (options: Options, channels: number, rate: number): number => {
  const of = (name: string): number => number(options, name);
  const [filters, features, width] = [2 * of('filters'), of('electrode_features'), of('width')];
  const looks = channels * of('front_hz');
  const frames = of('logits_hz');
  const inside = of('tcn_expansion') * width;
  const inner = of('ssm_expansion') * width;
  const state = of('ssm_state');
  const front = looks * filters * of('front_seconds') * rate;
  const mixed = looks * filters * features + of('front_hz') * statistics * features * width;
  const tcn = frames * of('tcn_blocks') * (width * inside * of('tcn_kernel') + inside * width);
  const directions = 2 * (chunk * (state + inner) + 2 * state * inner);
  const ssm = frames * of('ssm_layers') * (width * 2 * inner + width * 2 * (2 * state + of('ssm_heads')) + inner * width + directions);
  return 2 * (2 * front + 3 * (mixed + tcn + ssm));
};

/**
 * Bytes that the way forth keeps for the way back, of a second of a window in float32: inputs of products, norms, activations and statistics. Counted by
 * torch's hooks on saved tensors, which it agrees with to 3 %; in bfloat16 it is 70 to 90 % of that, for sums and norms stay as they are.
 */
export const keptOfSecond = (options: Options, channels: number, rate: number): number => {
  const of = (name: string): number => number(options, name);
  const [features, width, heads, state] = [of('electrode_features'), of('width'), of('ssm_heads'), of('ssm_state')];
  const front = channels * of('front_hz') * (of('front_seconds') * rate + 5 * of('filters') + 4 * features);
  const pooled = 5 * of('front_hz') * features;
  const inner = of('ssm_expansion') * width;
  const tcn = of('tcn_blocks') * (4 + 2 * of('tcn_expansion')) * width;
  // Decays of each frame with each other of its chunk, and the states between chunks.
  const ssm = of('ssm_layers') * (4 * width + 12 * inner + state * (6 * (inner / chunk) + 14) + heads * (6 * chunk + 34));
  return 4 * (front + pooled + of('logits_hz') * (2 * width + tcn + ssm));
};

const linear = (from: number, to: number): number => from * to + to;
/** A scale and a shift. */
const norm = (width: number): number => 2 * width;

/** Numbers that are learnt, for signals of `rate` Hz; however many electrodes there are. `docs/training.md` has what torch counts. */
export const parametersOf = (options: Options, rate: number): number => {
  const of = (name: string): number => number(options, name);
  const [filters, features, width] = [of('filters'), of('electrode_features'), of('width')];
  const front = 2 * filters * Math.round(of('front_seconds') * rate) + linear(2 * filters, features) + norm(features);
  const mix = linear((of('front_hz') / of('logits_hz')) * statistics * features, width);
  const inside = of('tcn_expansion') * width;
  const tcn = norm(width) + width * inside * of('tcn_kernel') + inside + linear(inside, width) + width;
  const inner = of('ssm_expansion') * width;
  const steer = linear(width, 2 * (2 * of('ssm_state') + of('ssm_heads')));
  const ssm = norm(width) + linear(width, 2 * inner) + steer + inner + norm(inner) + linear(inner, width) + width;
  return front + mix + of('tcn_blocks') * tcn + of('ssm_layers') * ssm + norm(width) + linear(width, 1);
};
