/** What plans with recordings are judged against, and runs of such plans. */
import { loadDatasets } from '../../src/config/datasets.ts';
import { loadHardware } from '../../src/config/hardware.ts';
import { loadModal } from '../../src/config/modal.ts';
import { loadPrices } from '../../src/config/prices.ts';
import type { InventorySummary } from '../../src/datasets/inventory.ts';
import type { Spec } from '../../src/runs/spec.ts';
import type { RunState } from '../../src/runs/state.ts';
import { usualSettings } from '../../src/workloads/prepare/config.ts';
import type { KnownRecordings } from '../../src/workloads/prepare/data.ts';
import type { RecordingsContext } from '../../src/workloads/prepare/plan.ts';

export const inventory = (changes: Partial<InventorySummary> = {}): InventorySummary => ({
  v: 1,
  layout: 'siena',
  version: 'v1.0.0',
  licence: 'CC-BY-4.0',
  synthetic: false,
  split_hash: '0123456789ab',
  splits: [
    { split: 'train', patients: 8, recordings: 25, hours: 80, seizures: 30, seizure_hours: 0.6, rates: [512] },
    { split: 'dev', patients: 3, recordings: 8, hours: 24, seizures: 9, seizure_hours: 0.2, rates: [512] },
    { split: 'test', patients: 3, recordings: 8, hours: 24, seizures: 8, seizure_hours: 0.2, rates: [512] },
  ],
  montages: ['referential', 'bipolar'],
  store_bytes: { referential: 4.5e9, bipolar: 4.2e9 },
  notices: [],
  errors: [],
  ...changes,
});

/** Of the catalogue: synthetic-seizures is made, `known` is here, and nothing else. */
export const recordingsContext = async (known: readonly KnownRecordings[] = []): Promise<RecordingsContext> => ({
  datasets: (await loadDatasets()).value,
  shapes: (await loadHardware()).value,
  rates: (await loadPrices()).value,
  modal: (await loadModal()).value,
  cores: 2,
  settings: usualSettings,
  recordings: dataset => known.find(one => one.dataset === dataset) ?? { dataset, made: dataset === 'synthetic-seizures' },
});

export const started = Date.UTC(2026, 10, 22, 9, 0, 0);

/** A run at work. */
export const stateOf = <S extends Spec, R>(run: string, spec: S, results: R, changes: Partial<RunState<S, R>> = {}): RunState<S, R> => ({
  run,
  spec,
  status: 'running',
  attempt: 1,
  createdAt: started,
  launchedAt: started + 100,
  ranBefore: 0,
  phases: [],
  results,
  warnings: [],
  lastSeq: {},
  missingEvents: 0,
  badEvents: 0,
  ...changes,
});
