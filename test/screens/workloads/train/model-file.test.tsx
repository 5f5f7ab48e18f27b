import { afterEach, describe, expect, test } from 'vitest';
import { cleanup, openApp } from '../../support/open-app.tsx';

afterEach(cleanup);

const opened = async () => {
  const app = openApp();
  await app.press('t');
  await app.waitFor('What shall be trained?');
  await app.waitFor('another model');
  await app.press('n');
  await app.waitFor('Your own model, in one Python file');
  await app.waitFor('./mine.py');
  return app;
};

describe('a model of one’s own', () => {
  test('is checked, then trained', async () => {
    const app = await opened();
    await app.waitFor('c checks it');
    await app.press('c');
    await app.waitFor('mine: ok, 49,089 parameters');
    await app.press('enter');
    await app.waitFor('What shall be trained?');
    await app.waitFor(/model +\.\/mine\.py/);
    expect(app.services.calls).toContain('checkModel /home/you/mine.py');
  });

  test('is written fresh; what is wrong with it is told', async () => {
    const app = await opened();
    await app.press('j');
    await app.waitFor('enter writes it');
    await app.press('enter');
    await app.waitFor('./mine2.py is written');
    await app.waitFor('c checks it');
    await app.press('c');
    await app.waitFor('crashed: mine2.py crashed while it was imported');
    expect(app.frame()).toContain('mine2.py:7');
  });

  test('takes another name; one that is taken is told', async () => {
    const app = await opened();
    await app.press('e', 'ctrl-u', 'mine', 'enter');
    await app.waitFor('a fresh one');
    await app.press('enter');
    await app.waitFor('is there already');
  });
});
