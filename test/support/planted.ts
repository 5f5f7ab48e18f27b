/**
 * Secret values that a test plants, and the search for them where none may be: command lines of processes, files, what was printed, screens.
 * A value is looked for as it is and in the forms that programs write it in (JSON, URL, Base64, hexadecimal).
 *
 *     const search = searchFor({ 'the key': key });
 *     const watch = search.watchProcesses();
 *     …
 *     expect([...watch.stop(), ...search.inFolders([home]), ...search.inText('screen', frames.join('\n'))]).toEqual([]);
 */
import { randomBytes } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readSync, type Stats } from 'node:fs';
import path from 'node:path';
import { watchCommandLines } from './command-lines.ts';

export type Found = {
  /** Which of the planted, by its name: never the value itself. */
  readonly secret: string;
  readonly where: string;
};

/**
 * In every secret value of the tests, those of the stand-in too: whatever tests leave behind is searched for it (`leaks.ts`). Another one is
 * for the tests of the search itself.
 */
export const marker = process.env.ANN_TUI_TEST_MARKER ?? 'NeverShowThis';

/** A value that stands nowhere else; `form` begins it ("AKIA"). */
export const plant = (form = ''): string => `${form}${marker}${randomBytes(15).toString('hex')}`;

/** Of each of the three places that a text may begin at inside of another: the letters of its Base64 that do not depend on its neighbours. */
const base64Forms = (value: string): readonly string[] =>
  [0, 1, 2].map(shift => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(shift === 0 ? 0 : shift + 1, -2);
  });

const formsOf = (value: string): readonly Buffer[] => {
  const encoded = base64Forms(value);
  const texts = [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    Buffer.from(value).toString('hex'),
    ...encoded,
    ...encoded.map(text => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return [...new Set(texts)].map(text => Buffer.from(text));
};

/** Bytes. What is larger is data, which takes seconds to search; journals, logs and states are far below it. */
const largest = 64 << 20;
const readAtOnce = 8 << 20;
/** A value that stands across two stretches is found in the overlap. */
const overlap = 4096;

const quietly = <T>(act: () => T): T | undefined => {
  try {
    return act();
  } catch {
    // Gone meanwhile, or not ours to read.
    return undefined;
  }
};

/** `planted`: values by a name for the report. They must be long enough not to be met by chance. */
export const searchFor = (planted: Readonly<Record<string, string>>) => {
  const sought = Object.entries(planted).map(([name, value]) => {
    if (value.length < 12) throw new Error(`${name} is too short to be told from chance`);
    return { name, forms: formsOf(value) };
  });

  const inBytes = (bytes: Buffer, where: string): readonly Found[] =>
    sought.flatMap(({ name, forms }) => (forms.some(form => bytes.includes(form)) ? [{ secret: name, where }] : []));

  const inFile = (file: string): readonly Found[] =>
    quietly(() => {
      const descriptor = openSync(file, 'r');
      try {
        const buffer = Buffer.allocUnsafe(readAtOnce);
        for (let at = 0; ; at += readAtOnce - overlap) {
          const read = readSync(descriptor, buffer, 0, readAtOnce, at);
          const found = inBytes(buffer.subarray(0, read), file);
          if (found.length > 0 || read < readAtOnce) return found;
        }
      } finally {
        closeSync(descriptor);
      }
    }) ?? [];

  const inside = (file: string, stat: Stats | undefined): readonly Found[] => {
    if (stat?.isDirectory()) {
      const names = quietly(() => readdirSync(file)) ?? [];
      return names.flatMap(name => {
        const below = path.join(file, name);
        const found = quietly(() => lstatSync(below));
        return [...inBytes(Buffer.from(name), below), ...inside(below, found)];
      });
    }
    // Links are not followed: environments that tests share are no business of one of them.
    return stat?.isFile() && stat.size <= largest ? inFile(file) : [];
  };

  const inFolders = (folders: readonly string[]): readonly Found[] =>
    folders.flatMap(folder => {
      const stat = quietly(() => lstatSync(folder));
      return inside(folder, stat);
    });

  return {
    inText: (where: string, text: string): readonly Found[] => inBytes(Buffer.from(text), where),
    /** Names and contents of everything below: a home with its journals, logs, states and notes. */
    inFolders,
    /** Looks at all command lines again and again until stopped; what it returns is each find once, the value left out of the line. */
    watchProcesses: () => {
      const found = new Map<string, Found>();
      const watch = watchCommandLines(line => {
        for (const { secret } of inBytes(Buffer.from(line, 'latin1'), '')) {
          const shown = sought.flatMap(({ forms }) => forms).reduce((rest, form) => rest.replaceAll(form.toString('latin1'), '…'), line);
          const where = `the command line ${shown.slice(0, 200).trim()}`;
          found.set(secret + where, { secret, where });
        }
      });
      return {
        stop: (): readonly Found[] => {
          watch.stop();
          return [...found.values()];
        },
      };
    },
  };
};

export type SecretSearch = ReturnType<typeof searchFor>;
