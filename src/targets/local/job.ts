/** How the job of this machine is started. */

/** The Python that a job is started with. */
export type JobPython = {
  /** Absolute path. */
  readonly python: string;
  readonly flags: readonly string[];
  /** Variables that it needs, beside those of the job. */
  readonly env: Readonly<Record<string, string>>;
};

export const jobCommand = ({ python, flags }: JobPython, module: string): readonly string[] => [
  python,
  ...flags,
  '-m',
  module,
  'run',
  'job.json',
  '--out',
  '.',
];

const passedOn =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|XDG_\w+|ANN_TUI_HOME|(https?|no|all)_proxy|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CC|CXX|C(XX|PP)?FLAGS|LDFLAGS|CPATH|(CPLUS_)?INCLUDE_PATH|LIBRARY_PATH|LD_LIBRARY_PATH|DYLD_\w+|SDKROOT|MACOSX_DEPLOYMENT_TARGET|OMP_\w+)$/i;

/** The environment by list, not by exception: a token that somebody exported must not reach user code. `more`: names that the workload asks for. */
export const jobEnvironment = (env: NodeJS.ProcessEnv, more: readonly string[] = []): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => passedOn.test(name) || more.includes(name))),
  PYTHONUNBUFFERED: '1',
});
