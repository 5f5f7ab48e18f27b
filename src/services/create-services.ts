/** The one place where everything that knows no screen is put together. What is heavy loads when it is first asked for. */

import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { readPreferences, savePreferences } from '../config/preferences.ts';
import { exitCodes, UserError } from '../errors/errors.ts';
import type { Failure } from '../errors/failure.ts';
import { createLogView } from '../logs/log-view.ts';
import type { HardwareRow, PriceDemands, PriceTable } from '../prices/container-price.ts';
import { dashboard, openInBrowser } from '../process/browser.ts';
import { readMoment } from '../process/moment.ts';
import { logFile, logSources, runFiles } from '../runs/files.ts';
import { requireRoom } from '../runs/room.ts';
import type { Spec } from '../runs/spec.ts';
import { launchRun, recoverRuns, resumeRun, setBudget, stopRun } from '../runs/start-supervisor.ts';
import { createLister, removeRun, runBytes } from '../runs/store.ts';
import { watchRun, watchRuns } from '../runs/watch.ts';
import { knownSecrets } from '../secrets/known.ts';
import { environment, pythonIn, setupStatus } from '../setup/environment.ts';
import { thisMachine } from '../setup/machine.ts';
import type { Target } from '../targets/target.ts';
import { editorOf, openEditor } from '../terminal/editor.ts';
import { paths, shownPath } from '../util/paths.ts';
import { version } from '../util/version.ts';
import { createOwn, freeName, headerFile } from '../workloads/bench/user-code/create.ts';
import { tellEditors } from '../workloads/bench/user-code/editor.ts';
import type { OwnImplementation } from '../workloads/bench/user-code/list.ts';
import { shownFrom } from '../workloads/bench/user-code/user-file.ts';
import type { SharedChoices } from '../workloads/shared-plan.ts';
import type { Services } from './services.ts';

/**
 * Looking at thousands of runs again and again leaves much behind. A nursery of 4 MB is cleared more often than V8's own of 16, which keeps the program
 * below 100 MB. Set once the first frame is there: V8 takes no prepared code once a flag was changed, and starts slower.
 */
const clearSooner = (): void => {
  for (const flag of ['--max-semi-space-size=4', '--semi-space-growth-factor=1']) setFlagsFromString(flag);
};

/** The target of a spec, with this machine's private Python; set-up may still come in between. */
const targetOf = async (spec: Spec): Promise<Target> => {
  const { targetFor } = await import('../targets/index.ts');
  return await targetFor(spec, { python: () => pythonIn(setupStatus().folder) });
};

/** What stands in the way of a launch; whatever was opened to find out is closed again. */
const obstacleOf = async (spec: Spec): Promise<Failure | undefined> => {
  const target = await targetOf(spec);
  try {
    return await target.check(spec);
  } finally {
    await target.close?.();
  }
};

const prices = async (demands: PriceDemands = {}): Promise<PriceTable> => {
  const [{ currentPrices }, { loadHardware }, { containerLabel, containerPrice }, { usageError }] = await Promise.all([
    import('../accounts/live-rates.ts'),
    import('../config/hardware.ts'),
    import('../prices/container-price.ts'),
    import('../errors/errors.ts'),
  ]);
  const [rates, shapes] = await Promise.all([currentPrices(), loadHardware()]);
  const rows = shapes.value.map((shape): HardwareRow => {
    if (shape.gpu !== null && !Object.hasOwn(rates.value.gpu, shape.gpu)) {
      const known = Object.keys(rates.value.gpu).join(', ');
      throw usageError(`${shapes.shownAs}: ${shape.id} has no price`, `${rates.shownAs} has no rate for ${shape.gpu}, only for ${known}`);
    }
    // Modal has containers that may not be preempted without a GPU only.
    const asked = { ...shape, ...demands, nonpreemptible: shape.gpu === null && demands.nonpreemptible === true };
    return { ...shape, label: containerLabel(shape), dollarsPerHour: containerPrice(rates.value, asked).total };
  });
  return {
    rows,
    date: rates.value.date,
    source: rates.live ? rates.shownAs : `${rates.shownAs} (${rates.value.source})`,
    live: rates.live,
  };
};

