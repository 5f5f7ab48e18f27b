/** However often and however far the window changes its size, what stands there is what would be drawn at that size anew. */
import nodeConsole from 'node:console';
import xterm from '@xterm/headless';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { App } from '../../../screens/app/app.tsx';
import { runFullScreen } from '../../../src/terminal/host.tsx';
import { FakeInput, FakeOutput } from '../../src/terminal/streams.ts';
import { until } from '../../support/until.ts';
import { cleanup, keyBytes, openApp } from '../support/open-app.tsx';
import { someRuns, ways } from '../support/ways.ts';

const start = [120, 40] as const;
/** Down and up, in width, in height and in both. */
const sizes = [
  [80, 24],
  [60, 20],
  [60, 40],
  [50, 12],
  [100, 30],
  [120, 40],
] as const;

const rowsOf = ({ buffer, rows }: xterm.Terminal): readonly string[] =>
  Array.from({ length: rows }, (_, n) => (buffer.active.getLine(buffer.active.baseY + n)?.translateToString(true) ?? '').trimEnd());

/** The program's real host, on a terminal that behaves as one. */
const openHost = (services: ReturnType<typeof someRuns>) => {
  const [columns, rows] = start;
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const stdout = new FakeOutput(columns, rows);
  const stdin = new FakeInput();
  let leaveIt: (() => void) | undefined;
  const ended = runFullScreen(
    (leave, away) => {
      leaveIt = () => leave({ code: 0 });
      return <App services={services} unicode leave={leave} away={away} now={() => now} />;
    },
    { stdout: stdout.asStream(), stdin: stdin.asStream(), stderr: new FakeOutput(80, 24).asStream() },
  );
  const read = async () => {
    const { text } = stdout;
    stdout.clear();
    await new Promise<void>(done => screen.write(text, done));
    return rowsOf(screen);
  };
  let shown: readonly string[] = [];
  return {
    stdin,
    close: async () => {
      leaveIt?.();
      await ended;
    },
    screen: async (what: string, isThere: (rows: readonly string[]) => boolean) => {
      await until(what, async () => {
        shown = await read();
        return isThere(shown);
      });
      return shown;
    },
    resize: (cols: number, height: number) => {
      screen.resize(cols, height);
      stdout.columns = cols;
      stdout.rows = height;
      stdout.emit('resize');
    },
  };
};

const now = Date.now();

beforeEach(() => {
  // The test runner's console lacks the class that Ink needs to catch stray output.
  vi.stubGlobal('console', nodeConsole);
});
afterEach(() => {
  vi.unstubAllGlobals();
  cleanup();
});

const fits = (shows: string | RegExp, rows: readonly string[]): boolean =>
  typeof shows === 'string' ? rows.join('\n').includes(shows) : shows.test(rows.join('\n'));

test.each(Object.keys(ways) as (keyof typeof ways)[])('%s', async name => {
  // Nothing on it moves by itself: one clock that stands, one set of runs.
  const host = openHost(someRuns(now));
  const twin = openApp({ services: someRuns(now), columns: start[0], rows: start[1], now: () => now });
  await host.screen('home', rows => fits('Running', rows));
  await twin.waitFor('Running');
  for (const [keys, shows] of ways[name]) {
    for (const key of keys) {
      host.stdin.type(keyBytes(key));
      await new Promise(resolve => setTimeout(resolve, 15));
    }
    await twin.press(...keys);
    await twin.waitFor(shows);
    await host.screen(String(shows), rows => fits(shows, rows));
  }
  for (const [columns, rows] of sizes) {
    host.resize(columns, rows);
    twin.resize(columns, rows);
    const whole = () => {
      const lines = twin
        .frame()
        .replace(/\x1b\[[\d;]*m/g, '')
        .split('\n')
        .map(line => line.trimEnd());
      return Array.from({ length: rows }, (_, n) => lines[n] ?? '');
    };
    let seen: readonly string[] = [];
    await host
      .screen(`${name} at ${columns}×${rows}`, shown => {
        seen = shown;
        return shown.join('\n') === whole().join('\n');
      })
      .catch(() => expect(seen).toEqual(whole()));
  }
  await host.close();
});
