import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';

/** Each line breaks one arrow of docs/architecture.md. */
const broken: readonly (readonly [string, string, string])[] = [
  ['src/runs', "import '../../screens/home/home.tsx';", 'src/ knows no screen'],
  ['src/money', "import 'react';", 'Only screens/ and src/terminal/ know Ink'],
  ['src/terminal', "import '../../screens/home/home.tsx';", 'src/ knows no screen'],
  ['screens/components', "import 'node:fs';", 'Screens spawn nothing'],
  ['screens', "import '../src/targets/local/index.ts';", 'Screens spawn nothing'],
  ['src/targets/local', "console.log('hello');", 'noConsole'],
];

describe('the arrows between rooms are lint errors', () => {
  test.each(broken)('%s: %s', async (folder, line, message) => {
    const file = path.join(packageRoot, folder, `arrow-${process.pid}.ts`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${line}\nexport {};\n`);
    try {
      const { exitCode, all } = await execa(path.join(packageRoot, 'node_modules/.bin/biome'), ['lint', file], {
        cwd: packageRoot,
        all: true,
        reject: false,
      });
      expect(exitCode).not.toBe(0);
      expect(all).toContain(message);
    } finally {
      rmSync(file);
    }
  });
});
