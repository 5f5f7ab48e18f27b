/** A plausible evaluation without Python: its results and its traces. All of it invented, the same each time. */
import type { DetectorScore, EvaluateResults, Judged, PatientScore, TraceRef } from '../../src/workloads/evaluate/results.ts';
import type { TraceFile } from '../../src/workloads/evaluate/trace-file.ts';

/** Numbers from 0 to 1, the same for the same seed. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

export const electrodes = [
  'Fp1',
  'F3',
  'C3',
  'P3',
  'O1',
  'F7',
  'T3',
  'T5',
  'Fz',
  'Cz',
  'Pz',
  'Fp2',
  'F4',
  'C4',
  'P4',
  'O2',
  'F8',
  'T4',
  'T6',
] as const;

const detectors = [
  ['line-length', 'line length', 0.643],
  ['line-length-normalised', 'line length, normalised', 0.748],
  ['line-length-smoothed', 'line length, normalised, 10-s smoothed', 0.754],
  ['power-2-8', '2–8 Hz power', 0.784],
] as const;

export type EvaluationOptions = {
  readonly dataset?: string;
  readonly patients?: number;
  /** Seizures in the whole; 0: an evaluation set without any. */
  readonly seizures?: boolean;
  /** What is missed and wrongly alarmed. @default something is */
  readonly perfect?: boolean;
  readonly seed?: number;
};

/** Results as the fold would have them. Every patient has one recording. */
export const evaluation = ({
  dataset = 'synthetic-seizures',
  patients = 20,
  seizures = true,
  perfect = false,
  seed = 7,
}: EvaluationOptions = {}): EvaluateResults => {
  const random = seeded(seed);
  const names = Array.from({ length: patients }, (_, n) => `sub-${String(n + 1).padStart(3, '0')}`);
  const judged: readonly Judged[] = names.map(patient => ({
    dataset,
    recording: `${patient}_ses-01_task-szMonitoring_run-00`,
    patient,
    split: 'test',
    hours: 0.0417 + random() * 0.01,
    seizures: seizures && random() < 0.75 ? 1 + Math.floor(random() * 2) : 0,
  }));
  const scores: DetectorScore[] = [];
  const patientScores: PatientScore[] = [];
  const traces: TraceRef[] = [];
  for (const [detector, title, auroc] of detectors) {
    const skill = perfect ? 1 : auroc;
    let [all, found, alarms] = [0, 0, 0];
    for (const { patient, recording, hours, seizures: own } of judged) {
      const hits = Array.from({ length: own }, () => random() < skill).filter(Boolean).length;
      const wrong = perfect ? 0 : Math.floor(random() * random() * 4 * (1.2 - skill));
      patientScores.push({
        dataset,
        detector,
        patient,
        hours,
        seizures: own,
        found: hits,
        alarms: wrong,
        ...(own > 0 && { auroc: Math.min(1, skill + (random() - 0.5) / 4) }),
      });
      for (let n = hits; n < own; n++)
        traces.push(ref(dataset, detector, patient, recording, 'miss', 41 + 40 * n, 31, traces.length, 'sz-foc'));
      for (let n = 0; n < wrong; n++) traces.push(ref(dataset, detector, patient, recording, 'alarm', 12 + 33 * n, 9, traces.length));
      [all, found, alarms] = [all + own, found + hits, alarms + wrong];
    }
    const hours = judged.reduce((sum, one) => sum + one.hours, 0);
    const precision = found + alarms === 0 ? undefined : found / (found + alarms);
    const sensitivity = all === 0 ? undefined : found / all;
    const f1 =
      precision === undefined || sensitivity === undefined || precision + sensitivity === 0
        ? undefined
        : (2 * precision * sensitivity) / (precision + sensitivity);
    scores.push({
      dataset,
      detector,
      title,
      best: detector === 'power-2-8',
      threshold: 0.62,
      fa_per_day: (alarms / hours) * 24,
      sensitivity_at: [10, 5, 2.5, 1].map(rate => ({
        fa_per_day: rate,
        ...(all > 0 && rate >= 2.5 && { sensitivity: skill * (0.6 + rate / 40) }),
      })),
      ...(all > 0 && {
        auroc: skill,
        auroc_interval: [skill - 0.047, Math.min(1, skill + 0.036)],
        auprc: skill * 0.8,
        ece: 0.083,
        latency_seconds: 8.4,
      }),
      ...(sensitivity !== undefined && { sensitivity }),
      ...(precision !== undefined && { precision }),
      ...(f1 !== undefined && { f1, f1_interval: [Math.max(0, f1 - 0.12), Math.min(1, f1 + 0.1)] }),
    });
  }
  return { judged, detectors: scores, patients: patientScores, traces };
};

const ref = (
  dataset: string,
  detector: string,
  patient: string,
  recording: string,
  what: 'miss' | 'alarm',
  start: number,
  seconds: number,
  n: number,
  kind?: string,
): TraceRef => ({
  dataset,
  detector,
  trace: String(n).padStart(3, '0'),
  patient,
  recording,
  what,
  start,
  end: start + seconds,
  ...(kind !== undefined && { kind }),
  file: `traces/${String(n).padStart(3, '0')}.json`,
});

const step = 10 / 127;

const table = Float64Array.from({ length: 1024 }, (_, n) => Math.sin((n / 1024) * 2 * Math.PI));
const sine = (turns: number): number => table[Math.floor(turns * 1024) & 1023] ?? 0;

/** Alpha, slow waves and noise; in a seizure spike and wave of three a second that spreads from the left. */
export const traceFileOf = (of: TraceRef, { seconds = 150, rate = 64, channels = electrodes as readonly string[] } = {}): TraceFile => {
  const random = seeded(of.start * 31 + of.patient.length + of.file.length + of.patient.charCodeAt(of.patient.length - 1));
  const count = seconds * rate;
  const start = Math.max(0, Math.floor(of.start - 60));
  const rows = channels.map((_, channel) => {
    const phase = Math.floor(random() * 64);
    let slow = 0;
    return Int8Array.from({ length: count }, (__, n) => {
      const time = start + n / rate;
      slow = slow * 0.97 + (random() - 0.5) * 0.35;
      const alpha = 0.35 * sine(9.5 * time + phase / 64) * (1 + sine(time / 19));
      const ictal = of.what === 'miss' && time >= of.start + channel / 6 && time < of.end;
      const wave = ictal ? 1.6 * sine(3 * time) + (sine(3 * time) > 0.95 ? 2.2 : 0) : 0;
      const chewing = of.what === 'alarm' && time >= of.start && time < of.end ? (random() - 0.5) * 4 : 0;
      return Math.max(-127, Math.min(127, Math.round((slow + alpha + wave + chewing) / step)));
    });
  });
  const threshold = 0.62;
  const scores = Array.from({ length: seconds }, (_, n) => {
    const inside = start + n >= of.start && start + n < of.end;
    return inside ? (of.what === 'alarm' ? 0.66 + random() * 0.2 : 0.3 + random() * 0.3) : random() * 0.35;
  });
  return {
    v: 1,
    recording: of.recording,
    patient: of.patient,
    start,
    rate,
    channels,
    samples: Buffer.concat(rows.map(row => Buffer.from(row.buffer))).toString('base64'),
    step,
    microvolts: channels.map((_, n) => 18 + (n % 5)),
    truth: of.what === 'miss' ? [{ start: of.start, end: of.end, kind: of.kind ?? 'sz' }] : [],
    prediction: of.what === 'alarm' ? [{ start: of.start, end: of.end }] : [],
    scores,
    threshold,
  };
};
