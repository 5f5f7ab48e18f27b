/** What a run on this machine leans on: a process is told from a later one of its number, and a job lives and dies as its wrapper says. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '../../process/files.ts';
import { type Identity, identify, isAlive, ownIdentity } from '../../process/identity.ts';
import { readExit } from '../../targets/wrapper/attempt.ts';
import { startWrapped } from '../../targets/wrapper/start.ts';
import { paths } from '../../util/paths.ts';
import { type Check, fail, ok, warn } from '../check.ts';
import type { Local } from './context.ts';
import { environmentName } from './python-env.ts';

const until = async <T>(look: () => T | undefined | false, signal: AbortSignal, seconds = 30): Promise<T | undefined> => {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) return undefined;
    await sleep(20, undefined, { signal });
  }
};

type Place = { readonly folder: string; readonly python: string; readonly env: NodeJS.ProcessEnv };

/** Python code under the wrapper that jobs have. */
const wrapped = async ({ folder, python, env }: Place, number: number, code: string): Promise<Identity> => {
  const log = path.join(folder, `log-${number}`);
  closeSync(openSync(log, 'a', 0o600));
  const claim = await startWrapped({
    folder,
    number,
    python,
    command: [python, '-I', '-u', '-c', code],
    env,
    log,
    patience: 30_000,
    failure: { what: 'The wrapper did not start', hint: 'ann-tui setup' },
  });
  if ('givenUp' in claim) throw new Error(claim.givenUp.why);
  return claim.wrapper;
};

const inFolder = async <T>({ python, env }: Local, act: (place: Place) => Promise<T>): Promise<T> => {
  makeFolder(paths().data);
  const folder = mkdtempSync(path.join(paths().data, 'selftest-'));
  try {
    return await act({ folder, python: python(), env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const identityCheck: Check<Local> = {
  name: 'process identity',
  assumes: 'a process is known by pid and start, which do not change and which a process that ended does not have',
  needs: [environmentName],
  run: (local, signal) =>
    inFolder(local, async place => {
      const own = ownIdentity();
      if (!isAlive(own) || isAlive({ ...own, start: `${own.start}0` }))
        return fail('this process is not told from one that began otherwise');
      const wrapper = await wrapped(place, 1, 'pass');
      const gone = await until(() => !isAlive(wrapper), signal);
      return gone ? ok('told by pid, start time and start of the machine') : fail('a process that has ended counts as alive');
    }),
};

const wrapperCheck: Check<Local> = {
  name: 'job wrapper',
  assumes: 'the exit of a job is recorded though nobody waits for it, and a job ends with its wrapper that is killed',
  needs: [environmentName],
  run: (local, signal) =>
    inFolder(local, async place => {
      await wrapped(place, 1, 'raise SystemExit(3)');
      const exit = await until(() => readExit(place.folder, 1), signal);
      if (exit?.code !== 3) return fail(`a job that left with 3 is recorded as ${exit === undefined ? 'nothing' : JSON.stringify(exit)}`);
      const wrapper = await wrapped(place, 2, 'import os, time; print(os.getpid()); time.sleep(120)');
      const said = await until(() => readFileSync(path.join(place.folder, 'log-2'), 'utf8').trim() || undefined, signal);
      const job = identify(Number(said));
      if (job === undefined) return fail('the job of a wrapper did not start');
      const begun = performance.now();
      process.kill(wrapper.pid, 'SIGKILL');
      const gone = await until(() => !isAlive(job), signal, 5);
      const took = Math.round(performance.now() - begun);
      if (gone) return ok(`exit code kept; its job was gone ${took} ms after the wrapper was killed`);
      process.kill(job.pid, 'SIGKILL');
      return warn('a job outlives its wrapper here (it is ended when the run is): only Linux ties them together');
    }),
};

export const processChecks: readonly Check<Local>[] = [identityCheck, wrapperCheck];
