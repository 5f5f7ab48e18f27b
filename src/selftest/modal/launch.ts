/** From here to a running call: the image, a launch without a terminal, and a call that outlives its client. */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { toFailure } from '../../errors/errors.ts';
import { explainModal, modalProgram } from '../../modal-client/index.ts';
import { appName } from '../../runs/app-name.ts';
import { launchLog } from '../../runs/files.ts';
import { createLauncher } from '../../targets/modal/launcher.ts';
import { readExit } from '../../targets/wrapper/attempt.ts';
import { duration } from '../../text/format.ts';
import { type Check, type Finding, fail, ok, skipped, warn } from '../check.ts';
import { appFile, launchName } from './launch-name.ts';
import { termsOf, trainingOrder } from './plan.ts';
import { appOf, eventually, readText, type Trial, wordsOfEnd } from './trial.ts';
import { volumeName } from './volumes.ts';

const launchSpec = ({ names, plan }: Trial): object => ({
  v: 1,
  app: appName(names.run, 1),
  run: names.run,
  attempt: 1,
  volume: names.volume,
  mailbox: names.mailbox,
  container: { cores: plan.cores, memory_gib: plan.memoryGiB },
  timers: plan.timers,
  ...(plan.training && { training: trainingOrder(plan.training) }),
  budget: termsOf(plan),
});

/** Once: both checks look at what came of it. */
const launch = async (trial: Trial, signal: AbortSignal): Promise<void> => {
  if (trial.launched !== undefined || trial.launchProblem !== undefined) return;
  const { client, where, names, folder } = trial;
  const launcher = createLauncher({
    client,
    program: () => modalProgram(where),
    run: names.run,
    attempt: 1,
    job: folder,
    app: appFile,
    patience: 60_000,
  });
  const begun = performance.now();
  try {
    const { app, call } = await launcher.launch(() => launchSpec(trial), { signal });
    trial.launched = { app, call, seconds: (performance.now() - begun) / 1000 };
    trial.apps.add(app);
  } catch (error) {
    signal.throwIfAborted();
    const said = readText(launchLog(folder, 1));
    const { what, why } = toFailure(error);
    trial.launchProblem = { kind: explainModal('', said).kind === 'build' ? 'image' : 'launch', why: `${what}: ${why}` };
  }
};

const image: Check<Trial> = {
  name: 'image',
  assumes: 'the images of a run are built from their recipe: Debian, g++, the pinned packages, the C++ core; PyTorch for a training',
  needs: [volumeName],
  limit: 1800,
  run: async (trial, signal) => {
    await launch(trial, signal);
    const { launched, launchProblem } = trial;
    if (launchProblem?.kind === 'image') return fail(launchProblem.why);
    if (launched === undefined) return skipped('not reached: the launch failed');
    const said = readText(launchLog(trial.folder, 1));
    const built = [...said.matchAll(/Built image (im-\w+) in ([\d.]+)s/g)];
    const seconds = built.reduce((sum, [, , taken]) => sum + Number(taken), 0);
    const facts = { built: built.length, seconds };
    return ok(built.length === 0 ? 'it was there already' : `built in ${duration(seconds)} (${built.length} layers)`, facts);
  },
};

const launching: Check<Trial> = {
  name: launchName,
  assumes: '`modal run --detach` works without a terminal, prints app (ap-…) and call (fc-…) in one line, and no control sequences',
  needs: [volumeName],
  limit: 1800,
  run: async (trial, signal) => {
    await launch(trial, signal);
    const { launched, launchProblem } = trial;
    if (launchProblem?.kind === 'image') return skipped('not tried: image failed');
    if (launched === undefined) return fail(launchProblem?.why ?? 'it was not launched');
    const { app, call, seconds } = launched;
    const facts = { app, call, seconds: Math.round(seconds) };
    if (!/^ap-[a-zA-Z0-9]{22}$/.test(app)) return fail(`an app goes by "${app}"`, facts);
    if (!/^fc-[a-zA-Z0-9]+$/.test(call)) return fail(`a call goes by "${call}"`, facts);
    if (readText(launchLog(trial.folder, 1)).includes('\x1b')) return warn('what it prints has control sequences', facts);
    return ok(`app and call ${duration(seconds)} after the start`, facts);
  },
};

const clientExit = (folder: string): ReturnType<typeof readExit> => {
  const name = readdirSync(folder).find(entry => /^exit-\d+\.json$/.test(entry));
  return name === undefined ? undefined : readExit(folder, Number(/\d+/.exec(name)?.[0]));
};

/** Milliseconds after the client's end. */
const goneFor = 2000;

const detached: Check<Trial> = {
  name: 'detached',
  assumes: 'the call goes on when the client that launched it is gone',
  needs: [launchName],
  limit: 600,
  run: async (trial, signal): Promise<Finding> => {
    const { client, launched, folder } = trial;
    const exit = await eventually(trial, async () => clientExit(folder), signal);
    if (exit === undefined) return fail(`the client has not left after ${trial.patience} s`);
    // Modal takes a moment to hear that it is gone.
    await sleep(goneFor, undefined, { signal });
    const app = await client.appState(appOf(trial), { signal });
    const call = await client.call(launched?.call ?? '', { signal });
    const facts = { client_exit: exit.code, app_state: app.state, call: call.state };
    if (call.state !== 'running') return fail(`the client left (exit code ${exit.code}), and its call ended: ${wordsOfEnd(call)}`, facts);
    if (app.state !== 'detached') return warn(`it goes on, but its app is said to be ${app.state}`, facts);
    return ok(`its client left with ${exit.code}; the app is ${app.state}, its call goes on`, facts);
  },
};

const listed: Check<Trial> = {
  name: 'app list',
  assumes: 'a running app is in the list by its name, at most a second late',
  needs: [launchName],
  run: async (trial, signal) => {
    const app = appOf(trial);
    const begun = performance.now();
    const found = await eventually(trial, async () => (await trial.client.apps({ signal })).find(({ id }) => id === app), signal);
    const seconds = (performance.now() - begun) / 1000;
    if (found === undefined) return fail(`it is not in the list after ${trial.patience} s`);
    const facts = { name: found.name, state: found.state, seconds };
    if (found.name !== appName(trial.names.run, 1)) return fail(`it goes by another name: ${found.name}`, facts);
    if (found.state !== 'detached') return warn(`it is listed as ${found.state}`, facts);
    return ok(`${found.state}, found at once`, facts);
  },
};

export const launchChecks: readonly Check<Trial>[] = [image, launching, detached, listed];
