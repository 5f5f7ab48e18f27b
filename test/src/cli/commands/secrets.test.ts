/** `ann-tui secrets` with the real client against the stand-in; whatever it does, its values stand nowhere. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { givenHome } from '../../../support/home.ts';
import { clientEnv } from '../../../support/modal-env.ts';
import { plant, searchFor } from '../../../support/planted.ts';
import { linkPython, type StandIn, startStandIn } from '../../../support/stand-in.ts';
import { type Ends, program, type Said } from '../program.ts';

let standIn: StandIn;
let folder: string;
const home = givenHome();
let variables: ReturnType<typeof clientEnv>;

beforeAll(async () => {
  standIn = await startStandIn();
  variables = clientEnv(standIn.env);
  variables.set();
});
afterAll(async () => {
  variables.restore();
  await standIn.close();
});
beforeEach(() => {
  linkPython(home());
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-env-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const envFile = (text: string): string => {
  const file = path.join(folder, '.env');
  writeFileSync(file, text);
  return file;
};

/** Does it under the search: no value in a command line, in what is printed, at home or at Modal. */
const searched = async (planted: Readonly<Record<string, string>>, args: readonly string[], ends: Ends = {}): Promise<Said> => {
  const search = searchFor(planted);
  const watch = search.watchProcesses();
  const said = await program(['secrets', ...args], ends);
  const found = [
    ...watch.stop(),
    ...search.inText('stdout', said.stdout),
    ...search.inText('stderr', said.stderr),
    ...search.inFolders([home(), standIn.root]),
  ];
  expect(found).toEqual([]);
  return said;
};

test('made from an env file, listed, written over only when told so, deleted', async () => {
  const [key, other, unrelated] = [plant(), plant(), plant()];
  const planted = { 'the key': key, 'the other': other, 'an unrelated one': unrelated };
  const made = await searched(planted, [
    'create',
    'wandb-secret',
    '--from-env-file',
    envFile(`WANDB_API_KEY=${key}\nPASSWORD=${unrelated}\n`),
  ]);
  expect(made).toMatchObject({ code: 0, stdout: 'Made: wandb-secret with WANDB_API_KEY\n' });
  expect(made.stderr).toContain('Left out, not of wandb-secret: PASSWORD');

  const again = await searched(planted, ['create', 'wandb-secret', '--from-env-file', envFile(`WANDB_API_KEY=${other}`)]);
  expect(again.code).toBe(2);
  expect(again.stderr).toContain('There is a secret wandb-secret already');

  const over = await searched(planted, ['create', 'wandb-secret', '--overwrite', '--json', '--from-env-file', '-'], {
    input: `WANDB_API_KEY="${other}"`,
  });
  expect(over.records).toEqual([{ type: 'secret', name: 'wandb-secret', keys: ['WANDB_API_KEY'], overwritten: true }]);

  const listed = await searched(planted, ['--json']);
  expect(listed.records).toMatchObject([{ type: 'secret', name: 'wandb-secret', keys: ['WANDB_API_KEY'], missing: [], last_used: null }]);

  expect((await program(['secrets', 'delete', 'wandb-secret'])).stderr).toContain('--yes is needed');
  expect(await program(['secrets', 'delete', 'wandb-secret', '--yes'])).toMatchObject({ code: 0, stdout: 'Deleted: wandb-secret\n' });
  const gone = await program(['secrets', 'delete', 'wandb-secret', '--yes']);
  expect(gone.code).toBe(3);
  expect(gone.stderr).toContain('There is no secret wandb-secret');
});

test('asked for in a terminal, without being shown', async () => {
  const secret = plant();
  const typed = ['AKIAEXAMPLE', secret, 'eu-west-1'];
  const made = await searched({ 'the secret': secret }, ['create', 'aws-s3-secret'], { interactive: true, secrets: typed });
  expect(made.stdout).toContain('Made: aws-s3-secret with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION');
  const kept = await searched({ 'the secret': secret }, ['create', 'aws-s3-secret'], { interactive: true, secrets: typed, answer: 'n' });
  expect(kept.stderr).toContain('Nothing was changed');
  const over = await searched({ 'the secret': secret }, ['create', 'aws-s3-secret'], { interactive: true, secrets: typed, answer: 'y' });
  expect(over.stdout).toContain('Written over: aws-s3-secret');
});

test('a value in the command line is refused before anything is asked, and not repeated', async () => {
  const value = plant();
  const said = await program(['secrets', 'create', 'wandb-secret', `WANDB_API_KEY=${value}`]);
  expect(said.code).toBe(2);
  expect(said.stderr).toContain('ann-tui secrets create wandb-secret');
  const first = await program(['secrets', 'create', `WANDB_API_KEY=${value}`]);
  expect(first.stderr).toContain('ann-tui secrets create my-secret');
  expect(searchFor({ value }).inText('stderr', said.stderr + first.stderr)).toEqual([]);
});

test('when Modal says no, nor when it repeats the value in its words, is the value told', async () => {
  const key = plant();
  const args = ['create', 'mine', '--from-env-file', envFile(`KEY=${key}`)];
  await standIn.admin('faults', {
    kind: 'error',
    match: { rpc: 'SecretGetOrCreate' },
    options: { status: 'INVALID_ARGUMENT', message: `bad value '${key}'` },
    times: null,
    skip: 1,
  });
  const said = await searched({ 'the key': key }, args);
  await standIn.admin('faults', undefined, 'DELETE');
  expect(said.code).not.toBe(0);
  expect(said.stderr).toContain('in words that repeat a value');
});

test('what is missing is told beside the secret', async () => {
  const made = await program(['secrets', 'create', 'half', '--from-env-file', envFile('A=1\nB=2'), '--key', 'B']);
  expect(made.stdout).toContain('with B');
  expect((await program(['secrets', 'create', 'half', '--from-env-file', envFile('A=1'), '--key', 'C'])).stderr).toContain(
    'The file has no C',
  );
  expect((await program(['secrets', 'create', 'aws-s3-secret', '--from-env-file', envFile('AWS_REGION=us-east-1')])).stderr).toContain(
    'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY are missing',
  );
});
