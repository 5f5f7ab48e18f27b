/**
 * Stands between Ink and the terminal: takes the whole frames that Ink writes, and sends only the lines that changed,
 * each to its place on the alternate screen.
 *
 * Ink 6.8's own incremental mode moves up one line too few when a frame ends with a newline, and without that newline it
 * wipes the scrollback on every frame. Here the place of a line never depends on where the cursor was left.
 */

const beginSynchronised = '\u001B[?2026h';
const endSynchronised = '\u001B[?2026l';
const clearScreen = '\u001B[2J\u001B[H';
const eraseToEnd = '\u001B[K';

/** What Ink's log-update writes before a frame: erase a line, go up, … and to the first column. */
const eraseLines = /^(?:\u001B\[2K(?:\u001B\[1A)?)*(?:\u001B\[G)?/;
const cursorVisibility = /^\u001B\[\?25[hl]$/;

export type Painter = {
  /** A whole frame, lines parted by newlines, of which `rows` have room. Returns what to send; empty when nothing changed. */
  paint(frame: string, rows: number): string;
  /** The next frame is drawn whole. */
  invalidate(): void;
};

export const createPainter = (): Painter => {
  let shown: readonly string[] | undefined;
  return {
    paint(frame, rows) {
      // While the size changes a frame may be higher than the terminal: a row that is not there would land on the last one.
      const lines = frame.replace(/\n$/, '').split('\n').slice(0, rows);
      const before = shown;
      shown = lines;
      const changed: string[] = [];
      for (let n = 0; n < Math.max(lines.length, before?.length ?? 0); n++) {
        const line = lines[n] ?? '';
        if (before === undefined ? line !== '' : line !== (before[n] ?? '')) changed.push(`\u001B[${n + 1};1H${line}${eraseToEnd}`);
      }
      if (before !== undefined && changed.length === 0) return '';
      return beginSynchronised + (before === undefined ? clearScreen : '') + changed.join('') + endSynchronised;
    },
    invalidate() {
      shown = undefined;
    },
  };
};

type Done = (error?: Error | null) => void;

/**
 * `stdout` as Ink is to see it. `frameRows` is the height a frame may have: all of it. Nothing is drawn unless `active`: Ink draws
 * once more when the process ends, and that frame would land on the normal screen.
 */
export const paintedStream = (stdout: NodeJS.WriteStream, active: () => boolean = () => true): NodeJS.WriteStream => {
  const painter = createPainter();
  const write = (text: string | Uint8Array, ...rest: unknown[]): boolean => {
    const done = rest.find((argument): argument is Done => typeof argument === 'function');
    const send = (bytes: string): boolean => (done === undefined ? stdout.write(bytes) : stdout.write(bytes, done));
    if (!active()) return send('');
    if (typeof text !== 'string' || text === '' || cursorVisibility.test(text)) return send(String(text));
    // The painter brackets its own writes.
    if (text === beginSynchronised || text === endSynchronised) return send('');
    const frame = text.replace(eraseLines, '');
    if (frame === '') {
      painter.invalidate();
      return send('');
    }
    return send(painter.paint(frame, stdout.rows || 24));
  };
  // Before Ink's own listener: a new size means that nothing on the screen is where it was.
  stdout.on('resize', painter.invalidate);
  return new Proxy(stdout, {
    get(target, property) {
      if (property === 'write') return write;
      // One more than there are: a frame of the whole height must not look like an overflow to Ink.
      if (property === 'rows') return (target.rows || 24) + 1;
      if (property === 'frameRows') return target.rows || 24;
      const value = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};
