/** The terminal modes that a full-screen program changes, and the one way back. */

const enterAltScreen = '\u001B[?1049h\u001B[2J\u001B[H';
const leaveAltScreen = '\u001B[?1049l';
/** A line that is too wide while the size changes is cut, and never pushes the screen up. */
const disableWrap = '\u001B[?7l';
const enableWrap = '\u001B[?7h';
const enablePaste = '\u001B[?2004h';
const disablePaste = '\u001B[?2004l';
const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';
const endSynchronised = '\u001B[?2026l';
const resetStyle = '\u001B[0m';

export type Writer = { write(text: string): unknown };
export type RawSwitch = { readonly isTTY?: boolean; setRawMode?(mode: boolean): unknown };

export type Modes = {
  /** Also after `restore`, or where somebody else changed them. */
  enter(): void;
  /** Between `enter` and `restore`: only then may a frame be drawn. */
  active(): boolean;
  /** Idempotent, never throws: it runs while the process is dying. */
  restore(): void;
};

export const createModes = (output: Writer, input: RawSwitch): Modes => {
  let entered = false;
  return {
    enter() {
      entered = true;
      // Before anything can be seen: a Ctrl-C right after the first frame must arrive as a key, not as a signal to the shell.
      if (input.isTTY) input.setRawMode?.(true);
      output.write(enterAltScreen + disableWrap + enablePaste + hideCursor);
    },
    active: () => entered,
    restore() {
      if (!entered) return;
      entered = false;
      try {
        output.write(endSynchronised + resetStyle + disablePaste + enableWrap + leaveAltScreen + showCursor);
      } catch {
        // The terminal is gone: there is nothing to restore.
      }
      try {
        if (input.isTTY) input.setRawMode?.(false);
      } catch {
        // Likewise.
      }
    },
  };
};
