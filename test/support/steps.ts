/**
 * Next steps, judged: one is a command that works when it is typed. What is ours is parsed by the program's own parser; programs of others are
 * named here, one by one.
 */
import { commands } from '../../src/cli/commands.ts';
import { parseInvocation } from '../../src/cli/parse.ts';
import { workloadVerbs } from '../../src/cli/workload-verbs.ts';
import { UserError } from '../../src/errors/errors.ts';

/** Programs of others that a step may be. */
const others = [
  /^sudo (apt|apt-get|dnf|pacman|zypper|apk) (install|add|-S)( -y)?( [\w+.-]+)+$/,
  /^(xcode-select --install|wsl --install|df -h)$/,
  /^brew install /,
  /^(rm|mv|less|ls -l|mkdir -p|cd|chmod \d+) \S/,
  /^unset [A-Z][A-Z_ ]*$/,
  // A page to be opened: what only a browser can do.
  /^https:\/\/(modal\.com|nodejs\.org)(\/\S*)?$/,
  /^export [A-Z_]+=\S+$/,
  /^\$\{EDITOR:-vi\} \S/,
  /^npx ann-tui@latest setup$/,
  /^(pip config list|\S+ -m pip install \S.*)$/,
  /^(\S+|'[^']+') (image logs|app logs) \S+$/,
];

const program = String.raw`(?:ann-tui|npm start --|npm --prefix \S+ start --|npx(?: --yes)? \S+|node \S*ann-tui\.js)`;
const ours = new RegExp(`^(?:[A-Z_]+=\\S+ )*${program}(?: (.*))?$`);

/** Words in capitals that a person puts something of theirs in place of, where nobody can know it. */
const placeholders = new Set(['FILE', 'DIR', 'FOLDER', 'USD']);

/** As a shell parts them; quotes only. */
const shellWords = (text: string): readonly string[] =>
  (text.match(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g) ?? []).map(word => word.replace(/['"]/g, ''));

/** Commands with verbs of their own. */
const verbs: Readonly<Record<string, readonly string[]>> = {
  runs: ['rm', 'prune'],
  volumes: ['ls', 'create', 'inspect', 'get', 'put', 'rm', 'delete', ...workloadVerbs.map(({ name }) => name)],
  secrets: ['list', 'create', 'delete'],
};

/** Commands of a workload that a test adds to the program: by their names alone. */
export const moreCommands = new Set<string>();

const judgeOurs = (words: readonly string[]): string | undefined => {
  const [name, ...args] = words;
  if (name === undefined || name === '--help' || name === '--version') return undefined;
  if (moreCommands.has(name)) return undefined;
  const command = commands.find(one => one.name === name);
  if (command === undefined) return `there is no command "${name}"`;
  try {
    const { words: given } = parseInvocation(command, args);
    const known = verbs[name];
    if (known !== undefined && given[0] !== undefined && !known.includes(given[0])) return `${name} knows no "${given[0]}"`;
  } catch (error) {
    return error instanceof UserError ? error.message : String(error);
  }
  const open = args.find(word => /^[A-Z][A-Z_]+$/.test(word) && !placeholders.has(word));
  return open === undefined ? undefined : `"${open}" is nothing that could be typed`;
};

const judgePart = (part: string): string | undefined => {
  const found = ours.exec(part);
  if (found !== null) return judgeOurs(shellWords(found[1] ?? ''));
  return others.some(known => known.test(part)) ? undefined : 'it is no command';
};

/** Why a step cannot be typed; undefined when it can. */
export const judgeStep = (step: string): string | undefined =>
  step
    .split(' && ')
    .map(judgePart)
    .find(problem => problem !== undefined);

/** A step as it stands in the sources, where `x1` is a value that only the running program knows. */
export const judgeWritten = (step: string): string | undefined => {
  // The command line goes on with these: an option that would be right, or the same again.
  const typed = step === 'again' ? undefined : step.startsWith('--') ? judgeOption(step) : judgeStep(step);
  if (typed === undefined) return undefined;
  const unknown = step.split(' && ').some(part => /^(x1|ann-tui x1|ann-tui \w+ x1)/.test(part) && /x1/.test(part));
  return unknown || judgeStep(step.replace(/ x1$/, '')) === undefined ? undefined : typed;
};

const options = new Set(commands.flatMap(command => Object.keys(command.options)));

const judgeOption = (step: string): string | undefined => {
  const [name = '', ...values] = step.slice(2).split(' ');
  if (name !== 'x1' && !options.has(name)) return 'no command has this option';
  return values.length > 1 ? 'it is no option with its value' : undefined;
};

const inRecord = (line: string): readonly string[] => {
  try {
    const { type, hint, fix, failure } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    // What a verdict hints at is how to write one's file, and nothing to be typed.
    const steps = [type === 'error' ? hint : undefined, fix, (failure as { readonly hint?: unknown } | undefined | null)?.hint];
    return steps.filter(step => typeof step === 'string');
  } catch {
    return [];
  }
};

/** Every step in what was printed: behind `next:`, and in records. */
export const stepsIn = (text: string): readonly string[] =>
  text.split(/\r?\n/).flatMap(line => (line.startsWith('{') ? inRecord(line) : (/^ {2}next: (.+?)\s*$/.exec(line)?.slice(1) ?? [])));
