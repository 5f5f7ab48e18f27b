/** S3 on this machine: moto's server, which counts what it is asked. `npm test` installs it; it checks no keys. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { harnessPython, testHome } from './stand-in.ts';

/** Where `npm test` puts what only tests need. */
const tools = (): string => path.join(testHome(), '..', 'pytools');

export type Moto = {
  readonly endpoint: string;
  /** Whatever has not ended is cut off. */
  readonly close: () => Promise<void>;
};

const server = `
import sys, threading
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("http://%s:%d" % server.get_host_and_port(), flush=True)
sys.stdin.read()
server.stop()
`;

/** Variables with which a Python finds it. Throws where it is not installed: what needs it is never left out quietly. */
export const motoEnv = (): Readonly<Record<string, string>> => {
  if (!existsSync(path.join(tools(), 'moto'))) throw new Error(`moto[s3,iam,server] is not in ${tools()}: run \`npm test\` once`);
  return { PYTHONPATH: tools(), PYTHONDONTWRITEBYTECODE: '1' };
};

export const startMoto = async (): Promise<Moto> => {
  const child: ChildProcess = spawn(harnessPython(), ['-c', server], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...motoEnv() },
  });
  const endpoint = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', resolve);
    child.once('exit', code => reject(new Error(`moto left with code ${code}`)));
  });
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()));
  return {
    endpoint,
    close: async () => {
      child.stdin?.end();
      await gone;
    },
  };
};
