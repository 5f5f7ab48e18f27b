/**
 * Whatever a test leaves behind is searched for secrets, all of which carry one marker: each temporary folder before it is removed (journals,
 * jobs, logs, states, crash reports), and what was shown. Loaded before every test file (`leaks-setup.ts`), so that no test has to ask for it.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { type Found, marker, searchFor } from './planted.ts';

/** Where a token belongs: Modal's own file, also where that is a link to another, and what a test wrote as a person would. */
const secretsBelongIn = new Set(['modal.toml', '.modal.toml', 'dotfiles.toml', '.env']);

const search = searchFor({ 'a secret': marker });
const temporary = fs.realpathSync(os.tmpdir());
const found: Found[] = [];
const made = new Set<string>();
const shown: { readonly where: string; readonly read: () => string }[] = [];

export const leaksBelow = (folder: string): readonly Found[] =>
  search.inFolders([folder]).filter(({ where }) => !secretsBelongIn.has(path.basename(where)));

/** Escape sequences: what stands between them may be one word on the screen. */
const sequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;

const leaksIn = (where: string, text: string): readonly Found[] => {
  const plain = text.replace(sequences, '');
  // A long word is broken at the edge of the screen.
  return [text, plain, plain.replace(/\s/g, '')].map(one => search.inText(where, one)).find(one => one.length > 0) ?? [];
};

/** `read`, at the end of the test file: all that was shown there, to a person or a program. */
export const searchShown = (where: string, read: () => string): void => {
  shown.push({ where, read });
};

/** All that was shown, without what steers a terminal. */
export const allShown = (): readonly { readonly where: string; readonly text: string }[] =>
  shown.map(({ where, read }) => ({ where, text: read().replace(sequences, '') }));

/** Searches a folder that another process is about to remove. */
export const searchFolder = (folder: string): void => {
  found.push(...leaksBelow(folder));
};

/** From now on no temporary folder is removed unsearched. */
export const searchWhatIsRemoved = (): void => {
  const { rmSync, mkdtempSync } = fs;
  fs.rmSync = (target, options) => {
    const folder = path.resolve(String(target));
    if (options?.recursive && (folder.startsWith(os.tmpdir() + path.sep) || folder.startsWith(temporary + path.sep))) searchFolder(folder);
    rmSync(target, options);
  };
  fs.mkdtempSync = ((prefix: string) => {
    const folder = mkdtempSync(prefix);
    made.add(folder);
    return folder;
  }) as typeof mkdtempSync;
  syncBuiltinESMExports();
};

/** Everything found up to now, and in what is still there. */
export const allLeaks = (): readonly Found[] => {
  for (const folder of made) searchFolder(folder);
  for (const { where, read } of shown) found.push(...leaksIn(where, read()));
  return [...new Map(found.map(one => [one.where, one])).values()];
};
