/** What is said before a run of a model's size is what torch counts: docs/training.md has its figures. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../../src/util/paths.ts';
import { fullOptions } from '../../../../src/workloads/train/config/model-options.ts';
import { parametersOf } from '../../../../src/workloads/train/model-flops.ts';

test('the parameters of each size are those of the table that is made of the models', () => {
  const page = readFileSync(path.join(packageRoot, 'docs/training.md'), 'utf8');
  const table = page.slice(page.indexOf('| parameters at 256 Hz |'));
  const told = ['tiny', 'small', 'base'].map(name => [name, new RegExp(`^\\| ${name} \\|.*\\| ([\\d,]+) \\|$`, 'm').exec(table)?.[1]]);
  const counted = ['tiny', 'small', 'base'].map(name => [
    name,
    parametersOf(fullOptions({ name, options: {} }) ?? {}, 256).toLocaleString('en'),
  ]);
  expect(counted).toEqual(told);
});
