/** `shell RUN`: Modal's own `container exec` in this terminal. */
import { spawn } from 'node:child_process';
import { exitCodes, UserError, usageError } from '../../errors/errors.ts';
import { recoverRuns } from '../../runs/start-supervisor.ts';
import type { ContainerState, RunState } from '../../runs/state.ts';
import { openRun, resolveRun } from '../../runs/store.ts';
import type { Run } from '../command.ts';

/** Containers of the current attempt that run, the newest last. */
export const runningContainers = ({ containers = [], attempt }: RunState): readonly ContainerState[] =>
  containers
    .filter(container => container.attempt === attempt && container.startedAt !== undefined && container.finishedAt === undefined)
    .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));

const nameOf = ({ name, task }: ContainerState): string => name ?? task;

/** Throws a `UserError` when there is none to go into. */
const choose = (state: RunState, wanted: string | undefined): ContainerState => {
  const { run, spec, status } = state;
  if (spec.target === 'local')
    throw usageError(`${run} has no container`, 'it runs on this machine: your own shell is there already', `ann-tui show ${run}`);
  const running = runningContainers(state);
  const found = wanted === undefined ? running.at(-1) : running.findLast(({ name, task }) => name === wanted || task === wanted);
  if (found !== undefined) return found;
  if (running.length > 0)
    throw usageError(`No container "${wanted}" of ${run} runs now`, `there are: ${running.map(nameOf).join(', ')}`, `ann-tui shell ${run}`);
  const why = status === 'ended' ? 'the run is over' : 'none has started so far, or all have left';
  throw new UserError({ what: `No container of ${run} runs now`, why, kept: 'the run is as it was', hint: `ann-tui show ${run}` });
};

export const run: Run = async (invocation, { io, out }) => {
  recoverRuns();
  const state = openRun(resolveRun(invocation.words[0] ?? '')).refresh();
  const container = choose(state, invocation.text('container'));
  if (!io.interactive || out.json)
    throw usageError(
      'A shell needs a terminal',
      'stdin and stdout must both be one',
      `ann-tui logs ${state.run} --container ${nameOf(container)}`,
    );
  const { modalProgram } = await import('../../modal-client/index.ts');
  const { profile = null, environment = null } = state.spec.cloud ?? {};
  const { program, env } = await modalProgram({ profile, environment });
  // A person looks at it, so it may know the terminal and its colours; the rest of the environment is Modal's as always.
  const { COLUMNS, NO_COLOR, ...passed } = env;
  out.note(`${nameOf(container)} of ${state.run}; it goes on while you look. exit leaves it.`);
  const child = spawn(program, ['container', 'exec', '--pty', container.task, 'bash'], {
    cwd: '/',
    stdio: 'inherit',
    env: {
      ...passed,
      ...(io.env.TERM === undefined ? {} : { TERM: io.env.TERM }),
      ...(io.env.NO_COLOR === undefined ? {} : { NO_COLOR: io.env.NO_COLOR }),
    },
  });
  return await new Promise((resolve, reject) => {
    child.once('error', ({ message }) =>
      reject(new UserError({ what: "Modal's client could not be started", why: message, hint: 'ann-tui doctor' })),
    );
    child.once('close', code => resolve(code ?? exitCodes.failed));
  });
};
