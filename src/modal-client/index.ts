/** The only place that talks to Modal. It prints nothing, and knows no screen and no run. */
export { createModalClient, type ModalClientOptions } from './client.ts';
export { modalEnvironment, type Where } from './environment.ts';
export { type Explained, explainModal, ModalError, type ModalKind } from './errors.ts';
export { type ModalProgram, modalProgram, runModal } from './program.ts';
export type * from './types.ts';
