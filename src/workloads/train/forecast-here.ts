/** A forecast with what it rests on read: runs of this machine, wherever they ran. */
import type { HardwareRow } from '../../prices/container-price.ts';
import type { RunState } from '../../runs/state.ts';
import { thisMachine } from '../../setup/machine.ts';
import { type ForecastRow, forecastTraining } from './forecast.ts';
import { pacesOf } from './pace.ts';
import type { TrainSpec } from './spec.ts';

/** `rows`: of the price list. Measured by earlier runs of such a model, or estimated. */
export const forecastHere = (spec: TrainSpec, rows: readonly HardwareRow[], earlier: readonly RunState[]): readonly ForecastRow[] =>
  forecastTraining(spec, { rows, cores: thisMachine().cores, paces: pacesOf(spec, earlier) });
