/** A mirror on this machine with one dataset, of the name and shape of GIST but small: what configs/datasets.yaml of a test's home points at. */
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { harnessPython } from '../support/stand-in.ts';

export const gist = 'gist-960-euclidean';

export type Mirror = {
  /** The vectors that it was made of. */
  readonly rows: string;
  readonly bytes: number;
  /** A catalogue with `gist`, to be fetched from here. */
  readonly catalogue: string;
  /** Bytes a second from now on; undefined: as fast as it goes. */
  limit(bytesPerSecond: number | undefined): void;
  close(): void;
};

/** Makes the dataset, whole and verified. */
const make = async (folder: string, rows: string): Promise<void> => {
  const numbers = `import numpy as n; n.save(${JSON.stringify(rows)}, n.random.default_rng(1).normal(size=(4000, 960)).astype("f4"))`;
  await execa(harnessPython(), ['-I', '-c', numbers]);
  await execa(harnessPython(), ['-I', '-m', 'annbench', 'sync', gist, '--data', folder, '--from', rows]);
};

export const openMirror = async (): Promise<Mirror> => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-mirror-'));
  const rows = path.join(folder, 'rows.npy');
  const file = path.join(folder, `${gist}.hdf5`);
  await make(folder, rows);
  const { size } = statSync(file);
  let speed: number | undefined;
  const server = createServer((request, response) => {
    if (request.url !== `/${gist}.hdf5`) return response.writeHead(404).end();
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = request.headers.range === undefined ? {} : { 'content-range': `bytes ${from}-${size - 1}/${size}` };
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      'content-length': size - from,
      'accept-ranges': 'bytes',
      ...range,
    });
    if (request.method === 'HEAD') return response.end();
    const body = createReadStream(file, { start: from, highWaterMark: 200_000 });
    body.on('data', chunk => {
      response.write(chunk);
      if (speed === undefined) return;
      body.pause();
      setTimeout(() => body.resume(), (chunk.length / speed) * 1000);
    });
    body.on('end', () => response.end());
    request.on('close', () => body.destroy());
    return undefined;
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    rows,
    bytes: size,
    catalogue: `datasets:
  quick: { title: Synthetic, distance: euclidean, dimension: 96, train: 40000, queries: 1000, bytes: 16550000, url: null, made: true }
  ${gist}:
    title: GIST image descriptors
    distance: euclidean
    dimension: 960
    train: 3600
    queries: 400
    bytes: ${size}
    url: http://127.0.0.1:${(server.address() as AddressInfo).port}/${gist}.hdf5
`,
    limit: bytesPerSecond => {
      speed = bytesPerSecond;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
