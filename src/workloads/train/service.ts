/** What the screens of a training ask for beside what every workload does. */
import path from 'node:path';
import type { HardwareRow } from '../../prices/container-price.ts';
import { runFiles } from '../../runs/files.ts';
import type { Listed } from '../../runs/store.ts';
import { shownPath } from '../../util/paths.ts';
import type { WrittenReport } from '../written-report.ts';
import type { ForecastRow } from './forecast.ts';
import type { ModelOffer, PresetOffer } from './offers.ts';
import type { TrainSpec } from './spec.ts';
import { freeModelName } from './user-code/model-file.ts';
import type { ModelVerdict } from './user-code/verdict.ts';

export type TrainService = {
  /** The laptop's first. Throws `UserError` that points at the line of a person's own copy. */
  presets(): Promise<readonly PresetOffer[]>;
  /** Sizes, then files of a person's own: those of this folder, and those that runs were made with. */
  models(): Promise<readonly ModelOffer[]>;
  /** Of these the person's own. */
  ownModels(): Promise<readonly ModelOffer[]>;
  /** A name that a fresh one may have here. */
  freeModelName(): string;
  /** Writes NAME.py into this folder; throws `UserError`, never writes over anything. */
  createModel(name: string): Promise<ModelOffer>;
  /** Tries a file in the training environment, in seconds; throws `UserError` where there is none. */
  checkModel(file: string, signal: AbortSignal): Promise<ModelVerdict>;
  /** The folder of a checkpoint, as a person would type it. `file`: as a `CheckpointRef` has it. */
  folder(run: string, file: string): string;
  /** How fast and at what cost it would train: here, and on each GPU of these rows. */
  forecast(spec: TrainSpec, rows: readonly HardwareRow[]): Promise<readonly ForecastRow[]>;
  /** Writes the report into this folder, over an older one of the same run. Throws `UserError`. */
  report(run: string): Promise<WrittenReport>;
};

export const createTrainService = (list: () => Listed): TrainService => ({
  presets: async () => (await import('./offers.ts')).presetOffers(),
  models: async () => (await import('./offers.ts')).modelOffers(process.cwd(), list().runs),
  ownModels: async () => (await import('./offers.ts')).ownOffers(process.cwd(), list().runs),
  freeModelName: () => freeModelName(process.cwd()),
  createModel: async name => {
    const [{ ownOffer }, { createModel }] = await Promise.all([import('./offers.ts'), import('./user-code/create.ts')]);
    return ownOffer(createModel(name, process.cwd()), process.cwd());
  },
  checkModel: async (file, signal) => (await import('./user-code/check.ts')).checkModel(file, signal),
  folder: (run, file) => shownPath(path.join(runFiles(run).job, file)),
  forecast: async (spec, rows) => (await import('./forecast-here.ts')).forecastHere(spec, rows, list().runs),
  report: async run => (await import('./report/write.ts')).writeTrainReport(run),
});
