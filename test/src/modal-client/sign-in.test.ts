/** Signing in through the helper, with the real client against the stand-in: both ways in, and what becomes of the profile file. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createModalClient, type ModalClient, type SignInStep } from '../../../src/modal-client/index.ts';
import { clientEnv, preparedClient } from '../../support/modal-env.ts';
import { plant } from '../../support/planted.ts';
import { type StandIn, startStandIn } from '../../support/stand-in.ts';
import { until } from '../../support/until.ts';

let standIn: StandIn;
let variables: ReturnType<typeof clientEnv>;
let client: ModalClient;
let home: string;
let file: string;

beforeAll(async () => {
  await preparedClient();
  standIn = await startStandIn();
  // The stand-in's own token stays in the variables: a bare client must not know it.
  variables = clientEnv(standIn.env);
  variables.set();
  client = createModalClient({ bare: true });
});

afterAll(async () => {
  await client.close();
  variables.restore();
  await standIn.close();
});

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-sign-in-'));
  file = path.join(home, 'modal.toml');
});

afterEach(async () => {
  await standIn.clear();
  await standIn.admin('token-flows/habit', {});
  rmSync(home, { recursive: true, force: true });
});

const mode = (): number => statSync(file).mode & 0o777;
const content = (): string => readFileSync(file, 'utf8');
const newToken = async (order: object = {}) => (await standIn.admin('tokens', order)) as { token_id: string; token_secret: string };
const asToken = ({ token_id, token_secret }: { token_id: string; token_secret: string }) => ({ id: token_id, secret: token_secret });

describe('the flow in a browser', () => {
  test('tells page and code, waits for the person, and keeps the token for its owner alone', async () => {
    const steps: SignInStep[] = [];
    const done = client.signIn({ file }, { onStep: step => steps.push(step) });
    const page = await until('the page', () => steps[0]);
    expect(page).toEqual({
      url: expect.stringMatching(/^https:\/\/modal\.com\/token-flow\/tf-/),
      code: expect.stringMatching(/^\w{4}-\w{4}$/),
    });
    await standIn.admin('token-flows/approve', { workspace: 'acme' });
    expect(await done).toEqual({ profile: 'acme', workspace: 'acme', file, mended: false, reformatted: false, copy: null });
    expect(steps.at(-1)).toEqual({ step: 'checking' });
    expect(mode()).toBe(0o600);
    expect(content()).toMatch(/^\[acme\]\ntoken_id = "ak-\w+"\ntoken_secret = "as-\w+"\nserver_url = "http:.*"\nactive = true\n$/);
    expect(readdirSync(home)).toEqual(['modal.toml']);
  });

  test('declined on the page', async () => {
    await standIn.admin('token-flows/habit', { verb: 'deny' });
    await expect(client.signIn({ file }, { onStep: () => {} })).rejects.toMatchObject({
      kind: 'auth',
      failure: { what: 'The sign-in was declined on the page', hint: 'ann-tui auth', kept: 'nothing was changed' },
    });
    expect(readdirSync(home)).toEqual([]);
  });

  test('left while it waits', async () => {
    const controller = new AbortController();
    const steps: SignInStep[] = [];
    const done = client.signIn({ file }, { onStep: step => steps.push(step), signal: controller.signal });
    await until('the page', () => steps[0]);
    controller.abort(new Error('enough'));
    await expect(done).rejects.toThrow('enough');
    expect(readdirSync(home)).toEqual([]);
  });

  test('goes on across a lost connection', async () => {
    const steps: SignInStep[] = [];
    const done = client.signIn({ file }, { onStep: step => steps.push(step) });
    await until('the page', () => steps[0]);
    await standIn.admin('outage', { seconds: 1, wait: true });
    await until('word of the connection', () => steps.find(step => 'contact' in step));
    await standIn.admin('token-flows/approve', {});
    expect((await done).file).toBe(file);
    expect(steps.map(step => ('contact' in step ? step.contact : 'other'))).toContain('lost');
  });
});

describe('a token of one’s own', () => {
  test('is tried first: one that Modal does not know changes nothing', async () => {
    await expect(client.takeToken({ id: 'ak-nobody123', secret: plant('as-') }, { file })).rejects.toMatchObject({ kind: 'auth' });
    expect(readdirSync(home)).toEqual([]);
  });

  test('keeps other profiles, comments and keys that are not ours', async () => {
    const before =
      '# mine\n[work]   # the office\ntoken_id = "ak-work"\ntoken_secret = "as-work"\nactive = true\nloglevel = "DEBUG"\n\n[odd."x"]\nkey = [1, 2]\n';
    writeFileSync(file, before, { mode: 0o600 });
    const token = await newToken({ workspace: 'beta' });
    const kept = await client.takeToken(asToken(token), { file });
    expect(kept).toMatchObject({ profile: 'beta', mended: false, reformatted: false });
    expect(content()).toBe(
      `${before.replace('active = true\n', '')}\n[beta]\ntoken_id = "${token.token_id}"\ntoken_secret = "${token.token_secret}"\nserver_url = "${standIn.url}"\nactive = true\n`,
    );
  });

  test('takes the place of an older one in its profile; a file that others could read is mended', async () => {
    writeFileSync(file, '[acme]\ntoken_id = "ak-old"  # old\nenvironment = "dev"\ntoken_secret = "as-old"\n');
    chmodSync(file, 0o644);
    const token = await newToken();
    expect(await client.takeToken(asToken(token), { file, profile: 'acme' })).toMatchObject({ mended: true });
    expect(mode()).toBe(0o600);
    expect(content()).toContain('environment = "dev"');
    expect(content()).not.toContain('old');
    expect(content().match(/token_id/g)).toHaveLength(1);
  });

  test('a link stays a link', async () => {
    const real = path.join(home, 'dotfiles.toml');
    writeFileSync(real, '', { mode: 0o600 });
    symlinkSync(real, file);
    await client.takeToken(asToken(await newToken()), { file });
    expect(readFileSync(real, 'utf8')).toContain('token_id');
  });

  test('what our editing does not understand is written anew, every value kept', async () => {
    writeFileSync(file, 'work = { token_id = "ak-w", token_secret = "as-w", active = true }\n', { mode: 0o600 });
    expect(await client.takeToken(asToken(await newToken({ workspace: 'beta' })), { file })).toMatchObject({ reformatted: true });
    const { problem, profiles } = await client.profileFile(file);
    expect(problem).toBeNull();
    expect(profiles.map(({ name, active, token }) => [name, active, token])).toEqual([
      ['work', false, true],
      ['beta', true, true],
    ]);
  });
});

describe('a file that cannot be read', () => {
  const broken = '[work]\ntoken_id = "ak-work"\ntoken_secret = as-work\n';

  test('is told with its line and never written over', async () => {
    writeFileSync(file, broken);
    expect(await client.profileFile(file)).toMatchObject({ exists: true, problem: { line: 3, text: expect.any(String) }, profiles: [] });
    const token = asToken(await newToken());
    await expect(client.takeToken(token, { file })).rejects.toMatchObject({
      failure: { what: "Modal's profile file cannot be read", why: expect.stringContaining('at line 3') },
    });
    // Nobody is sent to a page whose token could not be kept.
    await expect(client.signIn({ file }, { onStep: () => expect.fail('a page') })).rejects.toMatchObject({ kind: 'auth' });
    expect(content()).toBe(broken);
  });

  test('is kept as a copy where a new one is asked for', async () => {
    writeFileSync(file, broken);
    const { copy } = await client.takeToken(asToken(await newToken()), { file, replace: true });
    expect(readFileSync(copy ?? '', 'utf8')).toBe(broken);
    expect(statSync(copy ?? '').mode & 0o777).toBe(0o600);
    expect((await client.profileFile(file)).problem).toBeNull();
  });
});

test('another profile is made the active one', async () => {
  writeFileSync(file, '[a]\ntoken_id = "ak-a"\nactive = true\n[b]\ntoken_id = "ak-b"\n', { mode: 0o600 });
  await client.profileActivate(file, 'b');
  expect(content()).toBe('[a]\ntoken_id = "ak-a"\n[b]\ntoken_id = "ak-b"\nactive = true\n');
  await expect(client.profileActivate(file, 'c')).rejects.toMatchObject({ failure: { why: 'the file has a, b' }, exitCode: 2 });
});

test('whether Modal answers at all needs no token', async () => {
  await client.reach();
  const before = process.env.MODAL_SERVER_URL;
  process.env.MODAL_SERVER_URL = 'http://127.0.0.1:1';
  const alone = createModalClient({ bare: true });
  try {
    await expect(alone.reach({ deadline: 3 })).rejects.toMatchObject({ kind: 'unreachable' });
  } finally {
    process.env.MODAL_SERVER_URL = before;
    await alone.close();
  }
});

test('a device is no profile file: it is neither written nor changed', async () => {
  await expect(client.takeToken(asToken(await newToken()), { file: '/dev/full' })).rejects.toMatchObject({ kind: 'auth' });
  expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
  expect((await client.profileFile('/dev/zero/x')).exists).toBe(false);
});
