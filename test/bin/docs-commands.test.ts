/** Commands in the pages that teach by them: each is one that the program's own parser takes. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';
import { judgeStep } from '../support/steps.ts';

/** Words in capitals stand for a value; what is in brackets may be left out; `…` and `\|` leave a choice open. */
const typed = (command: string): string =>
  command
    .replace(/\s+#.*$/, '')
    .replace(/\s\[[^\]]*\]/g, '')
    .replace(/…/g, '')
    .replace(/\\?\|\S*/g, '')
    .replace(/\b[A-Z][A-Z_]*\b(?=[\s,.:/]|$)/g, 'x1')
    .trim();

const commandsIn = (page: string): readonly string[] => {
  const text = readFileSync(path.join(packageRoot, page), 'utf8');
  const quoted = [...text.matchAll(/`((?:ann-tui|npm start --) [^`]+)`/g)].map(([, one = '']) => one);
  const lines = [...text.matchAll(/^((?:ann-tui|npm start --) [^\n]+)$/gm)].map(([, one = '']) => one);
  return [...quoted, ...lines].flatMap(one => one.replace(/\s+#.*$/, '').split(' && ')).filter(one => !one.endsWith(' ARGS'));
};

test.each(['docs/training.md', 'docs/coming-from-brain-go-brr.md', 'docs/coming-from-make.md', 'README.md'])('%s', page => {
  const commands = commandsIn(page);
  expect(commands.length).toBeGreaterThan(15);
  const bad = commands.flatMap(command => {
    const problem = judgeStep(typed(command));
    return problem === undefined ? [] : [`${command} (${problem})`];
  });
  expect(bad.join('\n')).toBe('');
});
