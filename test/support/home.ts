import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { linkPython } from './stand-in.ts';

/** Gives every test of the file an empty home; returns where it is. */
export const givenHome = (): (() => string) => {
  let home = '';
  const before = process.env.ANN_TUI_HOME;
  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-home-'));
    process.env.ANN_TUI_HOME = home;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.ANN_TUI_HOME;
    else process.env.ANN_TUI_HOME = before;
    rmSync(home, { recursive: true, force: true });
  });
  return () => home;
};

/** The same for a whole file, with the prepared Python: to be begun and ended by its own hooks. */
export const givenSharedHome = () => {
  let home = '';
  const before = process.env.ANN_TUI_HOME;
  return {
    begin: (): void => {
      home = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-home-'));
      process.env.ANN_TUI_HOME = home;
      linkPython(home);
    },
    end: (): void => {
      if (before === undefined) delete process.env.ANN_TUI_HOME;
      else process.env.ANN_TUI_HOME = before;
      rmSync(home, { recursive: true, force: true });
    },
  };
};
