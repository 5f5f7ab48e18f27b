import type { Spec } from '../runs/spec.ts';
import { createLocalTarget, type LocalOptions } from './local/local.ts';
import { modalTarget } from './modal.ts';
import type { Target } from './target.ts';

/** The target that a spec names. `local` says where this machine's Python is. */
export const targetFor = (spec: Pick<Spec, 'target'>, local: LocalOptions): Target =>
  spec.target === 'local' ? createLocalTarget(local) : modalTarget;
