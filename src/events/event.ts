/**
 * What a job says: one JSON object a line. The same lines come from a laptop and from a container.
 * The schema is a file of what all jobs have and one of each workload, read by this parser and by the Python that writes the events.
 */
import schema from '../../modal/jobkit/src/jobkit/events/event-schema.json' with { type: 'json' };
import { workloadEventTypes } from '../workloads/event-schemas.ts';

export type Envelope = {
  readonly v: number;
  /** Counts up from 1 within one container; a repeated number is the same event seen twice. */
  readonly seq: number;
  readonly container: string;
  /** Unix seconds by the job's clock. */
  readonly time: number;
};

export type Machine = {
  readonly cpu?: string;
  readonly cores?: number;
  readonly isa?: string;
  readonly compiler?: string;
  readonly os?: string;
};
export type StartedEvent = Envelope & { readonly type: 'started'; readonly job: string; readonly pid: number; readonly machine: Machine };
export type PhaseEvent = Envelope & {
  readonly type: 'phase';
  readonly phase: string;
  readonly state: 'start' | 'done';
  readonly label?: string;
  readonly seconds?: number;
};
export type ProgressEvent = Envelope & {
  readonly type: 'progress';
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly label?: string;
  /** Until the end of this piece of work. */
  readonly eta_seconds?: number;
  /** Until the end of the job, where it knows. */
  readonly job_eta_seconds?: number;
};
export type WarningEvent = Envelope & { readonly type: 'warning'; readonly message: string };
export type ResultEvent = Envelope & { readonly type: 'result'; readonly seconds: number; readonly file?: string };
export type FailedEvent = Envelope & {
  readonly type: 'failed';
  readonly what: string;
  readonly why: string;
  readonly hint?: string;
  readonly resume?: boolean;
};
/** The first word of a container on Modal. */
export type ContainerEvent = Envelope & {
  readonly type: 'container';
  readonly task: string;
  readonly role: string;
  readonly machine?: string;
  readonly after?: string;
};
export type StoppedEvent = Envelope & { readonly type: 'stopped'; readonly reason: string };

/** An event that every job may say. Those of one workload only are its own (`src/workloads`). */
export type JobEvent = StartedEvent | PhaseEvent | ProgressEvent | WarningEvent | ResultEvent | FailedEvent | ContainerEvent | StoppedEvent;

export type ParsedLine =
  | { readonly verdict: 'ok'; readonly event: JobEvent }
  /** An event type that a newer writer knows; to be passed over. */
  | { readonly verdict: 'unknown' }
  /** Not an event: log text. */
  | { readonly verdict: 'log' }
  /** Claims to be an event and breaks the schema at the named field. */
  | { readonly verdict: 'bad'; readonly at: string };

const fitsKind = (value: unknown, kind: string): boolean => {
  switch (kind) {
    case 'string':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    default:
      return kind.split('|').includes(value as string);
  }
};

const firstMisfit = (record: Record<string, unknown>, fields: Readonly<Record<string, string>>): string | undefined =>
  Object.keys(fields).find(name => {
    const kind = fields[name] as string;
    const optional = kind.endsWith('?');
    if (!(name in record)) return !optional;
    return !fitsKind(record[name], optional ? kind.slice(0, -1) : kind);
  });

const commonTypes: Readonly<Record<string, Readonly<Record<string, string>>>> = schema.types;

const fieldsOf = (type: string): Readonly<Record<string, string>> | undefined =>
  [commonTypes, workloadEventTypes].find(types => Object.hasOwn(types, type))?.[type];

const judge = (record: Record<string, unknown>): ParsedLine => {
  if (!Object.keys(schema.envelope).every(name => name in record)) return { verdict: 'log' };
  const misfit = firstMisfit(record, schema.envelope);
  if (misfit !== undefined) return { verdict: 'bad', at: misfit };
  if (record.v !== schema.version) return { verdict: 'bad', at: 'v' };
  const fields = fieldsOf(record.type as string);
  if (fields === undefined) return { verdict: 'unknown' };
  const wrong = firstMisfit(record, fields);
  return wrong === undefined ? { verdict: 'ok', event: record as unknown as JobEvent } : { verdict: 'bad', at: wrong };
};

/** Reads one line of a job's output. Never throws: whatever is not an event is log text. */
export const parseLine = (line: string): ParsedLine => {
  if (!line.startsWith('{')) return { verdict: 'log' };
  try {
    return judge(JSON.parse(line));
  } catch {
    return { verdict: 'log' };
  }
};

/** Whether a value out of a file is an event. */
export const isEvent = (value: unknown): value is JobEvent =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && judge(value as Record<string, unknown>).verdict === 'ok';
