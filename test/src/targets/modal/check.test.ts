/** What is found out before a launch: whether the secret of a bucket that the run reads has its keys, and whether the volumes can be used. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createModalClient, type ModalClient, modalProgram } from '../../../../src/modal-client/index.ts';
import type { BucketConfig } from '../../../../src/runs/spec.ts';
import { createModalTarget } from '../../../../src/targets/modal/modal.ts';
import { plant } from '../../../support/planted.ts';
import { type StandIn, startStandIn } from '../../../support/stand-in.ts';
import { modalHome, modalSpec } from './support/bench.ts';

let standIn: StandIn;
let client: ModalClient;
let removeHome: () => void;
const before = { ...process.env };

beforeAll(async () => {
  removeHome = modalHome();
  standIn = await startStandIn();
  Object.assign(process.env, standIn.env);
  client = createModalClient();
});

afterAll(async () => {
  await client.close();
  for (const name of Object.keys(standIn.env)) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  removeHome();
  await standIn.close();
});

const check = async (bucket?: BucketConfig, of: 'datasets' | 'recordings' = 'datasets') => {
  const { cloud, ...rest } = modalSpec();
  if (cloud === undefined) throw new Error('no cloud');
  const spec = { ...rest, cloud: { ...cloud, ...(bucket && { buckets: { [of]: bucket } }) } };
  return await createModalTarget({ spec, client, program: () => modalProgram({}) }).check(spec);
};

const bucket: BucketConfig = { bucket: 'my-bucket', prefix: '', secret: 'aws-s3-secret', endpoint: null };

test('without a bucket, or with one that everybody may read, nothing is in the way', async () => {
  expect(await check()).toBeUndefined();
  expect(await check({ ...bucket, secret: null })).toBeUndefined();
});

test('the secret of a bucket: missing, without its keys, complete', async () => {
  const kept = 'nothing was started and nothing is billed';
  expect(await check(bucket)).toMatchObject({
    what: 'There is no secret aws-s3-secret',
    kept,
    hint: 'ann-tui secrets create aws-s3-secret',
  });
  expect(await check(bucket, 'recordings')).toMatchObject({ what: 'There is no secret aws-s3-secret', kept });
  await client.secretCreate('aws-s3-secret', { AWS_ACCESS_KEY_ID: plant() }, { overwrite: false });
  expect(await check(bucket)).toMatchObject({
    what: expect.stringMatching(/^The secret aws-s3-secret lacks AWS_SECRET_ACCESS_KEY/),
    kept,
    hint: 'ann-tui secrets create aws-s3-secret --overwrite',
  });
  const all = { AWS_ACCESS_KEY_ID: plant(), AWS_SECRET_ACCESS_KEY: plant(), AWS_REGION: 'us-east-1' };
  await client.secretCreate('aws-s3-secret', all, { overwrite: true });
  expect(await check(bucket)).toBeUndefined();
});

test('volumes of version 1 and 2 are used as they are; one of a version that nobody here knows is told before anything is paid', async () => {
  await client.volumeCreate('ann-datasets', 1);
  await client.volumeCreate('ann-results', 2);
  expect(await check()).toBeUndefined();
  for (const volume of ['ann-datasets', 'ann-results']) {
    await standIn.admin('volumes/version', { volume, version: 3 });
    expect(await check()).toMatchObject({
      what: `The volume ${volume} is of version 3`,
      kept: 'nothing was started and nothing is billed',
      hint: expect.stringMatching(/setup/),
    });
    await standIn.admin('volumes/version', { volume, version: 2 });
  }
  // One that the run does not mount is none of its business.
  await standIn.admin('volumes/version', { volume: 'ann-datasets', version: 3 });
  expect(await check({ ...bucket, secret: null })).toBeUndefined();
});
