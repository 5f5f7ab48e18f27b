/** Patients with what was missed and wrongly alarmed in them, the worst first. Pure. */
import type { EvaluateResults, PatientScore, TraceRef } from './results.ts';

export type PatientRow = PatientScore & {
  /** Misses before alarms, each by time; only those that left a trace. */
  readonly traces: readonly TraceRef[];
};

const missed = ({ seizures, found }: PatientScore): number => Math.max(0, seizures - found);
const alarmRate = ({ alarms, hours }: PatientScore): number => (hours > 0 ? alarms / hours : alarms);

const byTime = (a: TraceRef, b: TraceRef): number =>
  Number(a.what === 'alarm') - Number(b.what === 'alarm') ||
  a.recording.localeCompare(b.recording, 'en', { numeric: true }) ||
  a.start - b.start;

/** Of one detector: most misses first, then most false alarms an hour, then the lowest AUROC, then the name. */
export const worstFirst = ({ patients, traces }: EvaluateResults, detector: string): readonly PatientRow[] => {
  const of = new Map<string, TraceRef[]>();
  for (const trace of traces) if (trace.detector === detector) of.set(trace.patient, [...(of.get(trace.patient) ?? []), trace]);
  return patients
    .filter(one => one.detector === detector)
    .map(patient => ({ ...patient, traces: (of.get(patient.patient) ?? []).toSorted(byTime) }))
    .toSorted(
      (a, b) =>
        missed(b) - missed(a) ||
        alarmRate(b) - alarmRate(a) ||
        (a.auroc ?? 2) - (b.auroc ?? 2) ||
        a.patient.localeCompare(b.patient, 'en', { numeric: true }),
    );
};

export const totalsOf = (rows: readonly PatientRow[]): { readonly missed: number; readonly alarms: number; readonly traces: number } => ({
  missed: rows.reduce((sum, row) => sum + missed(row), 0),
  alarms: rows.reduce((sum, { alarms }) => sum + alarms, 0),
  traces: rows.reduce((sum, row) => sum + row.traces.length, 0),
});
