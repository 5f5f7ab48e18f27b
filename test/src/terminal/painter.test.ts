import xterm from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import { createPainter, paintedStream } from '../../../src/terminal/painter.ts';
import { FakeOutput } from './streams.ts';

const screenOf = async (bytes: string, columns = 20, rows = 6): Promise<readonly string[]> => {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>(resolve => terminal.write(bytes, resolve));
  return Array.from({ length: rows }, (_, n) => terminal.buffer.active.getLine(n)?.translateToString(true) ?? '');
};

describe('frames', () => {
  test('whatever came before, the screen shows the last frame', async () => {
    const frames = ['a\nb\nc\n', 'a\nB\nc\n', 'long line here\nB\n', '\n\n\nlast', 'a\nb\nc\nd\ne\nf\n', 'x'];
    const painter = createPainter();
    let bytes = '';
    for (const frame of frames) {
      bytes += painter.paint(frame, 6);
      const lines = frame.replace(/\n$/, '').split('\n');
      expect(await screenOf(bytes)).toEqual(Array.from({ length: 6 }, (_, n) => lines[n] ?? ''));
    }
  });

  test('only changed lines are sent, and nothing for the same frame', () => {
    const painter = createPainter();
    painter.paint('one\ntwo\nthree\n', 6);
    const bytes = painter.paint('one\nTWO\nthree\n', 6);
    expect(bytes).toContain('TWO');
    expect(bytes).not.toContain('one');
    expect(bytes).not.toContain('three');
    expect(painter.paint('one\nTWO\nthree\n', 6)).toBe('');
  });

  test('a frame that is too high for a moment does not cost the last row', async () => {
    const painter = createPainter();
    const bytes = painter.paint('1\n2\n3\n4\n5\n6\n7\n8\n', 6) + painter.paint('a\nb\nc\nd\ne\nfooter\n', 6);
    expect(await screenOf(bytes)).toEqual(['a', 'b', 'c', 'd', 'e', 'footer']);
  });

  test('the scrollback is never wiped', () => {
    const painter = createPainter();
    for (const frame of ['a\n', 'a\nb\nc\nd\ne\nf\n']) {
      expect(painter.paint(frame, 6)).not.toContain('\u001B[3J');
      painter.invalidate();
    }
  });
});

describe('the stream that Ink sees', () => {
  test('gives frames the whole height', () => {
    const stream = paintedStream(new FakeOutput(80, 24).asStream());
    expect([stream.columns, stream.frameRows]).toEqual([80, 24]);
  });

  test('takes a frame out of what log-update writes', () => {
    const output = new FakeOutput(80, 24);
    const stream = paintedStream(output.asStream());
    stream.write('one\ntwo\n');
    output.clear();
    stream.write('\u001B[2K\u001B[1A\u001B[2K\u001B[1A\u001B[2K\u001B[Gone\n2\n');
    expect(output.text).toBe('\u001B[?2026h\u001B[2;1H2\u001B[K\u001B[?2026l');
  });

  test('after a resize everything is drawn anew', () => {
    const output = new FakeOutput(80, 24);
    const stream = paintedStream(output.asStream());
    stream.write('one\ntwo\n');
    output.clear();
    output.emit('resize');
    stream.write('one\ntwo\n');
    expect(output.text).toContain('\u001B[2J');
    expect(output.text).toContain('one');
  });

  test('what is drawn while the terminal belongs to another is shown whole afterwards', () => {
    const output = new FakeOutput(80, 24);
    let active = true;
    const stream = paintedStream(output.asStream(), () => active);
    stream.write('one\ntwo\n');
    active = false;
    output.clear();
    stream.write('one\nthree\n');
    expect(output.text).toBe('');
    active = true;
    stream.repaint();
    expect(output.text).toContain('one');
    expect(output.text).toContain('three');
  });

  test('tells when a write is done, a swallowed one too', async () => {
    const stream = paintedStream(new FakeOutput(80, 24).asStream());
    stream.write('same\n');
    await new Promise<void>(resolve => stream.write('same\n', () => resolve()));
    await new Promise<void>(resolve => stream.write('', () => resolve()));
  });
});
