/** The whole TUI over in-memory services, in a terminal of a given size. */

import { cleanup, render } from 'ink-testing-library';
import { App } from '../../../screens/app/app.tsx';
import type { Farewell } from '../../../src/terminal/host.tsx';
import { searchShown } from '../../support/leaks.ts';
import { until } from '../../support/until.ts';
import { createFakeServices, type FakeServices } from './services.ts';

export type OpenOptions = {
  readonly services?: FakeServices;
  readonly columns?: number;
  readonly rows?: number;
  readonly unicode?: boolean;
  readonly run?: string;
  readonly now?: () => number;
};

const keys: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\x1b',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  space: ' ',
  backspace: '\x7f',
  'ctrl-c': '\x03',
  'ctrl-u': '\x15',
};

/** What a terminal sends for a key, by its name. */
export const keyBytes = (name: string): string => keys[name] ?? name;

const wait = (milliseconds: number) => new Promise<void>(resolve => setTimeout(resolve, milliseconds));
/** Time for a key to be handled, and then, however long the machine took over it, for React to draw what came of it. */
const settle = async () => {
  await wait(15);
  for (let turn = 0; turn < 10; turn++) await new Promise<void>(resolve => setImmediate(resolve));
};

export const openApp = ({ services = createFakeServices(), columns = 80, rows = 24, unicode = true, run, now }: OpenOptions = {}) => {
  const farewells: Farewell[] = [];
  // One clock for everything.
  const told =
    now === undefined ? services : { ...services, host: { ...services.host, moment: () => ({ wall: now(), uptime: now(), boot: '-' }) } };
  const app = render(
    <App
      services={told}
      unicode={unicode}
      leave={farewell => farewells.push(farewell)}
      away={{ suspend: () => {}, handOver: work => work() }}
      {...(run === undefined ? {} : { run })}
      {...(now === undefined ? {} : { now })}
    />,
  );
  const resize = (newColumns: number, newRows: number) => {
    Object.defineProperty(app.stdout, 'columns', { value: newColumns, configurable: true });
    Object.defineProperty(app.stdout, 'frameRows', { value: newRows, configurable: true });
    app.stdout.emit('resize');
  };
  resize(columns, rows);
  searchShown('the screens', () => app.frames.join('\n'));
  const frame = () => app.lastFrame() ?? '';
  const waitFor = async (text: string | RegExp, milliseconds = 120_000) => {
    const end = Date.now() + milliseconds;
    while (!(typeof text === 'string' ? frame().includes(text) : text.test(frame()))) {
      if (Date.now() > end) throw new Error(`Waited for ${text} in:\n${frame()}`);
      await wait(5);
    }
    return frame();
  };
  /** What stands there for a moment only: any frame so far, or one to come. */
  const showed = async (text: string) => {
    await until(`a frame with ${text}`, () => app.frames.some(one => one.includes(text)));
  };
  /** Key names or text, each given time to be handled. */
  const press = async (...names: readonly string[]) => {
    for (const name of names) {
      app.stdin.write(keyBytes(name));
      await settle();
    }
  };
  return { services, farewells, frame, waitFor, showed, press, resize, stdin: app.stdin, frames: app.frames };
};

export { cleanup };
