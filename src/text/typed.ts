/**
 * A next step as a person can type it. Everywhere inside, in journals too, a command of ours is written `ann-tui ARGS`; `typed()` makes of
 * it what works here: how this program was started is known to this file alone.
 */
import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { commandNames } from './command-names.ts';
import { quoted } from './shell-word.ts';

/** What a start leaves to be seen. `script`: argv[1]. */
export type Start = { readonly script: string; readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> };

const real = (file: string): string | undefined => {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
};

/** npm puts folders of its own in front of the PATH of what it starts: they are gone when a person types. */
const isOnPath = (script: string, PATH: string): boolean =>
  PATH.split(path.delimiter)
    .filter(folder => folder !== '' && !/[/\\]node_modules[/\\]\.bin$/.test(folder))
    .some(folder => real(path.join(folder, 'ann-tui')) === script);

/** What npx was asked for, as it noted it: a name and version, or a file, which is found from any folder by its whole path. */
const npxPackage = (script: string, cwd: string): string | undefined => {
  const [, folder] = /^(.*[/\\]_npx[/\\][^/\\]+)[/\\]/.exec(script) ?? [];
  if (folder === undefined) return undefined;
  try {
    const noted = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
      readonly dependencies?: Readonly<Record<string, string>>;
      readonly _npx?: { readonly packages?: readonly string[] };
    };
    const [, file] = /^file:(.*)$/.exec(noted.dependencies?.['ann-tui'] ?? '') ?? [];
    if (file === undefined) return noted._npx?.packages?.[0] ?? 'ann-tui';
    const whole = path.resolve(folder, file);
    return path.dirname(whole) === cwd ? `./${path.basename(whole)}` : whole;
  } catch {
    return undefined;
  }
};

const isWithin = (folder: string, parent: string): boolean => folder === parent || folder.startsWith(parent + path.sep);

/** The words that start this program again, without arguments. */
export const programWords = ({ script, cwd, env }: Start): string => {
  const file = real(script);
  // Not our bundle: a test, or a program that uses these files.
  if (file === undefined || path.basename(file) !== 'ann-tui.js') return 'ann-tui';
  const root = path.dirname(path.dirname(file));
  if (env.npm_lifecycle_event === 'start' && env.npm_package_json === path.join(root, 'package.json')) {
    const from = env.INIT_CWD ?? cwd;
    return isWithin(real(from) ?? from, root) ? 'npm start --' : `npm --prefix ${quoted(root)} start --`;
  }
  const asked = npxPackage(file, cwd);
  // Of a file npx asks each time whether it may, and gives up where nobody can be asked.
  if (asked !== undefined) return `npx ${env.npm_config_yes === 'true' ? '--yes ' : ''}${quoted(asked)}`;
  if (isOnPath(file, env.PATH ?? '')) return 'ann-tui';
  const [, project] = /^(.*)[/\\]node_modules[/\\]ann-tui[/\\]dist[/\\]/.exec(file) ?? [];
  if (project !== undefined && isWithin(cwd, project)) return 'npx ann-tui';
  const near = path.relative(cwd, file);
  return `node ${quoted(near.startsWith('..') ? file : near)}`;
};

let words: string | undefined;

const here = (): string => {
  words ??= programWords({ script: process.argv[1] ?? '', cwd: process.cwd(), env: process.env });
  return words;
};

const ours = new RegExp(`(?<![\\w/.-]|npx |--yes )ann-tui (?=(?:${commandNames.join('|')})\\b|--(?:help|version|json)\\b)`, 'g');

/** `text` with every command of ours in it as this program was started: `npm start -- attach RUN` in a clone. Twice is as once. */
export const typed = (text: string, start: () => string = here): string =>
  text.includes('ann-tui ') ? text.replace(ours, () => `${start()} `) : text;
