import type { Envelope } from '../../events/event.ts';

/** One measured operating point of one implementation. */
export type Point = {
  readonly dataset: string;
  readonly impl: string;
  readonly params: Readonly<Record<string, number | string>>;
  readonly k: number;
  readonly threads: number;
  /** recall@k over recomputed distances, 0…1: strictly, or by ann-benchmarks' tolerance where `recall_tolerant` is absent (a run of an older version). */
  readonly recall: number;
  /** The same by ann-benchmarks' rule: 1e-3 beyond the k-th true distance still counts. */
  readonly recall_tolerant?: number;
  /** What the two can differ by at most on this data at this k; absent where that is 0.001 or less. */
  readonly rules_differ?: number;
  /** Queries per second, the best repeat. */
  readonly qps: number;
  readonly qps_median: number;
  /** 95 of 100 such intervals hold the QPS that the point has when left alone (`interval_level`). Absent in older runs. */
  readonly qps_interval?: readonly number[];
  readonly interval_level?: number;
  /** Milliseconds of single queries: mean, p50, p95, p99, max. Absent where they are answered all at once. */
  readonly latency_ms?: Readonly<Record<string, number>>;
  readonly build_seconds: number;
  readonly index_bytes: number;
  readonly rss_bytes: number;
  /** Bytes of the index that one query reads, on average. Absent where the implementation does not tell. */
  readonly query_bytes?: number;
  /** `query_bytes` × QPS over the bytes a second that this machine reads at random places of its memory, as measured there: 1 is the limit. */
  readonly limit_share?: number;
  /** Its passes agree no better than within a tenth, or others kept much of the machine busy. */
  readonly noisy?: boolean;
  /** The recall that its setting was found for; absent of a setting that was given. */
  readonly target_recall?: number;
  /** Queries that `recall` is over: of an operating point those that did not choose its setting. Absent: all. */
  readonly recall_queries?: number;
  /** What the other queries, which chose it, said, and how many these were. */
  readonly choosing_recall?: number;
  readonly choosing_queries?: number;
  /** Its passes are not over: what the first of them says. Such a point counts nowhere. */
  readonly provisional?: true;
};

export type PointEvent = Envelope & { readonly type: 'point' | 'provisional' } & Point;

/** A recall that no setting of a build reaches. */
export type Unreached = {
  readonly dataset: string;
  readonly impl: string;
  /** Of the build. */
  readonly params: Readonly<Record<string, number | string>>;
  readonly k: number;
  readonly threads: number;
  readonly target_recall: number;
  /** The most there is, of the queries that choose: at the least `value` of `parameter` that has it. */
  readonly recall: number;
  readonly parameter: string;
  readonly value: number;
  readonly queries: number;
};

export type UnreachedEvent = Envelope & { readonly type: 'unreached' } & Unreached;

/** How an implementation of the person's own fared on one data set: `ok`, or one word for what was wrong. */
export type VerdictEvent = Envelope & {
  readonly type: 'verdict';
  readonly impl: string;
  readonly verdict: string;
  readonly what: string;
  readonly why: string;
  readonly kept?: string;
  readonly hint?: string;
  readonly dataset?: string;
};
