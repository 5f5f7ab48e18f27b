import { changed, type OriginField } from '../field.ts';

/** Why no field of the origin’s model is read: each of them is a part of something that is not here. */
export const anotherModel =
  'another model: size base stands in its place (filters shared by all electrodes, a residual TCN, state-space layers). The origin’s is not here: ' +
  'without CUDA kernels it became an untrained convolution without a word, and of its 31 million parameters 22 million were never called. ' +
  'A model of your own is one file: ann-tui new mine --model';

const part = (name: string, keys: readonly string[]): readonly OriginField[] =>
  keys.map(key => changed({ field: `model.${name === '' ? '' : `${name}.`}${key}`, to: 'model.name', why: anotherModel }));

export const modelFields = [
  ...part('', ['name', 'architecture']),
  ...part('encoder', ['stages', 'channels', 'kernel_size', 'downsample_factor']),
  ...part('rescnn', ['n_blocks', 'kernel_sizes', 'dropout']),
  ...part('mamba', ['n_layers', 'd_model', 'd_state', 'conv_kernel', 'dropout']),
  ...part('decoder', ['stages', 'kernel_size']),
  ...part('tcn', ['num_layers', 'channels', 'kernel_size', 'dropout', 'causal', 'stride_down', 'use_cuda_optimizations']),
  ...part('graph', [
    'enabled',
    'use_pyg',
    'similarity',
    'top_k',
    'threshold',
    'temperature',
    'edge_features',
    'edge_top_k',
    'edge_threshold',
  ]),
  ...part('graph', ['edge_mamba_layers', 'edge_mamba_d_state', 'edge_mamba_d_model', 'n_layers', 'dropout', 'use_residual', 'alpha']),
  ...part('graph', ['k_eigenvectors', 'use_dynamic_pe', 'semi_dynamic_interval', 'pe_sign_consistency']),
];

/** Of a field that later versions of the origin gave its model. */
export const laterModelField = (field: string): OriginField => changed({ field, to: 'model.name', why: anotherModel });
