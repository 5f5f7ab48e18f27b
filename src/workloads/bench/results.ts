/** What a benchmark's run has measured so far: the fold over its own events. Pure. */
import type { Envelope } from '../../events/event.ts';
import type { WorkloadEvent } from '../workload.ts';
import { toVerdict, type Verdict, withVerdict, worthlessVerdicts } from './code-verdicts.ts';
import type { Point, PointEvent, Unreached, UnreachedEvent, VerdictEvent } from './events.ts';

export type BenchResults = {
  readonly points: readonly Point[];
  /** Of settings whose passes are not over, what the first pass says; never among the points. Absent where there are none. */
  readonly provisional?: readonly Point[];
  /** Recalls that operating points were sought at in vain; absent until the first. */
  readonly unreached?: readonly Unreached[];
  /** Of implementations of a person's own; absent until the first. */
  readonly verdicts?: readonly Verdict[];
};

export const noResults: BenchResults = { points: [] };

const withoutEnvelope = <T extends Envelope & { readonly type: string }>({ v, seq, container, time, type, ...rest }: T) => rest;

/** Two points with one key are one, measured again. A setting that was found for two recalls is two points. */
export const pointKey = ({ dataset, impl, params, k, threads, target_recall }: Point | Unreached): string =>
  JSON.stringify([dataset, impl, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)), k, threads, target_recall]);

const withPoint = (points: readonly Point[], point: Point): readonly Point[] => {
  const key = pointKey(point);
  const at = points.findIndex(other => pointKey(other) === key);
  return at < 0 ? [...points, point] : points.with(at, point);
};

/** Those that have no point yet. */
const withProvisional = ({ provisional, ...results }: BenchResults, first: readonly Point[]): BenchResults => {
  const measured = new Set(results.points.map(pointKey));
  const left = first.filter(point => !measured.has(pointKey(point)));
  return left.length === 0 ? results : { ...results, provisional: left };
};

/** What the first pass said counts only as long as the others are on their way. */
export const settled = (results: BenchResults): BenchResults => withProvisional(results, []);

export const foldResults = (results: BenchResults, event: WorkloadEvent): BenchResults => {
  switch (event.type) {
    case 'point': {
      const next = { ...results, points: withPoint(results.points, withoutEnvelope(event as PointEvent)) };
      return results.provisional === undefined ? next : withProvisional(next, results.provisional);
    }
    case 'provisional':
      return withProvisional(results, withPoint(results.provisional ?? [], { ...withoutEnvelope(event as PointEvent), provisional: true }));
    case 'unreached': {
      const told: Unreached = withoutEnvelope(event as UnreachedEvent);
      const others = (results.unreached ?? []).filter(other => pointKey(other) !== pointKey(told));
      return { ...results, unreached: [...others, told] };
    }
    case 'verdict': {
      const told = event as VerdictEvent;
      const { impl, dataset, verdict } = told;
      // Answers that were remembered and times that were made up are worth nothing, and neither are their points.
      const worthless = (point: Point) => point.impl === impl && (dataset === undefined || point.dataset === dataset);
      const points = worthlessVerdicts.includes(verdict) ? results.points.filter(point => !worthless(point)) : results.points;
      return { ...results, points, verdicts: withVerdict(results.verdicts, toVerdict(told)) };
    }
    default:
      return results;
  }
};
