import nodeConsole from 'node:console';
import { Text } from 'ink';
import { useEffect } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { crashText } from '../../../src/terminal/crash.ts';
import { type Leave, runFullScreen } from '../../../src/terminal/host.tsx';
import { useTerminalInput } from '../../../src/terminal/input.ts';
import { createModes } from '../../../src/terminal/modes.ts';
import { FakeInput, FakeOutput } from './streams.ts';

const enterAlt = '\u001B[?1049h';
const leaveAlt = '\u001B[?1049l';

let stdout: FakeOutput;
let stderr: FakeOutput;
let stdin: FakeInput;
const streams = () => ({ stdout: stdout.asStream(), stderr: stderr.asStream(), stdin: stdin.asStream() });
/** Ink leaves one of its own on the signals, which shows the cursor. */
const listeners = () => ['uncaughtException', 'unhandledRejection'].map(name => process.listenerCount(name));

beforeEach(() => {
  stdout = new FakeOutput(40, 10);
  stderr = new FakeOutput(40, 10);
  stdin = new FakeInput();
  // The test runner's console lacks the class that Ink needs to catch stray output.
  vi.stubGlobal('console', nodeConsole);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const isRestored = () => {
  expect(stdout.text.indexOf(enterAlt)).toBe(0);
  const end = stdout.text.slice(stdout.text.lastIndexOf(leaveAlt));
  expect(end).toContain('\u001B[?25h');
  expect(stdout.text).toContain('\u001B[?2004l');
  expect(stdin.raw).toBe(false);
};

const LeaveAt = ({ leave }: { readonly leave: Leave }) => {
  useTerminalInput(event => {
    if (event.kind === 'key' && event.press.name === 'q') leave({ code: 7, text: 'the way back' });
  });
  return <Text>shown</Text>;
};

const BrokenAtOnce = (): never => {
  throw new Error('the floor gave way');
};

const BrokenLater = () => {
  useEffect(() => {
    throw new Error('too late');
  }, []);
  return <Text>fine at first</Text>;
};

describe('a full-screen program', () => {
  test('shows, takes keys, leaves with its code, and prints its last words on the normal screen', async () => {
    const before = listeners();
    const ended = runFullScreen(leave => <LeaveAt leave={leave} />, streams());
    await vi.waitFor(() => expect(stdout.text).toContain('shown'), 120_000);
    expect(stdin.raw).toBe(true);
    stdin.type('q');
    expect(await ended).toBe(7);
    isRestored();
    expect(stdout.text.endsWith('the way back\n')).toBe(true);
    expect(stdout.text.lastIndexOf('the way back')).toBeGreaterThan(stdout.text.lastIndexOf(leaveAlt));
    expect(listeners()).toEqual(before);
  });

  test('a throw while drawing restores the terminal and is told in four lines', async () => {
    expect(await runFullScreen(() => <BrokenAtOnce />, streams())).toBe(1);
    isRestored();
    expect(stderr.text).toContain('the floor gave way');
    expect(stderr.text).not.toContain('    at ');
  });

  test('so does a throw in an effect', async () => {
    expect(await runFullScreen(() => <BrokenLater />, streams())).toBe(1);
    isRestored();
    expect(stderr.text).toContain('too late');
  });

  test.each(['EIO', 'EPIPE'])('a terminal that is gone (%s) ends the program once, quietly', async code => {
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    let leave: Leave | undefined;
    const ended = runFullScreen(given => {
      leave = given;
      return <Text>shown</Text>;
    }, streams());
    for (let n = 0; n < 3; n++) stdout.emit('error', Object.assign(new Error('gone'), { code }));
    stdin.emit('end');
    expect(exit.mock.calls).toEqual([[129]]);
    expect(stderr.text).toBe('');
    leave?.({ code: 0 });
    await ended;
  });
});

test('restoring twice, or with the terminal gone, does no harm', () => {
  const modes = createModes(stdout, stdin);
  modes.restore();
  expect(stdout.text).toBe('');
  modes.enter();
  modes.restore();
  const { text } = stdout;
  modes.restore();
  expect(stdout.text).toBe(text);
  const broken = createModes(
    {
      write: (bytes: string) => {
        if (bytes.includes(leaveAlt)) throw new Error('EIO');
      },
    },
    stdin,
  );
  broken.enter();
  expect(() => broken.restore()).not.toThrow();
});

test('the stack is shown only to those who ask', () => {
  const error = new Error('why');
  expect(crashText(error, {})).not.toContain('host.test');
  expect(crashText(error, { ANN_TUI_DEBUG: '1' })).toContain('host.test');
});