/** On the account that was chosen, where a run on Modal does not name another. */
const onChosenAccount = async (choices: SharedChoices): Promise<SharedChoices> => {
  if (choices.target !== 'modal') return choices;
  const { accountFor } = await import('../accounts/account.ts');
  const { profile, environment } = await accountFor(choices);
  return { ...choices, ...(profile && { profile }), ...(environment && { environment }) };
};

const plan = async (choices: SharedChoices): Promise<Spec> => {
  const [{ catalogue }, { loadHardware }, { currentPrices }, { loadModal }, { planRun }] = await Promise.all([
    import('../datasets/catalogue.ts'),
    import('../config/hardware.ts'),
    import('../accounts/live-rates.ts'),
    import('../config/modal.ts'),
    import('../workloads/plan-run.ts'),
  ]);
  const [datasets, shapes, rates, modal] = await Promise.all([catalogue(), loadHardware(), currentPrices(), loadModal()]);
  return await planRun(await onChosenAccount(choices), {
    // Of one's own dataset nothing is known before it is verified.
    datasets: datasets.filter(({ own, train }) => !own || train > 0),
    shapes: shapes.value,
    rates: rates.value,
    modal: modal.value,
    cores: thisMachine().cores,
  });
};

const ownAt = (file: string): OwnImplementation => ({
  name: path.basename(file, path.extname(file)),
  file,
  shown: shownFrom(process.cwd(), file),
});

