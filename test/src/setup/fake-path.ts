/** A PATH of one's own with small shell scripts as python3, uv, g++: real processes that fail in the documented ways. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { untied } from '../../support/untied.ts';

export type FakePath = {
  readonly folder: string;
  readonly env: Record<string, string>;
  /** Puts a shell script there. */
  script(name: string, body: string): void;
  remove(): void;
};

const tools = ['cat', 'mkdir', 'rm', 'touch', 'sleep', 'dirname', 'ln', 'chmod', 'cp'];

export const createFakePath = (): FakePath => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-path-'));
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  for (const tool of tools) symlinkSync(`/bin/${tool}`, path.join(bin, tool));
  return {
    folder,
    env: { PATH: bin, HOME: folder, LANG: 'C.UTF-8' },
    script: (name, body) => {
      const file = path.join(bin, name);
      writeFileSync(file, `#!/bin/sh\n${body}\n`);
      chmodSync(file, 0o755);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

type Answer = {
  readonly version?: readonly number[];
  readonly venv?: boolean;
  readonly headers?: boolean;
  readonly implementation?: string;
};

/** A Python that answers the probe; `rest` is what it does with anything else ("$@" as it was called). */
export const pythonScript = (executable: string, answer: Answer = {}, rest = 'exit 1'): string => {
  const reply = JSON.stringify({ version: [3, 11, 2], venv: true, headers: true, implementation: 'cpython', executable, ...answer });
  return `${untied}\nif [ "$2" = -c ]; then echo '${reply}'; exit 0; fi\n${rest}`;
};

export const compilerScript = 'if [ "$1" = --version ]; then echo "g++ (Fake) 12.2.0"; else cat > /dev/null; fi';
