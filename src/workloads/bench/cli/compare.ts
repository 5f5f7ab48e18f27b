import type { Context, Invocation, Run } from '../../../cli/command.ts';
import { statusWord } from '../../../cli/text/status-word.ts';
import { table } from '../../../cli/text/table.ts';
import { exitCodes, UserError, usageError } from '../../../errors/errors.ts';
import type { RunState } from '../../../runs/state.ts';
import { openRun, resolveRun } from '../../../runs/store.ts';
import * as format from '../../../text/format.ts';
import { intervalText, sameText } from '../compare/certainty.ts';
import { baselines, type Choice, type Comparison, compareRuns } from '../compare/compare.ts';
import { type Ranking, rank, rule } from '../compare/competition.ts';
import { diagnose, type Finding } from '../compare/diagnosis.ts';
import { csvLines, records } from '../compare/records.ts';
import { letterOf, settingOf } from '../compare/series.ts';
import { standingsOf } from '../compare/standing.ts';
import { differenceLines, placeText, unfinishedText } from '../compare/words.ts';
import { marksText } from '../operating-points.ts';
import { recall as recallText } from '../recall-text.ts';
import { type BenchRun, isBenchRun } from '../run.ts';
import { pairLines } from './pair-lines.ts';
import { recallsOf } from './recalls.ts';

const help = 'ann-tui compare --help';

const ruleOf = (invocation: Invocation): boolean => {
  const text = invocation.text('rule');
  if (text !== undefined && text !== 'competition') throw usageError(`There is no rule "${text}"`, 'there is: competition', help);
  return text !== undefined;
};

const withPoints = (state: RunState): BenchRun => {
  if (!isBenchRun(state)) throw usageError(`${state.run} cannot be compared here`, 'it is no benchmark', `ann-tui show ${state.run}`);
  if (state.results.points.length > 0) return state;
  const why = state.status === 'ended' ? `it ended as ${statusWord(state)}` : 'its first point is not measured yet';
  throw new UserError({ what: `${state.run} has nothing to compare`, why, hint: `ann-tui show ${state.run}` });
};

/** An implementation, or one of the runs, by name or by its beginning. */
const baselineOf = (invocation: Invocation, runs: readonly BenchRun[]): string | undefined => {
  const text = invocation.text('baseline');
  if (text === undefined) return undefined;
  const known = baselines(compareRuns(runs));
  if (known.includes(text)) return text;
  const fits = runs.length < 2 ? [] : runs.filter(({ run }) => run.startsWith(text) || run.slice(run.indexOf('-') + 1).startsWith(text));
  if (fits.length === 1) return fits[0]?.run;
  throw usageError(`There is no baseline "${text}"`, `there are: ${known.join(', ')}`, `--baseline ${known[0] ?? ''}`);
};
const headLines = (comparison: Comparison, now: number): readonly string[] =>
  comparison.runs.map((run, n) => {
    const unfinished = unfinishedText(run);
    const name = comparison.runs.length > 1 ? `${letterOf(n)}  ${run.run}` : run.run;
    return `${name}  ${placeText(run, comparison)} · ${format.ago(run.createdAt, now)}${unfinished === undefined ? '' : ` · ${unfinished}`}`;
  });

const rankingLines = ({ dataset, ranked }: Ranking): readonly string[] => {
  const columns = [
    { head: 'place', right: true },
    { head: 'entry' },
    { head: 'setting' },
    { head: `recall@${rule.k}`, right: true },
    { head: 'QPS', right: true },
    { head: 'p95', right: true },
    { head: 'index', right: true },
    { head: 'build', right: true },
    { head: 'score', right: true },
  ];
  const cells = ranked.map(({ series, point, place, score }) => [
    place?.toString() ?? '–',
    series.label,
    settingOf(series, point),
    point.k === rule.k ? recallText(point.recall) : `– (k ${point.k})`,
    format.count(point.qps),
    format.latency(point.latency_ms?.p95),
    format.size(point.index_bytes),
    format.duration(point.build_seconds),
    score.toFixed(2),
  ]);
  return [
    `${dataset}: recall@${rule.k} ≥ ${rule.recall.toFixed(2)}, then QPS, p95, index, build`,
    ...table(columns, cells),
    '',
    ...ranked.map(({ series, place, reason }) => `  ${place === undefined ? '–' : `${place}.`} ${series.label}: ${reason}`),
  ];
};

const marks = { warn: '!', hint: '→', fact: '·' } as const;

const print = (comparison: Comparison, findings: readonly Finding[], rankings: readonly Ranking[], { out }: Context): void => {
  const paragraphs: readonly (readonly string[])[] = [
    headLines(comparison, Date.now()),
    standingsOf(comparison).map(({ text }) => text),
    differenceLines(comparison).map(({ weight, text }) => `${weight === 'question' ? '✗ not comparable: ' : '! '}${text}`),
    ...(rankings.length > 0 ? rankings.map(rankingLines) : comparison.pairs.map(pairLines)),
    findings.map(({ weight, text }) => `${marks[weight]} ${text}`),
    [...marksText(comparison.readings.flatMap(({ series }) => series.points)), intervalText, sameText],
  ].filter(lines => lines.length > 0);
  for (const [n, lines] of paragraphs.entries()) {
    if (n > 0) out.line();
    for (const line of lines) out.line(line);
  }
};

export const run: Run = async (invocation, context) => {
  const { out } = context;
  const asCsv = invocation.flag('csv');
  if (asCsv && out.json) throw usageError('--csv and --json do not go together', 'each is a format of its own', help);
  const levels = recallsOf(invocation);
  const ranked = ruleOf(invocation);
  const runs = [...new Set(invocation.words.map(resolveRun))].map(name => withPoints(openRun(name).refresh()));
  const baseline = baselineOf(invocation, runs);
  const choice: Choice = { ...(levels === undefined ? {} : { levels }), ...(baseline === undefined ? {} : { baseline }) };
  const comparison = compareRuns(runs, choice);
  if (comparison.pairs.length === 0 && !ranked) {
    const [only] = runs;
    throw usageError(
      'There is nothing to compare with',
      runs.length === 1 ? `${only?.run} measured one implementation with one build` : 'the runs have no data set in common',
      'ann-tui runs',
    );
  }
  const findings = diagnose(comparison, levels?.length === 1 ? levels[0] : undefined);
  const rankings = ranked ? rank(comparison.readings.map(({ series }) => series)) : [];
  if (asCsv) for (const line of csvLines(comparison, rankings)) out.line(line);
  else if (out.json) for (const record of records(comparison, findings, rankings)) out.record(record);
  else print(comparison, findings, rankings, context);
  return exitCodes.done;
};
