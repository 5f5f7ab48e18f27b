import { afterEach, describe, expect, test } from 'vitest';
import { cleanup, openApp } from '../../support/open-app.tsx';
import { createFakeServices } from '../../support/services.ts';

afterEach(cleanup);

const mine = { name: 'mine', file: '/home/you/mine.cpp', shown: './mine.cpp' };

describe("a file of one's own", () => {
  test('n on home, Enter, Enter, Enter: written, reviewed, measured', async () => {
    const app = openApp();
    await app.waitFor('Write your own');
    await app.press('n');
    await app.waitFor('enter writes it');
    await app.press('enter');
    await app.waitFor('enter measures it');
    // Where all that may be written is told.
    expect(app.frame()).toContain('/opt/ann-tui/modal/annbench/include/ann.h');
    await app.press('enter');
    await app.waitFor('enter starts it');
    expect(app.frame()).toMatch(/naive, hnsw, mine|mine, naive, hnsw/);
    await app.press('enter');
    await app.waitFor(/runs › bench-/);
    expect(app.services.calls).toContain('createOwn mine');
  });

  test('takes another name; a name that is taken is told', async () => {
    const app = openApp({ services: createFakeServices({ own: [mine] }) });
    await app.waitFor('Write your own');
    await app.press('n');
    await app.waitFor('./mine2.cpp');
    await app.press('e', 'ctrl-u', 'mine', 'enter');
    await app.waitFor('./mine.cpp');
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
