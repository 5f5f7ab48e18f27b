import { expect, test } from 'vitest';
import { shownPath } from '../../../src/util/paths.ts';

test.each([
  ['/home/ada/data/runs/a', '/home/ada', '~/data/runs/a'],
  ['/home/adam/a', '/home/ada', '/home/adam/a'],
  ['/home/ada', '/home/ada', '/home/ada'],
  ['/srv/a', '', '/srv/a'],
])('%s for who lives in "%s" is %s', (file, home, shown) => {
  expect(shownPath(file, home)).toBe(shown);
});
