/**
 * One file that a bug report can carry: plain lines to read, and below them the same as NDJSON. Neither workspace nor user nor any secret is in it,
 * and paths are those below "~".
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeFolder, writeTextAtomic } from '../process/files.ts';
import { hideSecrets } from '../secrets/hide.ts';
import { systemName, thisMachine } from '../setup/machine.ts';
import { duration, money } from '../text/format.ts';
import { paths } from '../util/paths.ts';
import { version } from '../util/version.ts';
import type { Checked } from './check.ts';

export type Report = {
  readonly target: 'local' | 'modal';
  /** Unix milliseconds. */
  readonly at: number;
  readonly seconds: number;
  readonly checks: readonly Checked[];
  /** Of Modal: its client. */
  readonly client?: string;
  /** Dollars: what was said before, the most it could be, and what the job itself counted. */
  readonly cost?: { readonly likely: number; readonly most: number; readonly spent: number };
  /** Why it ended before its end. */
  readonly cut?: string;
  /** Words that must not be in it: names of a workspace, of a person. */
  readonly hidden?: readonly string[];
};

export const marks = { ok: '✓', warn: '!', fail: '✗', skipped: '·' } as const;

export const counts = (checks: readonly Checked[]): string => {
  const of = (verdict: Checked['verdict']): number => checks.filter(one => one.verdict === verdict).length;
  const [failed, warned, skipped] = [of('fail'), of('warn'), of('skipped')];
  return [
    `${of('ok')} of ${checks.length} as assumed`,
    ...(warned > 0 ? [`${warned} ${warned === 1 ? 'differs' : 'differ'}`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} not tried`] : []),
  ].join(', ');
};

/** The last line of all. */
export const summary = ({ checks, seconds, cut, cost }: Report): string => {
  const dollars = cost === undefined ? '' : `, ${money(cost.spent)} by the job's own account`;
  return `${cut === undefined ? '' : 'cut short: '}${counts(checks)}, in ${duration(seconds)}${dollars}`;
};

/** Two lines each: what was found, and what the program assumes. */
export const checkedLines = ({ name, verdict, found, assumes, seconds }: Checked, width: number): readonly string[] => [
  `${marks[verdict]} ${name.padEnd(width)}  ${found}${seconds >= 1 ? ` (${duration(seconds)})` : ''}`,
  `  ${''.padEnd(width)}  assumed: ${assumes}`,
];

const headOf = ({ target, at, client, seconds, cost, cut }: Report) => {
  const { cores, cpu, memoryGiB } = thisMachine();
  return {
    type: 'selftest',
    v: 1,
    target,
    at: new Date(at).toISOString(),
    seconds: Math.round(seconds),
    versions: { 'ann-tui': version, node: process.versions.node, ...(client && { modal: client }) },
    machine: { system: systemName(), arch: process.arch, cores, cpu, memory_gib: memoryGiB },
    ...(cost && { cost }),
    ...(cut === undefined ? {} : { cut }),
  };
};

const costWords = ({ likely, most, spent }: NonNullable<Report['cost']>): string =>
  `cost: ${money(spent)} by the job's own account; said before: about ${money(likely)}, at most ${money(most)}`;

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Takes out what is a person's own: the home folder, and the words given, as words. */
const cleaned = (text: string, hidden: readonly string[]): string =>
  hidden
    .filter(word => word !== '')
    .reduce(
      (rest, word) => rest.replace(new RegExp(`(?<![\\w-])${escaped(word)}(?![\\w-])`, 'g'), '…'),
      hideSecrets(text).replaceAll(os.homedir(), '~'),
    );

export const reportText = (report: Report): string => {
  const head = headOf(report);
  const { system, arch, cores, cpu, memory_gib } = head.machine;
  const width = Math.max(0, ...report.checks.map(({ name }) => name.length));
  const lines = [
    `ann-tui selftest --target ${report.target}, ${head.at}`,
    `${Object.entries(head.versions)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}; ${system} ${arch}, ${cores} × ${cpu}, ${memory_gib} GiB`,
    ...(report.cost === undefined ? [] : [costWords(report.cost)]),
    ...(report.cut === undefined ? [] : [`cut short: ${report.cut}`]),
    '',
    ...report.checks.flatMap(checked => checkedLines(checked, width)),
    '',
    summary(report),
    '',
    JSON.stringify(head),
    ...report.checks.map(checked => JSON.stringify({ type: 'check', ...checked })),
  ];
  return `${cleaned(lines.join('\n'), report.hidden ?? [])}\n`;
};

/** Where reports are kept. */
export const selftestFolder = (): string => path.join(paths().data, 'selftest');

/** Its file, readable by its owner alone. */
export const writeReport = (report: Report): string => {
  const folder = selftestFolder();
  makeFolder(folder);
  const stamp = new Date(report.at).toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  const file = path.join(folder, `selftest-${report.target}-${stamp}.txt`);
  writeTextAtomic(file, reportText(report));
  return file;
};

/** The newest one of a target, in a few words; undefined where there is none, or where it was cut short. */
export const lastReport = (
  target: Report['target'],
): { readonly at: Date; readonly summary: string; readonly failed: boolean; readonly file: string } | undefined => {
  try {
    const newest = readdirSync(selftestFolder())
      .filter(name => name.startsWith(`selftest-${target}-`) && name.endsWith('.txt'))
      .toSorted()
      .at(-1);
    if (newest === undefined) return undefined;
    const file = path.join(selftestFolder(), newest);
    const text = readFileSync(file, 'utf8');
    const found = /^\d+ of \d+ as assumed.*$/m.exec(text)?.[0];
    return found === undefined ? undefined : { at: statSync(file).mtime, summary: found, failed: /^[✗·] /m.test(text), file };
  } catch {
    return undefined;
  }
};
