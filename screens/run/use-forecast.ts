import { useMemo } from 'react';
import { type Forecast, forecast } from '../../src/metering/forecast.ts';
import type { Moment } from '../../src/metering/plane-clock.ts';
import type { Spec } from '../../src/runs/spec.ts';
import type { RunState } from '../../src/runs/state.ts';
import { useUi } from '../app/context.tsx';
import { useResource } from '../app/use-resource.ts';

/** When the run ends and what it costs by then; undefined while nothing can be said. */
export const useForecast = (state: RunState | undefined, moment: Moment): Forecast | undefined => {
  const { services } = useUi();
  const live = state !== undefined && state.status !== 'ended';
  const key = live ? `${state.run}` : '';
  const ask = async (spec: Spec) => {
    const [prior, datasets] = await Promise.all([services.plans.estimate(spec), services.datasets.list()]);
    return { prior, sizes: new Map(datasets.map(dataset => [dataset.name, dataset])) };
  };
  const [known] = useResource(async () => (live ? await ask(state.spec) : undefined), key);
  const options = useMemo(() => {
    if (known.state !== 'ready' || known.value === undefined) return {};
    const { prior, sizes } = known.value;
    return { prior, sizesOf: (name: string) => sizes.get(name) };
  }, [known]);
  return live ? forecast(state, moment, options) : undefined;
};
