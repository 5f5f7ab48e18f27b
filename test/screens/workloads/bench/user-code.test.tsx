import { afterEach, describe, expect, test } from 'vitest';
import { cleanup, openApp } from '../../support/open-app.tsx';
import { createFakeServices } from '../../support/services.ts';

afterEach(cleanup);

const mine = { name: 'mine', file: '/home/you/mine.cpp', shown: './mine.cpp' };
const far = { name: 'other', file: '/srv/other.cpp', shown: '/srv/other.cpp' };

const launches = (calls: readonly string[]): readonly string[] => calls.filter(call => call.startsWith('launch'));

describe("a file of one's own", () => {
  test('n on home, Enter: written; Enter: measured beside what is measured by itself', async () => {
    const app = openApp();
    await app.waitFor('Write your own');
    await app.press('n');
    await app.waitFor('enter writes it');
    await app.press('enter');
    await app.waitFor('enter measures it here, on quick, beside naive and hnsw');
    // Where all that may be written is told.
    expect(app.frame()).toContain('/opt/ann-tui/modal/annbench/include/ann.h');
    await app.press('enter');
    await app.waitFor(/runs › bench-/);
    expect(app.services.calls).toContain('createOwn mine');
    expect(launches(app.services.calls)).toEqual(['launch mine,naive,hnsw quick cpu-32']);
  });

  test('one that is there is stood on: Enter alone measures it', async () => {
    const app = openApp({ services: createFakeServices({ own: [far, mine] }) });
    await app.waitFor('Write your own');
    await app.press('n');
    await app.waitFor('▸ ./mine.cpp');
    expect(app.frame()).toContain('./mine3.cpp');
    await app.press('enter');
    await app.waitFor(/runs › bench-/);
    expect(launches(app.services.calls)).toEqual(['launch mine,naive,hnsw quick cpu-32']);
  });

  test('a machine that is not set up is set up on the way', async () => {
    const app = openApp({ services: createFakeServices({ own: [mine], ready: false }) });
    await app.waitFor('Write your own');
    await app.press('n');
    await app.waitFor('▸ ./mine.cpp');
    await app.press('enter');
    await app.waitFor('not set up yet');
    expect(launches(app.services.calls)).toEqual([]);
    await app.press('enter');
    await app.waitFor('enter goes on');
    await app.press('enter');
    await app.waitFor('enter starts it');
    await app.press('enter');
    await app.waitFor(/runs › bench-/);
  });

  test('where only files from elsewhere are, a fresh one is stood on', async () => {
    const app = openApp({ services: createFakeServices({ own: [far] }) });
    await app.waitFor('Write your own');
    await app.press('n');
    await app.waitFor('▸ ./mine2.cpp');
    await app.waitFor('enter writes it');
  });

  test('r looks first: nothing starts until Enter, and coming back starts nothing', async () => {
    const app = openApp({ services: createFakeServices({ own: [mine] }) });
    await app.waitFor('Write your own');
    await app.press('n');
    await app.waitFor('▸ ./mine.cpp');
    await app.press('r');
    await app.waitFor('enter starts it');
    expect(app.frame()).toContain('mine, naive, hnsw');
    await app.press('esc');
    await app.waitFor('▸ ./mine.cpp');
    expect(launches(app.services.calls)).toEqual([]);
  });

  test('takes another name; a name that is taken is told', async () => {
    const app = openApp({ services: createFakeServices({ own: [mine] }) });
    await app.waitFor('Write your own');
    await app.press('n');
    await app.waitFor('./mine2.cpp');
    await app.press('e', 'ctrl-u', 'mine', 'enter');
    await app.waitFor(/▸ \.\/mine\.cpp +a fresh one/);
    await app.press('enter');
    await app.waitFor('is there already');
  });

  test('stands among the implementations', async () => {
    const app = openApp({ services: createFakeServices({ own: [mine] }) });
    await app.press('b');
    await app.waitFor('your own: ./mine.cpp');
    await app.press('j', 'j', 'j', 'space');
    await app.waitFor('3 chosen');
  });
});
