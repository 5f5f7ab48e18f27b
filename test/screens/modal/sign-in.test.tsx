/** Setting up Modal in the screens: from no client and no token to what may be spent; every wait has a way out, nothing secret is shown. */
import stringWidth from 'string-width';
import { afterEach, describe, expect, test } from 'vitest';
import type { ModalStatus } from '../../../src/accounts/modal-status.ts';
import { plant } from '../../support/planted.ts';
import { cleanup, openApp } from '../support/open-app.tsx';
import { createFakeServices, type FakeOptions, funded, obstacles, page, signedIn } from '../support/services.ts';

afterEach(cleanup);

const budgeted: ModalStatus = { ...signedIn, user: 'ada', environments: [funded(), funded({ name: 'dev', default: false })] };

/** Answers `first` until something was done about it, then an account with a budget. */
const settling = (first: ModalStatus, fake: FakeOptions = {}) => {
  const services = createFakeServices({
    ...fake,
    modal: async () => (services.calls.some(call => /^(signIn|takeToken)/.test(call)) ? budgeted : first),
  });
  return services;
};

const open = async (services: ReturnType<typeof createFakeServices>, size: { columns?: number; rows?: number; unicode?: boolean } = {}) => {
  const app = openApp({ services, ...size });
  await app.waitFor('Benchmark an ANN');
  await app.press('m');
  return app;
};

describe('signing in', () => {
  test('address and code stand there until it is approved; then what may be spent', async () => {
    const app = await open(settling(obstacles.auth, { pace: 40 }));
    await app.waitFor('enter signs you in');
    await app.press('enter');
    for (const words of [page.url, page.code, 'Waiting for you', 'esc leaves']) await app.showed(words);
    await app.waitFor('acme: ready, $12.34 of $30.00 left'.replace('acme', 'acme/main'));
    expect(app.frame()).toContain('0 of 100 containers, 0 of 10 GPUs in use');
    await app.press('enter');
    await app.waitFor('Benchmark an ANN');
  });

  test('esc leaves the wait, not the screen', async () => {
    const app = await open(settling(obstacles.auth, { signingIn: 'waits' }));
    await app.waitFor('enter signs you in');
    await app.press('enter');
    await app.waitFor(page.url);
    await app.press('o');
    await app.waitFor('There is no browser here');
    expect(app.services.calls).toContain(`open ${page.url}`);
    await app.press('esc');
    await app.waitFor('Left; nothing was changed.');
    expect(app.services.calls).toContain('signIn left');
    expect(app.frame()).not.toContain(page.url);
  });

  test('declined: the four lines, and Enter tries again', async () => {
    const failure = { what: 'The sign-in was declined on the page', why: 'Token flow was denied', kept: 'nothing was changed' };
    const app = await open(createFakeServices({ modal: obstacles.auth, signingIn: failure }));
    await app.waitFor('enter signs you in');
    await app.press('enter');
    await app.waitFor('✗ The sign-in was declined on the page');
    await app.press('enter');
    await app.waitFor('✗ The sign-in was declined on the page');
    expect(app.services.calls.filter(call => call === 'signIn')).toHaveLength(2);
  });

  test('a client that is missing comes first', async () => {
    const services = createFakeServices({ modal: obstacles.client, pace: 60 });
    const app = await open(services);
    await app.waitFor('enter installs it');
    await app.press('t');
    await app.waitFor("Modal's client comes first");
    await app.press('enter');
    await app.showed("Modal's own client, into a place of its own; esc stops it");
    await app.waitFor('acme/main: ready');
  });
});

describe('a token of one’s own', () => {
  const secret = plant('as-');
  test('both parts in one paste, never shown', async () => {
    const app = await open(settling(obstacles.auth));
    await app.waitFor('enter signs you in');
    await app.press('t', `\x1b[200~modal token set --token-id ak-Abc123 --token-secret ${secret}\n\x1b[201~`);
    await app.waitFor('••••');
    await app.press('enter');
    await app.waitFor('$12.34 of $30.00 left');
    expect(app.services.calls).toContain('takeToken ak-Abc123');
    expect(app.frames.join('\n')).not.toMatch(/ak-Abc|as-/);
  });

  test('one after the other; what is none is said', async () => {
    const app = await open(settling(obstacles.auth));
    await app.waitFor('enter signs you in');
    await app.press('t', 'hello', 'enter');
    await app.waitFor('This is no token');
    await app.press('t', 'ak-Abc123', 'enter');
    await app.waitFor('token secret');
    await app.press(secret, 'enter');
    await app.waitFor('$12.34 of $30.00 left');
  });
});

describe('the account', () => {
  test('the next profile and environment are used from then on', async () => {
    const app = await open(createFakeServices({ modal: budgeted, profiles: ['acme', 'work'] }));
    await app.waitFor('▸ acme   work');
    expect(app.frame()).toContain('▸ main   dev');
    await app.press('p', 'e');
    expect(app.services.calls).toEqual(expect.arrayContaining(['choose work/', 'choose /dev']));
  });

  test('a limit that is reached, and a token near its end', async () => {
    const soon = Date.now() + 3.5 * 86_400_000;
    const modal: ModalStatus = { ...signedIn, expiresAt: soon, environments: [funded({ limitReached: true })] };
    const app = await open(createFakeServices({ modal }));
    await app.waitFor('signed in, but the spend limit of $30.00 is reached');
    expect(app.frame()).toContain('! its token runs out in 3 days');
    expect(app.frame()).toContain('https://modal.com/settings/usage');
  });

  test('where to run says what is left, and sends who is not signed in here', async () => {
    const app = openApp({ services: createFakeServices({ modal: budgeted }) });
    await app.waitFor('Benchmark an ANN');
    await app.press('b');
    await app.waitFor('2 chosen');
    await app.press('enter');
    await app.waitFor('✓ acme/main, $12.34 of $30.00 left');
    await app.press('m');
    await app.waitFor('acme/main: ready');
    await app.press('esc');
    await app.waitFor('Where shall it run?');
  });
});

describe.each([
  [60, 24],
  [80, 24],
  [120, 40],
])('at %i×%i', (columns, rows) => {
  test.each([true, false])('unicode %s: nothing is cut off, the address stands whole', async unicode => {
    const app = await open(settling(obstacles.auth, { signingIn: 'waits' }), { columns, rows, unicode });
    await app.waitFor('enter signs you in');
    await app.press('enter');
    await app.waitFor(page.url);
    for (const row of app.frame().split('\n')) expect(stringWidth(row)).toBeLessThanOrEqual(columns);
    expect(app.frame()).toContain('? more');
  });
});
