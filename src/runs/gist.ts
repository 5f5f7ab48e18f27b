/** What lists need of a run's results, for states whose results are still on disk (`ended-runs.ts`). */
const noted = new WeakMap<object, unknown>();

export const noteGist = (state: object, gist: unknown): void => {
  noted.set(state, gist);
};

/** As the run's workload made it; undefined for a state that has its results with it. */
export const notedGist = (state: object): unknown => noted.get(state);
