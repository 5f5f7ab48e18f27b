/** YAML text as a plain tree in which every node knows its line, so that a check can point at it. */
import { readFile, stat } from 'node:fs/promises';
import type { Document, LineCounter, Node } from 'yaml';
import { UserError, usageError } from '../errors/errors.ts';
import { quoted } from '../text/shell-word.ts';

export type Located =
  | { readonly kind: 'scalar'; readonly line: number; readonly value: unknown }
  | { readonly kind: 'map'; readonly line: number; readonly entries: readonly Entry[] }
  | { readonly kind: 'list'; readonly line: number; readonly items: readonly Located[] };

export type Entry = { readonly key: string; readonly line: number; readonly value: Located };

/** Larger files are no configuration; reading them would only freeze the terminal. */
const largest = 1_000_000;

/** The command that opens the file at that line, for the last line of an error. */
export const editCommand = (file: string, line: number): string => `\${EDITOR:-vi} +${line} '${file}'`;

type Yaml = typeof import('./yaml-library.ts');

/** Aliases can make a small file huge, or endless. */
const mostNodes = 100_000;
const deepest = 64;
const tooDeep = 'its lists or maps are nested too deeply, or an alias leads into itself';

const createLocate = (yaml: Yaml, document: Document, lines: LineCounter) => {
  let nodes = 0;
  const locate = (node: Node | null | undefined, line: number, depth: number): Located => {
    nodes += 1;
    if (depth > deepest) throw new Error(tooDeep);
    if (nodes > mostNodes) throw new Error('it is too large once its aliases are followed');
    const here = node?.range ? lines.linePos(node.range[0]).line : line;
    const below = (inner: unknown, from: number) => locate(inner as Node | null, from, depth + 1);
    if (yaml.isAlias(node)) {
      const meant = node.resolve(document);
      if (meant === undefined) throw new Error(`line ${here}: *${node.source} is not defined above it`);
      return below(meant, here);
    }
    if (yaml.isMap(node)) {
      const entries = node.items.map(({ key, value }) => {
        const keyNode = key as Node | null;
        const keyLine = keyNode?.range ? lines.linePos(keyNode.range[0]).line : here;
        const text = yaml.isScalar(keyNode) ? String(keyNode.value) : String(keyNode);
        return { key: text, line: keyLine, value: below(value, keyLine) };
      });
      return { kind: 'map', line: here, entries };
    }
    if (yaml.isSeq(node)) return { kind: 'list', line: here, items: node.items.map(item => below(item, here)) };
    return { kind: 'scalar', line: here, value: yaml.isScalar(node) ? node.value : null };
  };
  return locate;
};

/** Faults that the library tells in words for programmers. */
const oursFor: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'another document begins here; a config is one',
  RESOURCE_EXHAUSTION: tooDeep,
};

/** Parses YAML text; `file` only names it in errors. Throws a usage error at the first fault of the syntax. */
export const parseLocated = async (text: string, file: string): Promise<Located> => {
  const yaml = await import('./yaml-library.ts');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    const why = oursFor[fault.code] ?? fault.message;
    throw usageError(`${file}:${line}: this is not valid YAML`, `column ${col}: ${why}`, editCommand(file, line));
  }
  try {
    return createLocate(yaml, document, lines)(document.contents, 1, 0);
  } catch (error) {
    throw usageError(`${file}: this YAML cannot be read`, error instanceof Error ? error.message : String(error), editCommand(file, 1));
  }
};

/** Reads and parses a YAML file. Throws a usage error that says why it could not be read. */
export const readLocated = async (file: string): Promise<Located> => {
  let text: string;
  const refused = (why: string) => usageError(`${file} was not read`, why, `ls -l ${quoted(file)}`);
  try {
    const found = await stat(file);
    // What is neither, as a pipe, may never end.
    if (!found.isFile() && !found.isDirectory()) throw refused('it is no file');
    if (found.size > largest) throw refused('it is larger than 1 MB, so it is no configuration');
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : `it cannot be read (${code})`;
    throw refused(why);
  }
  return await parseLocated(text, file);
};
