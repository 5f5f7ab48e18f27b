import { afterEach, describe, expect, test } from 'vitest';
import { plant, searchFor } from '../../support/planted.ts';
import { cleanup, openApp } from '../support/open-app.tsx';

afterEach(cleanup);

const paste = (text: string): string => `\x1b[200~${text}\x1b[201~`;

describe.each([
  [120, 40],
  [80, 24],
  [60, 20],
])('at %i columns', (columns, rows) => {
  test('a known secret is filled in, sent, written over after a question, deleted after another; no frame shows a value', async () => {
    const [first, second] = [plant(), plant()];
    const app = openApp({ columns, rows });
    await app.press('s');
    await app.waitFor('wandb-secret');
    await app.waitFor('not made');
    await app.press('enter');
    await app.waitFor('A new secret, wandb-secret');
    await app.press('s');
    await app.waitFor('Still missing: WANDB_API_KEY.');
    await app.press('enter', paste(`${first}\n`));
    await app.waitFor('••••••••••••');
    await app.press('enter');
    await app.waitFor('s sends it');
    await app.press('s');
    await app.waitFor('wandb-secret is at Modal.');
    await app.waitFor('✓ there');

    await app.press('enter');
    await app.waitFor('everything in it is replaced');
    await app.press('enter', second, 'enter', 's');
    await app.waitFor('Write over the secret wandb-secret?');
    // Enter is the safe answer.
    await app.press('enter');
    await app.waitFor('s sends it');
    await app.press('s');
    await app.waitFor('Write over the secret');
    await app.press('y');
    await app.waitFor('wandb-secret is at Modal.');
    await app.waitFor('✓ there');

    await app.press('D');
    await app.waitFor('Delete the secret wandb-secret?');
    await app.press('enter', 'D', 'y');
    await app.waitFor('wandb-secret is deleted.');
    expect(app.services.calls).toEqual([
      'createSecret wandb-secret WANDB_API_KEY false',
      'createSecret wandb-secret WANDB_API_KEY true',
      'deleteSecret wandb-secret',
    ]);
    expect(app.services.sentSecrets).toEqual([{ WANDB_API_KEY: first }, { WANDB_API_KEY: second }]);
    expect(searchFor({ first, second }).inText('frames', app.frames.join('\n'))).toEqual([]);
  });
});

test('a secret of any name gets keys of any name; what does not fit is said', async () => {
  const value = plant();
  const app = openApp();
  await app.press('s');
  await app.waitFor('not made');
  await app.press('n');
  await app.waitFor('A new secret');
  await app.press('enter', 'my secret', 'enter');
  await app.waitFor('Not a name');
  await app.press('enter', 'mine', 'enter');
  await app.press('s');
  await app.waitFor('It has no key yet');
  await app.press('a', '1KEY', 'enter');
  await app.waitFor('Not a key');
  await app.press('a', 'MY_KEY', 'enter');
  await app.waitFor('MY_KEY');
  await app.press('enter', value, 'enter', 's');
  await app.waitFor('mine is at Modal.');
  expect(app.services.sentSecrets).toEqual([{ MY_KEY: value }]);
  expect(searchFor({ value }).inText('frames', app.frames.join('\n'))).toEqual([]);
});
