/** Secrets in a real terminal, with the real client: what is typed or pasted is never on the screen, nor above it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';
import { plant, searchFor } from '../support/planted.ts';
import { givenHome, givenStandIn } from './given.ts';
import type { Terminal } from './terminal.ts';

const standIn = givenStandIn();
const home = givenHome(standIn);

const paste = (text: string): string => `\x1b[200~${text}\x1b[201~`;

/** Every row that the terminal keeps, of the normal screen with what was scrolled away, and of the alternate one. */
const everyRow = ({ emulator }: Terminal): string =>
  [emulator.buffer.normal, emulator.buffer.alternate]
    .flatMap(buffer => Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row)?.translateToString(true) ?? ''))
    .join('\n');

const isNowhere = (terminal: Terminal, values: Readonly<Record<string, string>>): void => {
  const search = searchFor(values);
  expect([...search.inText('rows', everyRow(terminal)), ...search.inText('bytes', terminal.raw)]).toEqual([]);
  expect(search.inFolders([home().folder])).toEqual([]);
};

const names = async (): Promise<readonly string[]> =>
  (await home().run(['secrets', '--json'])).stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line).name);

test('the form: nothing is sent while a key is missing; pasted, typed, taken back; then it is at Modal', async () => {
  const [pasted, typed] = [plant(), plant()];
  const terminal = home().open();
  await terminal.waitFor('Secrets at Modal');
  await terminal.press('s');
  await terminal.waitFor(/aws-s3-secret +.*not made/);
  await terminal.press('down');
  await terminal.press('enter');
  await terminal.waitFor('A new secret, aws-s3-secret');
  await terminal.press('s');
  await terminal.waitFor('Still missing: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY');
  await terminal.press('enter', 'AKIAEXAMPLE', 'enter');
  await terminal.waitFor('✓ AKIAEXAMPLE');
  // Pasted with the newline that copying takes along, then left; then typed, letter by letter taken back, and pasted again.
  await terminal.press('enter', paste(`${pasted}\n`));
  await terminal.waitFor('••••••••••••');
  isNowhere(terminal, { pasted });
  await terminal.press('esc', 'enter', ...typed, 'backspace', 'ctrl-u', paste(typed), 'enter');
  await terminal.waitFor('✓ ••••••••••••');
  await terminal.press('enter', 'eu-west-1', 'enter');
  await terminal.waitFor('s sends it');
  terminal.resize(60, 20);
  await terminal.waitFor('s sends it');
  await terminal.press('s');
  await terminal.waitFor(/aws-s3-secret +✓ there/);
  await terminal.press('ctrl-c');
  await terminal.exited;
  isNowhere(terminal, { pasted, typed });
  expect(await names()).toEqual(['aws-s3-secret']);
  await home().run(['secrets', 'delete', 'aws-s3-secret', '--yes']);
});

test('the command asks without showing, also what is pasted, with more lines than were asked for', async () => {
  const [key, more] = [plant(), plant()];
  const terminal = home().open(['secrets', 'create', 'wandb-secret']);
  await terminal.waitFor('WANDB_API_KEY (from https://wandb.ai/authorize):');
  await terminal.press(`${key}\r${more}\r`);
  await terminal.waitFor('Made: wandb-secret with WANDB_API_KEY');
  expect((await terminal.exited).exitCode).toBe(0);
  isNowhere(terminal, { key, more });

  const again = home().open(['secrets', 'create', 'mine', '--key', 'A,B']);
  await again.waitFor('A:');
  await again.press(...key, 'enter');
  await again.waitFor('B:');
  await again.press(more, 'ctrl-c');
  expect((await again.exited).exitCode).toBe(130);
  isNowhere(again, { key, more });
  expect(await names()).toEqual(['wandb-secret']);
});

const withBucket = (secret: string): string =>
  `${readFileSync(path.join(packageRoot, 'configs/modal.yaml'), 'utf8')}
buckets: { datasets: { bucket: my-bucket, prefix: sets/, secret: ${secret} } }
`;

test('a run whose secret is missing, or lacks a key, is refused before anything is paid', async () => {
  home().write('config/modal.yaml', withBucket('aws-s3-secret'));
  const bench = () =>
    home().run([
      'bench',
      '--impl',
      'naive',
      '--dataset',
      'quick',
      '--target',
      'modal',
      '--cpu',
      '1',
      '--memory',
      '2',
      '--yes',
      '--budget',
      '5',
    ]);
  const none = await bench();
  expect(none.stdout + none.stderr).toContain('There is no secret aws-s3-secret');
  expect(none.stdout + none.stderr).toContain('ann-tui secrets create aws-s3-secret');

  const value = plant();
  await home().run(
    ['secrets', 'create', 'other', '--from-env-file', '-'],
    `AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nAWS_SECRET_ACCESS_KEY=${value}\n`,
  );
  home().write('config/modal.yaml', withBucket('other'));
  const half = await bench();
  expect([none.exitCode, half.exitCode]).toEqual([3, 3]);
  expect(half.stdout + half.stderr).toContain('The secret other lacks AWS_REGION');

  expect(await standIn().admin('apps')).toEqual([]);
});
