/** A person's own editor, at a line of a file, in this terminal. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** VISUAL, else EDITOR; undefined where neither is set. */
export const editorOf = (env: Environment): string | undefined => env.VISUAL?.trim() || env.EDITOR?.trim() || undefined;

const plusLine = new Set([
  'vi',
  'vim',
  'nvim',
  'view',
  'gvim',
  'mvim',
  'nano',
  'pico',
  'emacs',
  'emacsclient',
  'jed',
  'joe',
  'mg',
  'kak',
  'ne',
  'micro',
]);
const goTo = new Set(['code', 'code-insiders', 'codium', 'vscodium', 'cursor', 'windsurf']);
const colon = new Set(['hx', 'helix', 'subl', 'zed', 'atom']);
const lineOption = new Set(['idea', 'clion', 'pycharm', 'kate', 'mate']);

/** The arguments by which `editor` opens `file` at `line`; one that is not known gets the file alone. */
export const editorArguments = (editor: string, file: string, line: number): readonly string[] => {
  const name = path.basename(/^(?:"([^"]+)"|'([^']+)'|(\S+))/.exec(editor)?.slice(1).find(Boolean) ?? '').replace(/\.exe$/, '');
  if (plusLine.has(name)) return [`+${line}`, file];
  if (goTo.has(name)) return ['-g', `${file}:${line}`];
  if (colon.has(name)) return [`${file}:${line}`];
  if (lineOption.has(name)) return ['--line', String(line), file];
  return [file];
};

/**
 * Waits until the editor is left: nothing of ours reads the keyboard meanwhile. Returns what went wrong, for a person; undefined when
 * nothing did. `editor` may have arguments of its own, and is read by the shell, as git does.
 */
export const openEditor = (editor: string, file: string, line: number): string | undefined => {
  const { status, signal, error } = spawnSync('/bin/sh', ['-c', `${editor} "$@"`, 'editor', ...editorArguments(editor, file, line)], {
    stdio: 'inherit',
  });
  if (error !== undefined) return `${editor} could not be started: ${error.message}`;
  if (status === 127 || status === 126) return `${editor} is no program that can be run: VISUAL or EDITOR names another.`;
  if (status !== 0) return `${editor} ended with ${signal ?? `code ${status}`}.`;
  return undefined;
};
