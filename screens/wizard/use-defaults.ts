/** What stands where nothing was chosen: the draft, else the last choices, else the catalogue's own defaults. */

import type { Preferences } from '../../src/config/preferences.ts';
import type { DatasetInfo } from '../../src/datasets/catalogue.ts';
import type { Failure } from '../../src/errors/failure.ts';
import type { HardwareRow } from '../../src/prices/container-price.ts';
import { parseContainer } from '../../src/prices/container-text.ts';
import type { TargetName } from '../../src/runs/spec.ts';
import type { ImplementationInfo } from '../../src/services/services.ts';
import type { BenchChoices } from '../../src/workloads/bench/plan.ts';
import { type CompleteDraft, choicesOf, type Draft, demandsOf, useUi } from '../app/context.tsx';
import { useResource } from '../app/use-resource.ts';
import { choosable } from '../workloads/bench/choosable.ts';

export type Defaults = {
  readonly draft: CompleteDraft;
  readonly choices: BenchChoices;
};

type Catalogue = {
  readonly implementations: readonly ImplementationInfo[];
  readonly datasets: readonly DatasetInfo[];
  readonly hardware: readonly HardwareRow[];
};

const known = (name: string | undefined, names: readonly string[]): string | undefined =>
  name !== undefined && names.includes(name) ? name : undefined;

/** The dataset to stand on: the one named "quick", else one that is here, else the first. */
export const defaultDataset = (datasets: readonly DatasetInfo[]): string | undefined =>
  (datasets.find(({ name }) => name === 'quick') ?? datasets.find(({ state }) => state === 'verified') ?? datasets[0])?.name;

/** What can be chosen: any row prices a run of this machine, but nothing in a benchmark uses a GPU that is paid for. */
export const hardwareFor = (rows: readonly HardwareRow[], target: TargetName): readonly HardwareRow[] =>
  target === 'local' ? rows : rows.filter(({ gpu }) => gpu === null);

export const defaultHardware = (rows: readonly HardwareRow[]): string | undefined =>
  (rows.find(({ id }) => id === 'cpu-32') ?? rows[0])?.id;

/** Pure. A remembered name that no longer exists is passed over. */
export const resolveDefaults = (draft: Draft, preferences: Preferences, { implementations, datasets, hardware }: Catalogue): Defaults => {
  const names = implementations.map(({ name }) => name);
  const remembered = (draft.implementations ?? preferences.implementations ?? []).filter(name => names.includes(name));
  const here = (wanted: readonly string[] = []): readonly string[] | undefined => {
    const found = datasets.map(({ name }) => name).filter(name => wanted.includes(name));
    return found.length > 0 ? found : undefined;
  };
  const target = draft.target ?? 'local';
  const rows = hardwareFor(hardware, target);
  const ids = rows.map(({ id }) => id);
  // No row of the table: a container that was named on the command line, of a run that is run again.
  const own = parseContainer(draft.hardware ?? '') && draft.hardware;
  const complete: CompleteDraft = {
    implementations: remembered.length > 0 ? remembered : implementations.filter(info => info.default).map(({ name }) => name),
    datasets: here(draft.datasets) ?? here(preferences.datasets) ?? [defaultDataset(datasets) ?? ''],
    hardware: own ?? known(draft.hardware, ids) ?? known(preferences.hardware, ids) ?? defaultHardware(rows) ?? '',
    target,
    containers: draft.containers ?? 1,
    ...(draft.budget !== undefined && { budget: draft.budget }),
    ...(draft.like !== undefined && { like: draft.like }),
    ...demandsOf({ ...draft, target }),
  };
  return { draft: complete, choices: choicesOf(complete) };
};

/** `defaults` is undefined until the catalogues and the preferences are read; `failure` says why it will stay so. */
export const useDefaults = (): {
  readonly defaults: Defaults | undefined;
  readonly failure: Failure | undefined;
  readonly reload: () => void;
} => {
  const { services, draft, preferences } = useUi();
  const [catalogue, reload] = useResource(async (): Promise<Catalogue> => {
    const [implementations, datasets, prices] = await Promise.all([choosable(services), services.datasets(), services.prices()]);
    return { implementations, datasets, hardware: prices.rows };
  });
  const defaults =
    catalogue.state === 'ready' && preferences !== undefined ? resolveDefaults(draft, preferences, catalogue.value) : undefined;
  return { defaults, failure: catalogue.state === 'failed' ? catalogue.failure : undefined, reload };
};
