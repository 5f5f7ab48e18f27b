/** A hop before a server of this machine that counts the bytes of what is put there, as they pass: what a client says of itself proves nothing. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';

export type CountingProxy = {
  readonly url: string;
  /** Bytes of the bodies of all PUT and POST requests up to now. */
  readonly sent: () => number;
  readonly close: () => void;
};

export const startCountingProxy = async (target: string): Promise<CountingProxy> => {
  const { hostname, port } = new URL(target);
  let sent = 0;
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    const { method, url, headers } = request;
    const onward = http.request({ hostname, port, method, path: url, headers, agent }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    // The client died: what it did not send will not come.
    request.on('error', () => onward.destroy()).on('aborted', () => onward.destroy());
    const counted = new Transform({
      transform: (chunk, _encoding, done) => {
        sent += chunk.length;
        done(null, chunk);
      },
    });
    request.pipe(counted).pipe(onward);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: () => sent,
    close: () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
};
