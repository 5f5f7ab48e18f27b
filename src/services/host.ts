/** This machine, and the programs of the person who sits at it. */
import type { Moment } from '../metering/plane-clock.ts';
import { openInBrowser } from '../process/browser.ts';
import { readMoment } from '../process/moment.ts';
import { thisMachine } from '../setup/machine.ts';
import { editorOf, openEditor } from '../terminal/editor.ts';

export type HostService = {
  /** This machine in a few words: "2 cores · AMD EPYC". */
  machine(): { readonly cores: number; readonly cpu: string; readonly memoryGiB: number };
  /** Now, by every clock of this machine: what meter and forecast take. */
  moment(): Moment;
  /** Opens an address in the person's browser; false when there is none. */
  openInBrowser(url: string): Promise<boolean>;
  /** The person's editor, as VISUAL or EDITOR say; undefined where neither does. */
  editor(): string | undefined;
  /** Opens it at a line, counted from 1, and waits for its end; what went wrong, for a person. The terminal must be free. */
  edit(file: string, line: number): string | undefined;
};

export const createHostService = (): HostService => ({
  machine: thisMachine,
  moment: readMoment,
  openInBrowser,
  editor: () => editorOf(process.env),
  edit: (file, line) => openEditor(editorOf(process.env) ?? 'vi', file, line),
});
