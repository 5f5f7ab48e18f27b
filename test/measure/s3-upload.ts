/**
 * Our upload of a GB to S3 against `aws s3 cp --recursive` of the same tree: whole commands, in turns, on moto's server on this machine. Then
 * ours killed at half and begun again, counted by a proxy before the server, and every object fetched and compared.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/util/paths.ts';
import { hashesBelow, writeTree } from '../src/datasets/support/tree.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { startMoto } from '../support/moto.ts';
import { plant } from '../support/planted.ts';
import { harnessPython } from '../support/stand-in.ts';
import { interruptAtHalf } from './interrupted.ts';
import { median, report } from './report.ts';
import { inTurns, ratiosOf, speedLines } from './turns.ts';

const rounds = 3;
const mb = 1_000_000;
/** What is on the line when it is cut has to be sent again: four parts of 16 MiB, and a few small files. */
const onTheLine = 68 << 20;

process.env.ANN_TUI_TEST_HOME ??= path.join(packageRoot, '.dev/home');
const awsFolder = path.join(packageRoot, '.dev/aws');
if (!existsSync(path.join(awsFolder, 'bin/aws')))
  await execa(harnessPython(), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', awsFolder, 'awscli']);

const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-s3-upload-'));
const tree = path.join(folder, 'tree');
const total = writeTree(tree, { large: [300 * mb, 250 * mb, 200 * mb, 150 * mb], small: { files: 1000, bytes: 100_000 } });
const keys = {
  AWS_ACCESS_KEY_ID: plant('AKIA'),
  AWS_SECRET_ACCESS_KEY: plant(),
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: path.join(folder, 'no-config'),
  AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'no-credentials'),
};
const envFor = (endpoint: string) => ({ ...keys, AWS_ENDPOINT_URL: endpoint, ANN_TUI_HOME: path.join(folder, 'home') });

// moto believes whoever signs, and checks no signature.
const authorization = 'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';
const ask = async (url: string, method = 'GET'): Promise<Buffer> => {
  const answer = await fetch(url, { method, headers: { authorization } });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
};

const ours = (endpoint: string, bucket: string) =>
  execa(process.execPath, [path.join(packageRoot, 'dist/ann-tui.js'), 'sync', tree, '--to', `s3://${bucket}/tree`], {
    env: envFor(endpoint),
    stdin: 'ignore',
  });
const theirs = (endpoint: string, bucket: string) =>
  execa(harnessPython(), [path.join(awsFolder, 'bin/aws'), 's3', 'cp', '--recursive', '--only-show-errors', tree, `s3://${bucket}/tree`], {
    env: { ...envFor(endpoint), PYTHONPATH: awsFolder },
    stdin: 'ignore',
  });

/** Every object of the bucket is, byte for byte, the file that it has its name from. */
const isSame = async (endpoint: string, bucket: string): Promise<boolean> => {
  for (const [name, hash] of hashesBelow(tree)) {
    const bytes = await ask(`${endpoint}/${bucket}/tree/${name}`);
    if (createHash('sha256').update(bytes).digest('hex') !== hash) return false;
  }
  return true;
};

/** Each time a server and notes of its own: nothing that was sent or hashed before may help, nor what the server keeps slow it down. */
const fresh = async <T>(act: (endpoint: string) => Promise<T>): Promise<T> => {
  const moto = await startMoto();
  try {
    await ask(`${moto.endpoint}/a-bucket`, 'PUT');
    return await act(moto.endpoint);
  } finally {
    await moto.close();
    rmSync(path.join(folder, 'home'), { recursive: true, force: true });
  }
};

const speed = (who: 'ours' | 'theirs') =>
  fresh(async endpoint => {
    const begun = performance.now();
    await (who === 'ours' ? ours : theirs)(endpoint, 'a-bucket');
    return total / ((performance.now() - begun) / 1000);
  });

const interrupted = () =>
  fresh(async endpoint => {
    const proxy = await startCountingProxy(endpoint);
    try {
      const result = await interruptAtHalf(
        () => ours(proxy.url, 'a-bucket'),
        async () => proxy.sent(),
        total,
      );
      return { ...result, same: await isSame(endpoint, 'a-bucket') };
    } finally {
      proxy.close();
    }
  });

try {
  const speeds = await inTurns(rounds, speed);
  const { first, second, same } = await interrupted();
  const figure = median(ratiosOf(speeds));
  const again = first + second - total;
  report({
    name: 's3-upload',
    method: `${total / mb} MB in 1,004 files to moto's S3 on this machine, whole commands, ${rounds} times in turns`,
    lines: [
      ...speedLines(speeds, 'aws s3 cp'),
      `  killed at half: ${(first / mb).toFixed(0)} MB sent before, ${(second / mb).toFixed(0)} MB after, ${(again / mb).toFixed(1)} MB of it twice; every object ${same ? 'the same' : 'NOT the same'}`,
    ],
    figure,
    bar: "≥ 0.9× of aws s3 cp's speed; killed at half, no more than what was on the line is sent again",
    ok: figure >= 0.9 && same && again <= onTheLine,
    data: { bytes: total, bytesPerSecond: speeds, ratios: ratiosOf(speeds), interrupted: { first, second, same } },
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
