/** What an evaluation's run has so far: the fold over its own events (`modal/seizure/src/seizure/event-schema.json`). Pure. */
import { keyOfWords as key, putByKey as put } from '../../util/keyed.ts';
import { isRecord } from '../../util/shape.ts';
import type { WorkloadEvent } from '../workload.ts';

/** A recording that every detector was given. */
export type Judged = {
  readonly dataset: string;
  readonly recording: string;
  readonly patient: string;
  readonly split: string;
  readonly hours: number;
  readonly seizures: number;
};

/** Sensitivity at the threshold that makes this many false alarms in 24 hours. Absent: no threshold makes so few. */
export type SensitivityAt = { readonly fa_per_day: number; readonly sensitivity?: number };

/** How a detector fared on the test split. What cannot be computed (no seizure, say) is absent. */
export type DetectorScore = {
  readonly dataset: string;
  readonly detector: string;
  readonly title: string;
  /** The best of the run, by AUROC on dev. */
  readonly best: boolean;
  /** Pooled, at 1 Hz; with its 95 % interval from patients drawn anew. */
  readonly auroc?: number;
  readonly auroc_interval?: readonly number[];
  readonly auprc?: number;
  readonly ece?: number;
  readonly threshold: number;
  readonly f1?: number;
  readonly f1_interval?: readonly number[];
  readonly sensitivity?: number;
  readonly precision?: number;
  readonly fa_per_day?: number;
  readonly sensitivity_at: readonly SensitivityAt[];
  /** Median, of those that were found. */
  readonly latency_seconds?: number;
  /** Of a trained model: its seed, and the checkpoint's folder. */
  readonly seed?: number;
  readonly checkpoint?: string;
  readonly dev_auroc?: number;
  /** By seizure type, AUROC over all seconds of recordings with it and of those without any seizure. */
  readonly kinds?: readonly KindScore[];
  /**
   * Where the threshold comes from: "checkpoint"; "dev" of this dataset; "test", where there is no other split; "nothing", where no seizure
   * was there to choose by. Absent of runs of before: dev.
   */
  readonly threshold_from?: string;
  /** The best baseline on dev, and by how much this is better than it in AUROC: paired draws of patients. */
  readonly against?: string;
  readonly gain?: number;
  readonly gain_interval?: readonly number[];
};

export type KindScore = { readonly kind: string; readonly seizures: number; readonly found: number; readonly auroc?: number };

/** A patient of the test split, at the detector's threshold. */
export type PatientScore = {
  readonly dataset: string;
  readonly detector: string;
  readonly patient: string;
  readonly hours: number;
  readonly seizures: number;
  readonly found: number;
  readonly alarms: number;
  readonly auroc?: number;
};

/** A miss or a false alarm that can be looked at; `file` is below the job's folder. */
export type TraceRef = {
  readonly dataset: string;
  readonly detector: string;
  readonly trace: string;
  readonly patient: string;
  readonly recording: string;
  readonly what: 'miss' | 'alarm';
  /** Seconds into the recording. */
  readonly start: number;
  readonly end: number;
  /** Of a miss: the seizure's type. */
  readonly kind?: string;
  readonly file: string;
};

export type EvaluateResults = {
  readonly judged: readonly Judged[];
  readonly detectors: readonly DetectorScore[];
  readonly patients: readonly PatientScore[];
  readonly traces: readonly TraceRef[];
};

export const noScores: EvaluateResults = { judged: [], detectors: [], patients: [], traces: [] };

/** What is told again, by a resumed job say, takes the place of what was told before. */
export const foldScores = (results: EvaluateResults, event: WorkloadEvent): EvaluateResults => {
  const { v, seq, container, time, type, ...fields } = event as WorkloadEvent & Record<string, unknown>;
  const one = fields as unknown;
  switch (type) {
    case 'judged':
      return { ...results, judged: put(results.judged, one as Judged, of => key(of.dataset, of.recording)) };
    case 'detector':
      return { ...results, detectors: put(results.detectors, one as DetectorScore, of => key(of.dataset, of.detector)) };
    case 'patient':
      return { ...results, patients: put(results.patients, one as PatientScore, of => key(of.dataset, of.detector, of.patient)) };
    case 'trace':
      return { ...results, traces: put(results.traces, one as TraceRef, of => key(of.dataset, of.trace)) };
    default:
      return results;
  }
};

export const fitsScores = (value: unknown): boolean =>
  isRecord(value) && ['judged', 'detectors', 'patients', 'traces'].every(name => Array.isArray(value[name]));
