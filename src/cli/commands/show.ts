import { exitCodes } from '../../errors/errors.ts';
import { dashboard } from '../../process/browser.ts';
import { runFiles } from '../../runs/files.ts';
import { plannedPoints, specTitle } from '../../runs/spec.ts';
import { recoverRuns } from '../../runs/start-supervisor.ts';
import { openRun, resolveRun } from '../../runs/store.ts';
import * as format from '../../text/format.ts';
import { recallNotesOfAll } from '../../workloads/bench/compare/recall-rule.ts';
import type { Run } from '../command.ts';
import { containerLines } from '../text/container-lines.ts';
import { failureLines } from '../text/print-error.ts';
import { costLine, costRecord, phaseText, pointTable, statusWord, verdictLines } from '../text/summary.ts';

export const run: Run = async (invocation, { out }) => {
  recoverRuns();
  const name = resolveRun(invocation.words[0] ?? '');
  const state = openRun(name).refresh();
  const now = Date.now();
  const { spec } = state;
  const page = dashboard(state);
  out.record({ type: 'run', ...state, cost: costRecord(state, now), ...(page === undefined ? {} : { dashboard: page }) });
  out.line(`${name} · ${specTitle(spec)} · ${statusWord(state)}`);
  out.line(
    `  begun      ${new Date(state.createdAt).toLocaleString('sv')} (${format.ago(state.createdAt, now)})${state.attempt > 1 ? `, attempt ${state.attempt}` : ''}`,
  );
  const subset = spec.subset === null ? '' : ` · first ${format.count(spec.subset)} vectors`;
  out.line(`  asked for  k ${spec.k} · ${format.counted(spec.threads, 'thread')} · ${spec.repeats} repeats · seed ${spec.seed}${subset}`);
  if (state.machine !== undefined) {
    const { cpu, cores, isa, compiler } = state.machine;
    out.line(`  machine    ${[cpu, cores === undefined ? undefined : `${cores} cores`, isa, compiler].filter(Boolean).join(' · ')}`);
  }
  out.line(`  cost       ${costLine(state, now)}`);
  out.line(`  points     ${state.points.length} of ${plannedPoints(spec)}`);
  for (const phase of state.phases) {
    const { seconds } = phase;
    out.line(
      `             ${phaseText(phase)} · ${seconds === undefined ? (state.status === 'ended' ? 'not finished' : 'under way') : format.duration(seconds)}`,
    );
  }
  for (const line of containerLines(state, now)) out.line(line);
  if (page !== undefined) out.line(`  dashboard  ${page}`);
  if (state.contactLost !== undefined) {
    const { since, why } = state.contactLost;
    out.line(
      `  ! no contact with Modal since ${new Date(since).toLocaleTimeString('sv')}${why === undefined ? '' : `: ${why}`}; the run goes on there`,
    );
  }
  for (const notice of state.notices ?? []) out.line(`  ! ${notice}`);
  for (const line of verdictLines(state)) out.line(line);
  for (const warning of state.warnings) out.line(`  ! ${warning}`);
  if (state.missingEvents > 0) out.line(`  ! ${state.missingEvents} events never came`);
  out.line(`  folder     ${runFiles(name).folder}`);
  if (state.points.length > 0) {
    out.line();
    for (const line of pointTable(state)) out.line(line);
    for (const note of recallNotesOfAll(state.points)) out.line(note);
  }
  if (state.failure !== undefined) {
    out.line();
    for (const line of failureLines(state.failure)) out.line(line);
  }
  return exitCodes.done;
};
