/** What the job of this machine is told: the contract with `python -m annbench run job.json --out .`. */
import { availableParallelism } from 'node:os';
import type { Spec } from '../../runs/spec.ts';
import { jobImplementation } from '../../user-code/copies.ts';

/** `jobDir`: the job's folder, absolute; copies of a person's own sources are in it. */
export const jobOf = (spec: Spec, dataDir: string, jobDir: string) => ({
  v: 1,
  job: spec.kind,
  datasets: spec.datasets,
  data_dir: dataDir,
  k: spec.k,
  threads: spec.threads,
  build_threads: availableParallelism(),
  subset: spec.subset,
  repeats: spec.repeats,
  seed: spec.seed,
  implementations: spec.implementations.map(plan => jobImplementation(plan, jobDir)),
});

/** `-I` also ignores PYTHONUNBUFFERED, hence `-u`. */
export const benchCommand = (python: string): readonly string[] => [python, '-I', '-u', '-m', 'annbench', 'run', 'job.json', '--out', '.'];

const passedOn =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|XDG_\w+|ANN_TUI_HOME|(https?|no|all)_proxy|SSL_CERT_(FILE|DIR)|ANNBENCH_(MIRRORS|USER_AGENT)|REQUESTS_CA_BUNDLE|CC|CXX|C(XX|PP)?FLAGS|LDFLAGS|CPATH|(CPLUS_)?INCLUDE_PATH|LIBRARY_PATH|LD_LIBRARY_PATH|DYLD_\w+|SDKROOT|MACOSX_DEPLOYMENT_TARGET|OMP_\w+)$/i;

/** The environment by list, not by exception: a token that somebody exported must not reach a stranger's C++. */
export const jobEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => passedOn.test(name))),
  PYTHONUNBUFFERED: '1',
});
