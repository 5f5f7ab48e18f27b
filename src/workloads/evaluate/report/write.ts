/** Writes a run's report: reads its state, its results and its traces, and puts one file where it is asked to. */
import { toFailure, UserError } from '../../../errors/errors.ts';
import { readJson } from '../../../process/files.ts';
import { placeOf, writePage } from '../../../report/place.ts';
import type { RunState } from '../../../runs/state.ts';
import { openRun } from '../../../runs/store.ts';
import { counted, size } from '../../../text/format.ts';
import { version } from '../../../util/version.ts';
import type { WrittenReport } from '../../written-report.ts';
import type { EvaluateResults, TraceRef } from '../results.ts';
import type { EvaluateRun } from '../spec.ts';
import { traceIn } from '../trace-files.ts';
import { bestOf, ofDataset } from '../verdict.ts';
import { worstFirst } from '../worst-first.ts';
import { detailsOf } from './details.ts';
import { embed, mostBytes } from './embed.ts';
import { generator, type ReportPart, reportPage } from './page.ts';
import type { ReportTrace } from './traces.ts';

/** The best detector's, worst patients first; then those of the others. */
const inOrder = (results: EvaluateResults): readonly TraceRef[] => {
  const datasets = [...new Set(results.traces.map(({ dataset }) => dataset))];
  const first = datasets.flatMap(dataset => {
    const own = ofDataset(results, dataset);
    const best = bestOf(own.detectors);
    return best === undefined ? [] : worstFirst(own, best.detector).flatMap(({ traces }) => traces);
  });
  return [...first, ...results.traces.filter(trace => !first.includes(trace))];
};

/** As many as the file may weigh. What cannot be read is told in its place. */
const readTraces = (job: string, refs: readonly TraceRef[]): readonly ReportTrace[] => {
  let bytes = 0;
  return refs.map((ref): ReportTrace => {
    if (bytes >= mostBytes) return { ref, why: `this file ends at about ${size(mostBytes)} of curves; the terminal shows it` };
    try {
      const data = embed(traceIn(job, ref.file), ref);
      if (bytes + data.samples.length > mostBytes) {
        bytes = mostBytes;
        return { ref, why: `this file ends at about ${size(mostBytes)} of curves; the terminal shows it` };
      }
      bytes += data.samples.length;
      return { ref, data };
    } catch (error) {
      return { ref, why: toFailure(error).why };
    }
  });
};

/** A run as its report shows it: its evaluation, and what it has beside that. */
export type Reported = { readonly state: EvaluateRun; readonly own?: ReportPart };

const asItIs = (state: RunState): Reported => ({ state: state as EvaluateRun });

/** `to`: a file, or a folder in which it gets the run's name; without, this folder. Writes over an older report only. Throws `UserError`. */
export const writeReport = (run: string, to = '.', reported: (state: RunState) => Reported = asItIs): WrittenReport => {
  const reader = openRun(run);
  const { state, own } = reported(reader.refresh());
  const { detectors, judged, traces } = state.results;
  if (detectors.length + judged.length === 0 && own === undefined)
    throw new UserError({ what: `${run} has nothing to report`, why: 'no recording was judged yet', hint: `ann-tui show ${run}` });
  const wanted = { to, name: run, generator, command: `ann-tui report ${run}` };
  const place = placeOf(wanted);
  const found = readTraces(reader.files.job, inOrder(state.results));
  const page = reportPage({
    state,
    details: detailsOf(readJson(reader.files.results)),
    traces: found,
    ...(own !== undefined && { own }),
    written: { version, when: new Date().toISOString().replace(/\.\d+Z$/, 'Z') },
  });
  writePage(place, wanted, page);
  const drawn = found.filter(one => 'data' in one).length;
  const of = traces.length;
  return {
    ...place,
    bytes: Buffer.byteLength(page),
    drawn,
    of,
    says: of === 0 ? 'no trace' : `${drawn === of ? 'all' : `${drawn} of`} ${counted(of, 'trace')}`,
  };
};
