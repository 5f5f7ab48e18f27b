/** Writes the report of one benchmark or of several: a page, and beside it a folder of its plots as SVG and PNG. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError, usageError } from '../../../errors/errors.ts';
import { fileMode, makeFolder, readJson } from '../../../process/files.ts';
import { readMoment } from '../../../process/moment.ts';
import { placeOf, shownAt, unwritable, writePage } from '../../../report/place.ts';
import { pngOf } from '../../../report/plots/png.ts';
import { openRun } from '../../../runs/store.ts';
import { counted } from '../../../text/format.ts';
import { version } from '../../../util/version.ts';
import type { WrittenReport } from '../../written-report.ts';
import { type Comparison, compareRuns } from '../compare/compare.ts';
import { placeText, questionText } from '../compare/words.ts';
import { type BenchRun, isBenchRun } from '../run.ts';
import { type Details, detailsOf } from './details.ts';
import { type Drawn, draw, generator } from './drawn.ts';
import { reportPage } from './page.ts';
import { type Panel, panelsOf, seriesIn } from './panels.ts';
import { plotsOf } from './plots.ts';

type Read = { readonly state: BenchRun; readonly details: Details };

const readRun = (run: string): Read => {
  const reader = openRun(run);
  const state = reader.refresh();
  if (!isBenchRun(state)) throw usageError(`${run} cannot be in this report`, 'it is no benchmark', `ann-tui show ${run}`);
  if (state.results.points.length === 0)
    throw new UserError({ what: `${run} has nothing to report`, why: 'no point was measured yet', hint: `ann-tui show ${run}` });
  return { state, details: detailsOf(readJson(reader.files.results)) };
};

/** Of the rows as float32; undefined where their number is not told. */
const rowBytesOf = (panel: Panel, runs: readonly Read[]): number | undefined => {
  const [first] = seriesIn(panel);
  const known = runs.find(({ state }) => state.run === first?.run)?.details.datasets.find(({ name }) => name === first?.dataset);
  const [rows, dimension] = known?.train ?? [];
  return rows === undefined || dimension === undefined ? undefined : rows * dimension * 4;
};

const partsOf = (panel: Panel, comparison: Comparison): readonly string[] => {
  const series = seriesIn(panel);
  const [first] = series;
  const runs = comparison.runs.filter(({ run }) => series.some(one => one.run === run));
  const places = [...new Set(runs.map(run => placeText(run, comparison)))];
  return [...(first === undefined ? [] : [questionText(first)]), ...places, runs.map(({ run }) => run).join(', ')];
};

/** A drawing of ours says so in its description. */
const isOurs = (file: string): boolean => readFileSync(file, 'utf8').slice(0, 4000).includes(`<desc>${generator}`);

type PlotFile = { readonly base: string; readonly drawn: Drawn };

/** Where one panel is all, its number and data are not in the names. */
const plotFiles = (panels: readonly { readonly panel: Panel; readonly drawn: readonly Drawn[] }[]): readonly PlotFile[] =>
  panels.flatMap(({ panel, drawn }, n) => {
    const dataset = seriesIn(panel)[0]?.dataset.replace(/[^\w.-]/g, '_') ?? '';
    return drawn.map(one => ({ base: panels.length > 1 ? `${n + 1}-${dataset}-${one.plot.id}` : one.plot.id, drawn: one }));
  });

/** Whole paths. Throws `UserError`, before anything is written where something else stands. */
const writePlots = async (folder: string, plots: readonly PlotFile[], command: string): Promise<readonly string[]> => {
  const at = (base: string, ending: string): string => path.join(folder, `${base}.${ending}`);
  for (const { base } of plots) {
    const [svg, png] = [at(base, 'svg'), at(base, 'png')];
    const foreign = existsSync(svg) ? !isOurs(svg) : existsSync(png);
    if (foreign)
      throw new UserError({
        what: `${existsSync(svg) ? svg : png} exists already`,
        why: 'it is no plot of a report, and nothing is written over',
        hint: `${command} --to FOLDER`,
      });
  }
  try {
    makeFolder(folder);
    const written: string[] = [];
    for (const { base, drawn } of plots) {
      writeFileSync(at(base, 'svg'), drawn.file, { mode: fileMode });
      writeFileSync(at(base, 'png'), await pngOf(drawn.file), { mode: fileMode });
      written.push(at(base, 'svg'), at(base, 'png'));
    }
    return written;
  } catch (error) {
    throw unwritable(folder, { command }, error);
  }
};

/** Names of files have an end. */
const nameOf = (runs: readonly string[]): string => (runs.length <= 4 ? runs.join('+') : `${runs[0]}+${runs.length - 1}-more`);

/** `to`: a file, or a folder in which it gets the run's name; without, this folder. Writes over an older report only. Throws `UserError`. */
export const writeReport = async (runs: readonly string[], to = '.'): Promise<WrittenReport> => {
  const read = runs.map(readRun);
  const command = `ann-tui report ${runs.join(' ')}`;
  const wanted = { to, name: nameOf(runs), generator, command };
  const place = placeOf(wanted);
  const comparison = compareRuns(read.map(({ state }) => state));
  const panels = await Promise.all(
    panelsOf(comparison).map(async panel => ({
      panel,
      drawn: await draw(plotsOf(panel, rowBytesOf(panel, read)), partsOf(panel, comparison)),
    })),
  );
  const page = reportPage({
    comparison,
    details: Object.fromEntries(read.map(({ state, details }) => [state.run, details])),
    panels,
    written: { version, when: new Date().toISOString().replace(/\.\d+Z$/, 'Z'), now: readMoment() },
  });
  const folder = `${place.file.replace(/\.html?$/i, '')}-plots`;
  const files = plotFiles(panels);
  const plots = await writePlots(folder, files, command);
  writePage(place, wanted, page);
  return {
    ...place,
    bytes: Buffer.byteLength(page),
    drawn: files.length,
    of: files.length,
    says: `${counted(files.length, 'plot')}, also in ${shownAt(folder)}`,
    plots,
  };
};
