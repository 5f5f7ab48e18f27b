import type { ModalStatus } from '../../accounts/modal-status.ts';
import { type ConfigName, configFile } from '../../config/load.ts';
import { exitCodes, toFailure } from '../../errors/errors.ts';
import { systemName, thisMachine } from '../../setup/machine.ts';
import { pythonIn, setupStatus } from '../../setup/python-env.ts';
import { setupLog } from '../../setup/setup.ts';
import { type TrainingStatus, torchText, trainingStatus } from '../../setup/training/status.ts';
import { packageRoot, paths } from '../../util/paths.ts';
import { version } from '../../util/version.ts';
import { headerFile } from '../../workloads/bench/user-code/create.ts';
import { presetConfigs } from '../../workloads/train/config/load.ts';
import type { Run } from '../command.ts';

/** How things stand with Modal, and its client, asked side by side. */
const modalFacts = async () => {
  const [{ modalStatus }, { modalClientStatus }] = await Promise.all([
    import('../../accounts/modal-status.ts'),
    import('../../setup/modal-client.ts'),
  ]);
  const unreadable = (error: unknown) => ({ ready: false as const, why: toFailure(error).what });
  return await Promise.all([modalStatus(), modalClientStatus().catch(unreadable)]);
};

const readyText = ({ workspace, environment, profile }: Extract<ModalStatus, { state: 'ready' }>): string =>
  `signed in: ${workspace}${environment === '' ? '' : `/${environment}`}, profile ${profile}`;

const trainingText = (status: TrainingStatus): string =>
  status.ready ? `${torchText(status.torch, status.variant)}, ${status.folder}` : `not ready: ${status.why} (ann-tui setup --training)`;

const names: readonly ConfigName[] = ['prices', 'hardware', 'datasets', 'benchmark', 'prepare', 'modal', ...presetConfigs];

export const run: Run = async (_invocation, { out }) => {
  const { ready, why, folder } = setupStatus();
  const training = trainingStatus();
  const { data, config, runs, datasets } = paths();
  const { cores, cpu, memoryGiB } = thisMachine();
  const python = ready ? pythonIn(folder) : null;
  const [modal, client] = await modalFacts();
  const configs = Object.fromEntries(names.map(name => [name, configFile(name).file]));
  out.record({
    type: 'info',
    version,
    node: process.versions.node,
    system: systemName(),
    arch: process.arch,
    cores,
    cpu,
    memory_gib: memoryGiB,
    package: packageRoot,
    header: headerFile(),
    data,
    runs,
    datasets,
    config,
    configs,
    python,
    ready,
    training: training.ready
      ? { folder: training.folder, torch: training.torch, variant: training.variant, extras: training.extras }
      : null,
    modal_client: client.ready ? client.version : null,
    modal,
  });
  out.line(`ann-tui ${version} · Node ${process.versions.node} · ${systemName()} ${process.arch}`);
  out.line(`  machine   ${cores} cores (${cpu}), ${memoryGiB} GiB`);
  out.line(`  package   ${packageRoot}`);
  out.line(`  ann.h     ${headerFile()}`);
  out.line(`  data      ${data}`);
  out.line(`  runs      ${runs}`);
  out.line(`  datasets  ${datasets}`);
  out.line(`  python    ${python ?? `not ready: ${why} (ann-tui setup)`}`);
  out.line(`  training  ${trainingText(training)}`);
  out.line(`  set-up    ${setupLog()}`);
  out.line(`  client    ${client.ready ? `Modal ${client.version}, ${client.program}` : `Modal's client is not there: ${client.why}`}`);
  out.line(`  modal     ${modal.state === 'ready' ? readyText(modal) : `${modal.failure.what}: ${modal.failure.why}`}`);
  out.line(`  config    ${config}`);
  out.line('            your own copies of these take their place there:');
  for (const name of names) out.line(`            ${name}.yaml  ${configs[name]}`);
  return exitCodes.done;
};
