/** A training on Modal, with the real client. */
import { expect, test } from 'vitest';
import { givenHome, givenTorchStandIn } from './given.ts';

const standIn = givenTorchStandIn();
const home = givenHome(standIn);

test('first', async () => {
  await standIn().fault('commit_reload', {}, {}, null);
  const words = ['train', '--config', 'smoke_test', '--target', 'modal', '--gpu', 'T4'];
  const plan = await home().run([...words, '--dry-run']);
  console.log(plan.stdout, plan.stderr);
  const done = await home().run([...words, '--budget', '2', '--yes']);
  console.log(done.stdout, done.stderr);
  console.log(await standIn().admin('containers'));
  expect(done.exitCode).toBe(0);
}, 300_000);
