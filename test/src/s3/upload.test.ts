/** Files into a bucket of moto's: real requests over the real SDK. A proxy in between counts parts, and spoils them. */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors/errors.ts';
import { parseS3 } from '../../../src/s3/address.ts';
import { openS3 } from '../../../src/s3/client.ts';
import { partSize } from '../../../src/s3/parts.ts';
import { sendToS3, whatToSend } from '../../../src/s3/sync.ts';
import { startCountingProxy } from '../../support/counting-proxy.ts';
import { type Moto, startMoto } from '../../support/moto.ts';
import { plant, searchFor } from '../../support/planted.ts';
import { hashesBelow, writeTree } from '../datasets/support/tree.ts';
import { bundle } from '../runs/support/bench.ts';

const mib = 1 << 20;
let moto: Moto;
let proxy: http.Server;
let folder: string;
const before = { ...process.env };
const keys = { id: plant('AKIA'), secret: plant() };

/** What goes through the proxy. */
const line = { parts: [] as number[], done: 0, spoil: false };

const partOf = (url: string): number => Number(/partNumber=(\d+)/.exec(url)?.[1] ?? 0);

/** A hop that hands everything on, or spoils a byte of it. */
const startProxy = async (): Promise<http.Server> => {
  const target = new URL(moto.endpoint);
  const made = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const part = request.method === 'PUT' ? partOf(request.url ?? '') : 0;
      if (part > 0) {
        line.parts.push(part);
        if (line.spoil) body[100] = (body[100] ?? 0) ^ 1;
      }
      const onward = http.request(
        { host: target.hostname, port: target.port, method: request.method, path: request.url, headers: request.headers },
        answer => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          if (part > 0) line.done += 1;
          answer.pipe(response);
        },
      );
      onward.on('error', () => request.socket.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>(resolve => made.listen(0, '127.0.0.1', resolve));
  return made;
};