export const createServices = (): Services => {
  // One for all: there may be thousands, and the hardware screen asks for an estimate a row.
  const runs = createLister();
  // A supervisor that died is replaced by whoever comes next.
  recoverRuns(undefined, runs);
  return {
    version,
    watchRuns: onChange => {
      clearSooner();
      return watchRuns(onChange, runs);
    },
    watchRun,
    openLog: (run, source) => createLogView(logFile(runFiles(run), source)),
    logSources: run => logSources(runFiles(run)),
    dashboard,
    openInBrowser,
    launch: async spec => {
      requireRoom(paths().runs);
      const obstacle = await obstacleOf(spec);
      if (obstacle !== undefined) throw new UserError(obstacle, spec.target === 'modal' ? exitCodes.refused : exitCodes.failed);
      return launchRun(spec);
    },
    stop: async run => {
      stopRun(run);
    },
    resume: async (run, budget) => resumeRun(run, { budget }),
    setBudget: async (run, dollars) => setBudget(run, dollars),
    moment: readMoment,
    remove: async run => removeRun(run),
    runBytes: async run => runBytes(run),

    strangers: async () => (await import('../orphans/index.ts')).strangers(),
    stopStranger: async stranger => (await import('../orphans/index.ts')).stopStranger(stranger),
    adoptStranger: async stranger => (await import('../orphans/index.ts')).adoptStranger(stranger),

    implementations: async () => {
      const { loadBenchmark, pointCount } = await import('../workloads/bench/config.ts');
      return (await loadBenchmark()).value.implementations
        .filter(entry => !entry.hidden)
        .map(entry => ({ name: entry.name, title: entry.title, points: pointCount(entry), default: entry.default }));
    },
    ownImplementations: async () => {
      const { listOwn } = await import('../workloads/bench/user-code/list.ts');
      return (await listOwn(process.cwd(), runs().runs)).map(ownAt);
    },
    freeOwnName: () => freeName(process.cwd()),
    createOwn: async name => {
      const { builtInNames } = await import('../workloads/bench/config.ts');
      const made = ownAt(createOwn(name, process.cwd(), builtInNames));
      tellEditors(process.cwd());
      return { ...made, header: shownPath(headerFile()) };
    },
    datasets: async () => (await import('../datasets/catalogue.ts')).catalogue(),
    volumeDatasets: async () => (await import('../datasets/places.ts')).volumeDatasets(),
    planVolumeSync: async name => (await import('../datasets/volume-sync.ts')).planVolumeSync(name),
    syncToVolume: async (name, onStep, signal) => (await import('../datasets/volume-sync.ts')).syncToVolume(name, onStep, signal),
    prices,
    plan,
    estimate: async spec => {
      const [{ estimate }, { knownDatasets }] = await Promise.all([import('../metering/estimate.ts'), import('../datasets/catalogue.ts')]);
      const sizes = new Map((await knownDatasets()).map(entry => [entry.name, entry]));
      return estimate(spec, runs().runs, name => sizes.get(name), thisMachine().cores);
    },
    check: obstacleOf,

    modalStatus: async account => (await import('../accounts/modal-status.ts')).modalStatus(account),
    signIn: async options => (await import('../accounts/sign-in.ts')).signIn(options),
    takeToken: async (token, options) => (await import('../accounts/sign-in.ts')).takeToken(token, options),
    accounts: async () => (await import('../accounts/account.ts')).accounts({ ask: true }),
    chooseAccount: async choice => (await import('../accounts/account.ts')).chooseAccount(choice),
    installModalClient: async (onProgress, signal) =>
      await (await import('../setup/modal-client.ts')).installModalClient({ onProgress, signal }),

    secrets: async () => {
      const [{ withModal }, { listSecrets }] = await Promise.all([import('../accounts/with-modal.ts'), import('../secrets/secrets.ts')]);
      return await withModal({}, client => listSecrets(client));
    },
    knownSecrets: () => knownSecrets,
    createSecret: async (name, values, overwrite) => {
      const [{ withModal }, { createSecret }] = await Promise.all([import('../accounts/with-modal.ts'), import('../secrets/secrets.ts')]);
      await withModal({}, async client => await createSecret(client, name, values, { overwrite }));
    },
    deleteSecret: async name => {
      const [{ withModal }, { deleteSecret }] = await Promise.all([import('../accounts/with-modal.ts'), import('../secrets/secrets.ts')]);
      await withModal({}, async client => await deleteSecret(client, name));
    },

    setupStatus: async () => setupStatus(),
    setup: async (onProgress, signal) => (await import('../setup/setup.ts')).setup({ onProgress, signal }),
    sync: async (name, from, onEvent, signal) => {
      const [{ findDataset }, { syncDataset }] = await Promise.all([import('../datasets/catalogue.ts'), import('../datasets/sync.ts')]);
      const { url, mirrors, sha256, bytes } = await findDataset(name);
      const published = { url, bytes, ...(mirrors === undefined ? {} : { mirrors }), ...(sha256 === undefined ? {} : { sha256 }) };
      await syncDataset({ python: environment().python, name, ...published, ...(from === undefined ? {} : { from }), onEvent, signal });
    },
    doctor: async () => (await import('../setup/doctor.ts')).doctor({ runs: runs().runs }),
    selftestPlan: async () => {
      const [{ planNow }, { mostDollars }] = await Promise.all([import('../selftest/modal/run.ts'), import('../selftest/modal/plan.ts')]);
      return await planNow(mostDollars);
    },
    selftest: async options => (await import('../selftest/start.ts')).startSelftest(options),
    editor: () => editorOf(process.env),
    edit: (file, line) => openEditor(editorOf(process.env) ?? 'vi', file, line),
    mend: async check => {
      const said: string[] = [];
      await (await import('../setup/mend-modal.ts')).mendModal([check], new AbortController().signal, text => said.push(text));
      return said.length === 0 ? undefined : `${said.join('. ')}.`;
    },
    machine: thisMachine,

    preferences: readPreferences,
    savePreferences,
  };
};
