/** What the screens and the command of a benchmark ask for beside what every workload does. */
import path from 'node:path';
import type { Listed } from '../../runs/store.ts';
import { shownFrom } from '../../user-code/user-file.ts';
import { shownPath } from '../../util/paths.ts';
import type { WrittenReport } from '../written-report.ts';
import { recallLevels } from './compare/at-recall.ts';
import type { ImplementationInfo } from './implementation-info.ts';
import { createOwn, freeName, headerFile } from './user-code/create.ts';
import { tellEditors } from './user-code/editor.ts';
import type { OwnImplementation } from './user-code/list.ts';

export type BenchService = {
  implementations(): Promise<readonly ImplementationInfo[]>;
  /** Files of a person's own: in this folder, and those that runs were made with and that are still there. */
  ownImplementations(): Promise<readonly OwnImplementation[]>;
  /** A name that a fresh file may have here. */
  freeOwnName(): string;
  /** Writes NAME.cpp into this folder; throws `UserError`, never writes over anything. `header`: where its ann.h is, as it is shown. */
  createOwn(name: string): Promise<OwnImplementation & { readonly header: string }>;
  /** Writes the report into this folder, over an older one of the same run. Throws `UserError`. */
  report(run: string): Promise<WrittenReport>;
};

const ownAt = (file: string): OwnImplementation => ({
  name: path.basename(file, path.extname(file)),
  file,
  shown: shownFrom(process.cwd(), file),
});

export const createBenchService = (list: () => Listed): BenchService => ({
  implementations: async () => {
    const { atRecalls, loadBenchmark, pointCount } = await import('./config.ts');
    return (await loadBenchmark()).value.implementations
      .filter(entry => !entry.hidden)
      .map(entry => {
        const { name, title } = entry;
        const found = atRecalls(entry, recallLevels);
        return { name, title, points: pointCount(entry), default: entry.default, ...(found !== entry && { atRecall: pointCount(found) }) };
      });
  },
  ownImplementations: async () => {
    const { listOwn } = await import('./user-code/list.ts');
    return (await listOwn(process.cwd(), list().runs)).map(ownAt);
  },
  freeOwnName: () => freeName(process.cwd()),
  createOwn: async name => {
    const { builtInNames } = await import('./implementations.ts');
    const made = ownAt(createOwn(name, process.cwd(), builtInNames));
    tellEditors(process.cwd());
    return { ...made, header: shownPath(headerFile()) };
  },
  report: async run => {
    const { writeReport } = await import('./report/write.ts');
    return await writeReport([run]);
  },
});