describe('S3', () => {
  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startProxy();
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: keys.id,
      AWS_SECRET_ACCESS_KEY: keys.secret,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    });
    await fetch(`${moto.endpoint}/my-bucket`, { method: 'PUT' });
  });

  afterAll(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    proxy.closeAllConnections();
    proxy.close();
    await moto.close();
  });

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-s3-'));
    process.env.ANN_TUI_HOME = path.join(folder, 'home');
    Object.assign(line, { parts: [], done: 0, spoil: false });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const send = async (what: string, to: string, signal: AbortSignal = new AbortController().signal) => {
    const address = parseS3(to);
    return await sendToS3(await whatToSend(what, address), address, { endpoint: null, signal });
  };

  const there = async (key: string): Promise<Buffer> => {
    // moto believes whoever signs, and checks no signature.
    const authorization = 'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';
    const answer = await fetch(`${moto.endpoint}/my-bucket/${key}`, { headers: { authorization } });
    if (!answer.ok) throw new Error(`${key}: ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  };

  const failureOf = async (act: Promise<unknown>): Promise<UserError['failure']> => {
    try {
      await act;
    } catch (error) {
      if (error instanceof UserError) return error.failure;
      throw error;
    }
    throw new Error('it did not fail');
  };

  test('a folder: every file under its name, small, empty and large; a second time nothing is sent', async () => {
    const tree = path.join(folder, 'tree');
    mkdirSync(path.join(tree, 'a b', 'ü'), { recursive: true });
    const files = { 'a b/ü/x+y.txt': Buffer.from('hello'), empty: Buffer.alloc(0), large: randomBytes(33 * mib) };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(tree, name), bytes);
    symlinkSync('nowhere', path.join(tree, 'broken'));
    expect((await whatToSend(tree, parseS3('s3://my-bucket/p'))).left).toEqual(['broken']);

    expect(await send(tree, 's3://my-bucket/p')).toEqual({ files: 3, bytes: 33 * mib + 5, sent: 33 * mib + 5, kept: 0 });
    for (const [name, bytes] of Object.entries(files)) {
      expect((await there(`p/${name.split('/').map(encodeURIComponent).join('/')}`)).equals(bytes)).toBe(true);
    }
    expect(line.parts.toSorted()).toEqual([1, 2, 3]);
    expect(await send(tree, 's3://my-bucket/p/')).toMatchObject({ sent: 0, kept: 3 });

    appendFileSync(path.join(tree, 'empty'), 'no more');
    expect(await send(tree, 's3://my-bucket/p/')).toMatchObject({ sent: 7, kept: 2 });
  });

  test('cut off at half, it goes on with the parts that are missing; a changed file begins anew', async () => {
    const file = path.join(folder, 'data.hdf5');
    const bytes = randomBytes(96 * mib + 17);
    writeFileSync(file, bytes);
    const parts = Math.ceil(bytes.length / partSize(bytes.length));
    expect(parts).toBe(7);

    const controller = new AbortController();
    const cut = send(file, 's3://my-bucket/cut', controller.signal);
    const look = setInterval(() => {
      if (line.done >= 3) controller.abort(new Error('killed'));
    }, 5);
    await expect(cut).rejects.toThrow('killed');
    clearInterval(look);
    const whole = line.done;
    expect(whole).toBeLessThan(parts);
    expect(readdirSync(path.join(folder, 'home/data/transfers'))).toHaveLength(1);

    line.parts = [];
    const { sent } = await send(file, 's3://my-bucket/cut');
    // What was answered is not sent again.
    expect(line.parts.length).toBeLessThanOrEqual(parts - whole);
    expect(sent).toBeLessThan(bytes.length);
    expect(
      createHash('sha256')
        .update(await there('cut/data.hdf5'))
        .digest('hex'),
    ).toBe(createHash('sha256').update(bytes).digest('hex'));

    truncateSync(file, 40 * mib);
    line.parts = [];
    expect(await send(file, 's3://my-bucket/cut')).toMatchObject({ sent: 40 * mib });
    expect((await there('cut/data.hdf5')).equals(bytes.subarray(0, 40 * mib))).toBe(true);
  });

  test('kill -9 of the program at half of a tree: what the bucket has is not sent again, and it is all there', async () => {
    const tree = path.join(folder, 'tree');
    const total = writeTree(tree, { large: [70 * mib, 50 * mib], small: { files: 60, bytes: 40_000 } });
    const counted = await startCountingProxy(moto.endpoint);
    const program = await bundle('test/src/s3/support/send-entry.ts');
    const env = { ...process.env, AWS_ENDPOINT_URL_S3: counted.url };
    const start = () =>
      spawn(process.execPath, [program.file, tree, 's3://my-bucket/killed'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const first = start();
      const dead = once(first, 'exit');
      while (counted.sent() < total / 2) await new Promise(resolve => setTimeout(resolve, 5));
      first.kill('SIGKILL');
      expect(await dead).toEqual([null, 'SIGKILL']);
      const half = counted.sent();
      expect(half).toBeLessThan(total);

      const second = start();
      const [said] = await once(createInterface({ input: second.stdout }), 'line');
      expect(JSON.parse(said)).toMatchObject({ files: 62, bytes: total });
      // Four parts may have been on the line; what was answered is not sent again.
      expect(counted.sent()).toBeLessThanOrEqual(total + 4 * 16 * mib + 62 * 2000);
      for (const [name, hash] of hashesBelow(tree)) {
        expect(
          createHash('sha256')
            .update(await there(`killed/${name}`))
            .digest('hex'),
        ).toBe(hash);
      }
    } finally {
      counted.close();
      program.remove();
    }
  });

  test('a byte that was spoilt on the way is refused by the server, and told', async () => {
    const file = path.join(folder, 'spoilt');
    writeFileSync(file, randomBytes(20 * mib));
    line.spoil = true;
    await failureOf(send(file, 's3://my-bucket/spoilt'));
    await expect(there('spoilt/spoilt')).rejects.toThrow('404');
    line.spoil = false;
    expect(await send(file, 's3://my-bucket/spoilt')).toMatchObject({ files: 1 });
  });

  test('what stands in the way is said, without the keys; nothing of them is written down', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, 'x');
    const search = searchFor({ 'the id': keys.id, 'the secret': keys.secret });
    const watch = search.watchProcesses();
    expect((await failureOf(send(file, 's3://no-such-bucket'))).what).toBe('There is no bucket no-such-bucket');
    const refused = Object.assign(new Error(`no ${keys.secret}`), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    const s3 = await openS3();
    const told = (await s3.explain(refused, 'b')) as UserError;
    s3.close();
    expect(told.failure).toMatchObject({ what: 'The bucket b may not be written', why: 'no …' });
    await send(file, 's3://my-bucket/f');
    expect([...watch.stop(), ...search.inFolders([folder])]).toEqual([]);

    const endpoint = process.env.AWS_ENDPOINT_URL_S3;
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
    Object.assign(process.env, {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    });
    expect((await failureOf(send(file, 's3://my-bucket/f'))).what).toBe('There are no AWS credentials');
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: keys.id,
      AWS_SECRET_ACCESS_KEY: keys.secret,
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
    });
    expect((await failureOf(send(file, 's3://my-bucket/f'))).what).toBe('S3 cannot be reached');
    process.env.AWS_ENDPOINT_URL_S3 = endpoint;
  });
});

test.each(['s3://', 's3://B', 's3://a', 's3://10.0.0.1/x', 's3://ok-bucket/../x', 'ok-bucket', 's3://ok..bucket'])(
  '%s is no place',
  text => {
    expect(() => parseS3(text)).toThrow(UserError);
  },
);
test('a place is a bucket and a folder', () => {
  expect(parseS3('s3://my.bucket-1//a/b/')).toEqual({ bucket: 'my.bucket-1', prefix: 'a/b/' });
  expect(parseS3('s3://my-bucket')).toEqual({ bucket: 'my-bucket', prefix: '' });
});
