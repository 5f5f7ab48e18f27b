/** A browser that is there, and what it makes of a file. */
import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Undefined where none is installed. */
export const findChromium = (): string | undefined => {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter))
    for (const name of names) {
      const file = path.join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // The next one.
      }
    }
  return undefined;
};

export type Rendered = {
  /** The document once its script is done. */
  readonly dom: string;
  /** What the page, or the browser about it, wrote to the console. */
  readonly console: readonly string[];
  /** Addresses that were asked for, but for those at which a browser asks its own maker: all of them go through a proxy that has nothing. */
  readonly requests: readonly string[];
};

export const renderIn = async (chromium: string, file: string, options: readonly string[] = []): Promise<Rendered> => {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-chromium-'));
  const requests: string[] = [];
  const proxy = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.writeHead(404).end();
  });
  proxy.on('connect', (request, socket) => {
    // A browser that ends does not say goodbye.
    socket.on('error', () => {});
    requests.push(request.url ?? '');
    socket.end('HTTP/1.1 404 Nothing\r\n\r\n');
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  try {
    const { stdout, stderr } = await promisify(execFile)(
      chromium,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-extensions',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        `--user-data-dir=${profile}`,
        `--proxy-server=127.0.0.1:${(proxy.address() as AddressInfo).port}`,
        '--proxy-bypass-list=<-loopback>',
        '--enable-logging=stderr',
        '--virtual-time-budget=30000',
        '--dump-dom',
        ...options,
        pathToFileURL(file).href,
      ],
      { timeout: 60_000, maxBuffer: 64_000_000, env: { PATH: process.env.PATH, HOME: profile } },
    );
    const own = /^(?:http:\/\/)?[\w.-]*\.(?:google|googleapis|gstatic)\.com\b/;
    return {
      dom: stdout,
      console: stderr.split('\n').filter(line => line.includes(':CONSOLE')),
      requests: requests.filter(url => !own.test(url)),
    };
  } finally {
    proxy.closeAllConnections();
    await new Promise(resolve => proxy.close(resolve));
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
};
