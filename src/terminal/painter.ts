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

/** `stdout` as Ink is to see it. */
export type PaintedStream = NodeJS.WriteStream & {
  /** The height that a frame may have: all of it. */
  readonly frameRows: number;
  /** Draws the last frame whole: nothing that stood on the screen counts any more. */
  readonly repaint: () => void;
};

/** Higher than any frame: one that Ink holds for too high it draws after wiping screen and scrollback, past the painter. */
const endless = 100_000;

/**
 * Nothing is drawn unless `active`: Ink draws once more when the process ends, and that frame would land on the normal screen. What it
 * draws meanwhile is what `repaint` shows afterwards.
 */
export const paintedStream = (stdout: NodeJS.WriteStream, active: () => boolean = () => true): PaintedStream => {
  const painter = createPainter();
  let last: string | undefined;
  const rows = () => stdout.rows || 24;
  const write = (text: string | Uint8Array, ...rest: unknown[]): boolean => {
    const done = rest.find((argument): argument is Done => typeof argument === 'function');
    const send = (bytes: string): boolean => (done === undefined ? stdout.write(bytes) : stdout.write(bytes, done));
    if (typeof text !== 'string' || text === '' || cursorVisibility.test(text)) return send(active() ? String(text) : '');
    // The painter brackets its own writes.
    if (text === beginSynchronised || text === endSynchronised) return send('');
    const frame = text.replace(eraseLines, '');
    if (frame === '') painter.invalidate();
    else last = frame;
    return send(frame === '' || !active() ? '' : painter.paint(frame, rows()));
  };
  const repaint = () => {
    painter.invalidate();
    if (last !== undefined && active()) stdout.write(painter.paint(last, rows()));
  };
  // Before Ink's own listener: a new size means that nothing on the screen is where it was.
  stdout.on('resize', painter.invalidate);
  return new Proxy(stdout, {
    get(target, property) {
      if (property === 'write') return write;
      if (property === 'rows') return endless;
      if (property === 'frameRows') return rows();
      if (property === 'repaint') return repaint;
      const value = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  }) as PaintedStream;
};
