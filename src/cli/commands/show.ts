import { exitCodes } from '../../errors/errors.ts';
import { dashboard } from '../../process/browser.ts';
import { readMoment } from '../../process/moment.ts';
import { runFiles } from '../../runs/files.ts';
import { recoverRuns } from '../../runs/start-supervisor.ts';
import { openRun, resolveRun } from '../../runs/store.ts';
import * as format from '../../text/format.ts';
import { titleOf, unitsOf, workloadOf } from '../../workloads/registry.ts';
import type { Run } from '../command.ts';
import { containerLines } from '../text/container-lines.ts';
import { failureLines } from '../text/print-error.ts';
import { statusWord } from '../text/status-word.ts';
import { boughtLines, boughtRecord, costLine, phaseText } from '../text/summary.ts';
import { linesOf } from '../workloads.ts';

export const run: Run = async (invocation, { out }) => {
  recoverRuns();
  const name = resolveRun(invocation.words[0] ?? '');
  const state = openRun(name).refresh();
  const moment = readMoment();
  const now = moment.wall;
  const { spec } = state;
  const page = dashboard(state);
  const { results, ...run } = state;
  const lines = linesOf(spec);
  out.record({
    type: 'run',
    ...run,
    ...(results as object),
    cost: boughtRecord(state, moment),
    ...(page === undefined ? {} : { dashboard: page }),
  });
  out.line(`${name} · ${titleOf(spec)} · ${statusWord(state)}`);
  out.line(
    `  begun      ${new Date(state.createdAt).toLocaleString('sv')} (${format.ago(state.createdAt, now)})${state.attempt > 1 ? `, attempt ${state.attempt}` : ''}`,
  );
  out.line(`  asked for  ${lines.asked(spec)}`);
  if (state.machine !== undefined) {
    const { cpu, cores, isa, compiler } = state.machine;
    out.line(`  machine    ${[cpu, cores === undefined ? undefined : `${cores} cores`, isa, compiler].filter(Boolean).join(' · ')}`);
  }
  out.line(`  cost       ${costLine(state, moment)}`);
  for (const line of boughtLines(state, moment)) out.line(`             ${line}`);
  const { done, total } = unitsOf(state);
  out.line(`  ${workloadOf(spec).noun.many.padEnd(10)} ${done} of ${total}`);
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
  for (const line of lines.bad(state)) out.line(line);
  for (const warning of state.warnings) out.line(`  ! ${warning}`);
  if (state.missingEvents > 0) out.line(`  ! ${state.missingEvents} events never came`);
  out.line(`  folder     ${runFiles(name).folder}`);
  const table = lines.table(state);
  if (table.length > 0) out.line();
  for (const line of [...table, ...lines.tableNotes(state)]) out.line(line);
  if (state.failure !== undefined) {
    out.line();
    for (const line of failureLines(state.failure)) out.line(line);
  }
  return exitCodes.done;
};
