/** Every error of Modal: pinned by the real client where it needs no server, and by a table of what servers say. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { explainModal, type ModalKind, runModal } from '../../../src/modal-client/index.ts';
import { clientEnv, preparedClient } from '../../support/modal-env.ts';
import { judgeWritten } from '../../support/steps.ts';

type Row = readonly [name: string, type: string, text: string, kind: ModalKind, exitCode: number, what: string, hint: RegExp];

const table: readonly Row[] = [
  ['bad token', 'AuthError', 'Token ID not found. Did you mistype it?', 'auth', 3, 'Modal did not accept the token', /→ ann-tui auth$/],
  [
    'expired token',
    'AuthError',
    'Token has expired. Please create a new one.',
    'auth',
    3,
    'The Modal token has expired',
    /→ ann-tui auth$/,
  ],
  ['not allowed', 'PermissionDeniedError', 'You may not do that', 'auth', 3, 'Modal does not allow this to you', /another profile/],
  [
    'spend limit',
    'ResourceExhaustedError',
    'workspace billing cycle spend limit reached',
    'spend-limit',
    3,
    "The workspace's spend limit is reached",
    /settings\/usage.*ann-tui resume r1/,
  ],
  [
    'no card',
    'ConflictError',
    'Please add a payment method to your account',
    'spend-limit',
    3,
    'Modal wants a payment method on file',
    /billing/,
  ],
  [
    'unreachable',
    'ConnectionError',
    'Could not connect to the Modal server.',
    'unreachable',
    1,
    'Modal cannot be reached',
    /ann-tui doctor/,
  ],
  ['a stream cut', 'StreamTerminatedError', 'Connection lost', 'unreachable', 1, 'Modal cannot be reached', /ann-tui doctor/],
  [
    'no such bucket',
    'RemoteError',
    "could not mount bucket 'eeg': An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: The specified bucket does not exist",
    'usage',
    2,
    'The bucket eeg cannot be mounted',
    /configs\/modal\.yaml.*→ ann-tui info$/s,
  ],
  [
    'a region that there is not',
    'InvalidError',
    "Invalid region: 'us-wets'.",
    'usage',
    2,
    'Modal does not have this region',
    /leaves the place to Modal.*→ ann-tui prices --region us$/s,
  ],
  [
    'a bucket of another region',
    'RemoteError',
    "could not mount bucket 'eeg': AuthorizationHeaderMalformed: the region 'us-east-1' is wrong; expecting 'eu-west-1'",
    'usage',
    2,
    'The bucket eeg is in another region than its secret says',
    /AWS_REGION.*→ ann-tui secrets create aws-s3-secret --overwrite$/s,
  ],
  [
    'a bucket that the keys do not open',
    'RemoteError',
    "could not mount bucket 'eeg': An error occurred (InvalidAccessKeyId) when calling the ListObjectsV2 operation",
    'usage',
    3,
    'The bucket eeg cannot be read with the keys of its secret',
    /→ ann-tui secrets create aws-s3-secret --overwrite$/,
  ],
  [
    'volume',
    'NotFoundError',
    "Volume 'nope' not found in environment 'main'",
    'not-found',
    1,
    'There is no volume nope',
    /ann-tui volumes/,
  ],
  [
    'secret',
    'NotFoundError',
    "Secret 'wandb-secret' not found in environment 'main'",
    'not-found',
    3,
    'There is no secret wandb-secret',
    /ann-tui secrets create wandb-secret/,
  ],
  [
    'secret key',
    'InvalidError',
    "Secret 'aws' is missing key(s): AWS_KEY",
    'not-found',
    3,
    'The secret aws lacks a key',
    /ann-tui secrets create aws --overwrite/,
  ],
  ['environment', 'NotFoundError', "Environment 'dev' not found", 'not-found', 2, 'There is no environment dev', /auth --status/],
  [
    'app',
    'NotFoundError',
    "No App with name 'x' found in the 'main' environment.",
    'not-found',
    1,
    'Modal does not know it',
    /ann-tui runs/,
  ],
  [
    'image',
    'ImageBuildError',
    'Image build for im-abc123 failed with the exception:\nNo such file\n',
    'build',
    1,
    'The image could not be built',
    /→ modal image logs im-abc123$/,
  ],
  [
    'image, older words',
    'RemoteError',
    'Image build for im-abc123 failed. See build logs',
    'build',
    1,
    'The image could not be built',
    /im-abc123/,
  ],
  [
    'timeout',
    'FunctionTimeoutError',
    "Task's current input in-1 hit its timeout of 300s",
    'timeout',
    1,
    'The time limit is reached',
    /--timeout/,
  ],
  [
    'start-up',
    'FunctionTimeoutError',
    'Container startup timed out after 900s',
    'timeout',
    1,
    'The container did not start in time',
    /startup_timeout/,
  ],
  ['out of memory', 'RemoteError', 'Runner failed with exit code: 137', 'oom', 1, 'The container ran out of memory', /--memory/],
  ['killed for memory', 'OutOfMemory', 'out-of-memory', 'oom', 1, 'The container ran out of memory', /--memory/],
  [
    'preempted',
    'RemoteError',
    'Runner interrupted due to worker preemption. Your Function will be restarted with the same input.',
    'preempted',
    1,
    'Modal took the machine for somebody else',
    /starts again by itself.*attach r1/,
  ],
  [
    'cancelled',
    'Cancelled',
    'Function call was cancelled by user or a failure.',
    'cancelled',
    1,
    'The run was stopped at Modal',
    /→ ann-tui resume r1$/,
  ],
  ['app stopped', 'AppStopped', 'The app was stopped by ada', 'cancelled', 1, 'The run was stopped at Modal', /resume/],
  ['crash', 'RemoteError', 'Runner failed with exit code: 139', 'other', 1, 'The container ended with exit code 139', /ann-tui logs r1/],
  [
    'own exception',
    'ValueError',
    "ValueError('Connection refused by my own code')",
    'other',
    1,
    'It failed at Modal (ValueError)',
    /ann-tui logs r1/,
  ],
  [
    '24 hours',
    'InvalidError',
    'Timeout must be between 1 and 86400 seconds',
    'usage',
    2,
    'Modal runs nothing for longer than 24 hours',
    /--timeout 24h/,
  ],
  ['GPU', 'InvalidError', "Unknown GPU type 'A999'", 'usage', 2, 'Modal does not have this GPU', /ann-tui prices/],
  [
    'size',
    'InvalidError',
    'CPU request of 200.0 exceeds the maximum of 64',
    'usage',
    2,
    'Modal has no container of that size',
    /ann-tui prices/,
  ],
  ['too many requests', 'ResourceExhaustedError', 'Rate limit exceeded', 'other', 1, 'Modal asks for fewer requests', /a minute later/],
  ['GPU limit', 'ResourceExhaustedError', 'Workspace GPU limit reached', 'other', 3, 'A limit of the workspace is reached', /ann-tui runs/],
  [
    'old client',
    'VersionError',
    'This client version is no longer supported',
    'other',
    1,
    'Modal no longer accepts this version of its client',
    /npx/,
  ],
  ['Modal’s trouble', 'InternalError', 'Internal error', 'other', 1, 'Modal has trouble of its own', /status\.modal\.com/],
  ['disk', 'OSError', "[Errno 28] No space left on device: '/x'", 'other', 1, 'The disk of this machine is full', /df -h/],
  [
    'wrong order',
    '',
    "Usage: modal run\n\nError: No such option '--detach'.",
    'usage',
    2,
    "Modal's client did not take the command",
    /ann-tui doctor/,
  ],
  ['never seen', 'StrangeError', 'The moon is full', 'other', 1, 'It failed at Modal (StrangeError)', /ann-tui logs r1/],
];

test.each(table)('%s', (_name, type, text, kind, exitCode, what, hint) => {
  const explained = explainModal(type, text, { run: 'r1' });
  expect(explained).toMatchObject({ kind, exitCode, failure: { what } });
  expect(`${explained.failure.why} → ${explained.failure.hint}`).toMatch(hint);
  expect(judgeWritten(explained.failure.hint ?? '')).toBeUndefined();
  expect(explained.failure.why).not.toMatch(/\n/);
  expect(explained.failure.why.length).toBeGreaterThan(5);
});

describe('the words', () => {
  test('are one line, without decoration, control sequences or secrets', () => {
    const { failure } = explainModal('RemoteError', '\x1b[31mfirst\x1b[0m\r\n  second ak-AbCdEf123456 as-ZyXwVu987654\x1b]0;title\x07');
    expect(failure.why).toBe('first second ak-… as-…');
  });

  test('are cut, however long they were', () => {
    expect(explainModal('RemoteError', 'x'.repeat(10_000)).failure.why.length).toBe(300);
  });

  test('of a box that older clients draw', () => {
    const text = '✓ Initialized.\n╭─ Error ─────╮\n│ Token missing. Could not authenticate client. │\n╰─────────────╯\n';
    expect(explainModal('', text)).toMatchObject({ kind: 'auth', failure: { why: 'Token missing. Could not authenticate client.' } });
  });

  test('of a program that said nothing', () => {
    expect(explainModal('', '')).toMatchObject({ kind: 'other', failure: { why: 'it said nothing' } });
  });

  test('name our own program where the PATH has none; and what the caller knows to be kept', () => {
    const text = 'Image build for im-abc123 failed';
    const { failure } = explainModal('ImageBuildError', text, { program: '/home/me/x/bin/modal', kept: 'three points' });
    expect(failure).toMatchObject({ hint: "'/home/me/x/bin/modal' image logs im-abc123", kept: 'three points' });
  });
});

describe('what the real client says', () => {
  let folder: string;
  let variables: ReturnType<typeof clientEnv>;
  const toml = (name: string) => path.join(folder, `${name}.toml`);
  const profile = (name: string, active: boolean) =>
    `[${name}]\ntoken_id="ak-aaaaaaaaaa"\ntoken_secret="as-bbbbbbbbbb"\n${active ? 'active=true\n' : ''}`;

  beforeAll(async () => {
    await preparedClient();
    folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-words-'));
    writeFileSync(toml('two'), profile('a', true) + profile('b', true));
    writeFileSync(toml('none'), profile('a', false) + profile('b', false));
    writeFileSync(toml('broken'), '[a\ntoken');
    writeFileSync(path.join(folder, 'app.py'), 'import modal\napp = modal.App("x")\n@app.function()\ndef f(): pass\n');
    writeFileSync(path.join(folder, 'bad.py'), 'import nothing_like_it\n');
    variables = clientEnv({ MODAL_CONFIG_PATH: toml('absent'), MODAL_SERVER_URL: 'http://127.0.0.1:1' });
  });
  beforeEach(() => variables.set());
  afterAll(() => {
    variables.restore();
    rmSync(folder, { recursive: true, force: true });
  });

  const list = ['app', 'list', '--json'];
  const rows: readonly [string, readonly string[], Record<string, string>, number, ModalKind, number, string][] = [
    ['no token', list, {}, 1, 'auth', 3, 'Nobody is signed in to Modal'],
    ['an unknown profile', list, { MODAL_PROFILE: 'foo' }, 1, 'auth', 3, 'There is no Modal profile "foo"'],
    ['two active profiles', list, { MODAL_CONFIG_PATH: 'two' }, 1, 'auth', 3, 'Several Modal profiles are active'],
    ['no active profile', list, { MODAL_CONFIG_PATH: 'none' }, 1, 'auth', 3, 'No Modal profile is active'],
    ['a broken file', list, { MODAL_CONFIG_PATH: 'broken' }, 1, 'auth', 3, "Modal's profile file cannot be read"],
    ['a flag behind the file', ['run', 'app.py', '--detach'], {}, 2, 'usage', 2, "Modal's client did not take the command"],
    ['an unknown command', ['nope'], {}, 2, 'usage', 2, "Modal's client did not take the command"],
    ['an app that does not import', ['run', 'bad.py'], {}, 1, 'other', 1, 'It failed at Modal (ModuleNotFoundError)'],
  ];

  test.each(rows)('%s', async (_name, args, env, code, kind, exitCode, what) => {
    const at = env.MODAL_CONFIG_PATH === undefined ? env : { MODAL_CONFIG_PATH: toml(env.MODAL_CONFIG_PATH) };
    const end = await runModal(args, { env: at, cwd: folder });
    expect(end.code).toBe(code);
    const explained = explainModal('', `${end.stdout}\n${end.stderr}`);
    expect(explained).toMatchObject({ kind, exitCode, failure: { what } });
    expect(explained.failure.why).not.toMatch(/[│╭]|\n/);
  });

  test('a flag behind the file: where it belongs', async () => {
    const { stderr } = await runModal(['run', 'app.py', '--detach'], { cwd: folder });
    expect(explainModal('', stderr).failure.hint).toBe('ann-tui doctor');
  });

  test('a folder with a modal.py is no place to start it', async () => {
    writeFileSync(path.join(folder, 'modal.py'), '');
    await expect(runModal(['--version'], { cwd: folder })).rejects.toMatchObject({
      failure: { what: 'Modal cannot be started from here' },
    });
    rmSync(path.join(folder, 'modal.py'));
    expect((await runModal(['--version'], { cwd: folder })).stdout).toContain('1.6.4');
  });
});

test("a command that Modal's words name is ours, which is on the PATH", () => {
  const { failure } = explainModal('', 'Token missing. Could not authenticate client. Run `modal token new` or `modal setup` first.');
  expect(failure.why).toContain('Run `ann-tui auth` or `ann-tui auth` first');
  expect(failure.hint).toBe('ann-tui auth');
});
