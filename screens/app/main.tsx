/** The TUI's only door: `runTui`. */
import type { Services } from '../../src/services/services.ts';
import { capabilities } from '../../src/terminal/capabilities.ts';
import { runFullScreen } from '../../src/terminal/host.tsx';
import { App } from './app.tsx';

export type TuiOptions = {
  /** A run to open at once: `ann-tui attach RUN`. */
  readonly run?: string;
};

/** Resolves to the process's exit code: 0, or 130 after Ctrl-C. The terminal is then as it was before. */
export const runTui = (services: Services, { run }: TuiOptions = {}): Promise<number> => {
  const { unicode } = capabilities();
  return runFullScreen((leave, away) => (
    <App services={services} unicode={unicode} leave={leave} away={away} {...(run === undefined ? {} : { run })} />
  ));
};
