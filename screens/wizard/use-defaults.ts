/** What stands where nothing was chosen: the draft, else the last choices, else the catalogue's own defaults. */

import { ofKind } from '../../src/config/datasets.ts';
import type { Preferences } from '../../src/config/preferences.ts';
import type { DatasetInfo } from '../../src/datasets/dataset-info.ts';
import type { Failure } from '../../src/errors/failure.ts';
import type { HardwareRow } from '../../src/prices/container-price.ts';
import { parseContainer } from '../../src/prices/container-text.ts';
import type { TargetName } from '../../src/runs/spec.ts';
import { workloadOf } from '../../src/workloads/registry.ts';
import type { SharedChoices } from '../../src/workloads/shared-plan.ts';
import { type CompleteDraft, choicesOf, type Draft, demandsOf, useUi } from '../app/context.tsx';
import { useResource } from '../app/use-resource.ts';
import { screensOf, workloadScreens } from '../workloads/registry.ts';

export type Defaults = {
  readonly draft: CompleteDraft;
  readonly choices: SharedChoices;
};

type Catalogue = {
  /** What the workload's own questions can be answered with. */
  readonly own: unknown;
  readonly datasets: readonly DatasetInfo[];
  readonly hardware: readonly HardwareRow[];
};

const known = (name: string | undefined, names: readonly string[]): string | undefined =>
  name !== undefined && names.includes(name) ? name : undefined;

/** The dataset to stand on, among those of one kind: one that is made here, else one that is here, else the first. */
export const defaultDataset = (datasets: readonly DatasetInfo[]): string | undefined =>
  (datasets.find(({ made }) => made) ?? datasets.find(({ state }) => state === 'verified') ?? datasets[0])?.name;

/** The workload that the wizard is asked about. */
export const kindOf = ({ kind = workloadScreens[0]?.kind ?? '' }: Pick<Draft, 'kind'>): string => kind;

/** How the trail of a screen calls it: "benchmark". */
export const crumbOf = (draft: Pick<Draft, 'kind'>): string => workloadOf({ kind: kindOf(draft) }).name;

/** What can be chosen: any row prices a run of this machine; on Modal no GPU that the work would not use. */
export const hardwareFor = (rows: readonly HardwareRow[], target: TargetName, kind: string): readonly HardwareRow[] =>
  target === 'local' || workloadOf({ kind }).usesGpu ? rows : rows.filter(({ gpu }) => gpu === null);

export const defaultHardware = (rows: readonly HardwareRow[], kind: string): HardwareRow | undefined =>
  rows.find(({ id }) => id === workloadOf({ kind }).usualHardware) ?? rows[0];

/** Pure. A remembered name that no longer exists is passed over. */
export const resolveDefaults = (draft: Draft, preferences: Preferences, { own: loaded, datasets, hardware }: Catalogue): Defaults => {
  const kind = kindOf(draft);
  const fitting = ofKind(datasets, workloadOf({ kind }).usesDatasets);
  const here = (wanted: readonly string[] = []): readonly string[] | undefined => {
    const found = fitting.map(({ name }) => name).filter(name => wanted.includes(name));
    return found.length > 0 ? found : undefined;
  };
  const target = draft.target ?? 'local';
  const rows = hardwareFor(hardware, target, kind);
  const ids = rows.map(({ id }) => id);
  // No row of the table: a container that was named on the command line, of a run that is run again.
  const own = parseContainer(draft.hardware ?? '') && draft.hardware;
  const complete: CompleteDraft = {
    kind,
    answers: screensOf({ kind }).wizard.complete(draft.answers ?? {}, preferences.what?.[kind] ?? [], loaded),
    datasets: workloadOf({ kind }).usesDatasets
      ? (here(draft.datasets) ?? here(preferences.datasets) ?? [defaultDataset(fitting) ?? ''])
      : [],
    hardware: own ?? known(draft.hardware, ids) ?? known(preferences.hardware?.[kind], ids) ?? defaultHardware(rows, kind)?.id ?? '',
    target,
    containers: draft.containers ?? 1,
    ...(draft.budget !== undefined && { budget: draft.budget }),
    ...(draft.timeout !== undefined && { timeout: draft.timeout }),
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
  const kind = kindOf(draft);
  const [catalogue, reload] = useResource(async (): Promise<Catalogue> => {
    const [own, datasets, prices] = await Promise.all([
      screensOf({ kind }).wizard.load(services),
      services.datasets.list(),
      services.plans.prices(),
    ]);
    return { own, datasets, hardware: prices.rows };
  }, kind);
  const defaults =
    catalogue.state === 'ready' && preferences !== undefined ? resolveDefaults(draft, preferences, catalogue.value) : undefined;
  return { defaults, failure: catalogue.state === 'failed' ? catalogue.failure : undefined, reload };
};
