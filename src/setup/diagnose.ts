/** What an installer's last words mean, and what to do about it. The cause's own words are always shown too. */
import type { Failure } from '../errors/failure.ts';

type Cause = { readonly sign: RegExp; readonly what: string; readonly advice?: string; readonly hint: string };

/** In order: the first that matches any line is taken, so the particular stands before the general. */
const causes: readonly Cause[] = [
  {
    sign: /no space left on device|errno 28|disk quota exceeded/i,
    what: 'The disk is full',
    hint: 'df -h && ann-tui setup',
  },
  {
    sign: /ensurepip is not available|No module named (ensurepip|venv)|returned non-zero exit status.*ensurepip/i,
    what: 'Python cannot make environments',
    hint: 'ann-tui doctor',
  },
  {
    sign: /externally-managed-environment/i,
    what: "The system's Python refuses packages",
    hint: 'ann-tui uninstall --environment --yes && ann-tui setup',
  },
  {
    sign: /CERTIFICATE_VERIFY_FAILED|invalid peer certificate|SSLError|SSL: |certificate verify failed|UnknownIssuer/i,
    what: 'The package index could not be trusted (TLS)',
    advice: "SSL_CERT_FILE and PIP_CERT name your network's certificate file",
    hint: 'ann-tui setup',
  },
  {
    sign: /ProxyError|proxy.*(refused|fail|error|auth|connect)|tunnel (error|connection failed)|407 proxy/i,
    what: 'The proxy does not let the package index through',
    advice: 'HTTPS_PROXY and HTTP_PROXY name a proxy; without one they are unset',
    hint: 'unset HTTPS_PROXY HTTP_PROXY && ann-tui setup',
  },
  {
    sign: /name resolution|name or service not known|nodename nor servname|dns error|failed to lookup|network is unreachable|getaddrinfo/i,
    what: 'The package index cannot be reached',
    hint: 'ann-tui setup',
  },
  {
    sign: /connection refused|connection (timed out|reset|aborted)|read timed out|ConnectTimeout|NewConnectionError|tcp connect error|error sending request|operation timed out|Max retries exceeded/i,
    what: 'The package index does not answer',
    advice: 'pip config list shows which one is asked',
    hint: 'ann-tui setup',
  },
  {
    sign: /\b(401|403) (client error|forbidden|unauthorized)|HTTP status (client|server) error|50\d server error/i,
    what: 'The package index refused',
    advice: 'pip config list shows which one is asked',
    hint: 'ann-tui setup',
  },
  {
    sign: /no matching distribution found|could not find a version that satisfies|no solution found/i,
    what: 'The package index has no fitting package',
    advice: 'another Python may do',
    hint: 'ANN_TUI_PYTHON=python3.12 ann-tui setup',
  },
  {
    sign: /Python\.h: No such file|Development\.Module|Could NOT find Python/i,
    what: 'Python.h is missing',
    hint: 'ann-tui doctor',
  },
  {
    sign: /Killed signal terminated program|cc1plus.*killed|out of memory|virtual memory exhausted|Cannot allocate memory/i,
    what: 'The compiler ran out of memory',
    advice: 'with other programs closed it may do',
    hint: 'ann-tui setup',
  },
  {
    sign: /CMAKE_CXX_COMPILER|No CMAKE_CXX_COMPILER could be found|unable to execute '?(g\+\+|c\+\+|clang\+\+)/i,
    what: 'A C++ compiler was not found',
    hint: 'ann-tui doctor',
  },
  {
    sign: /permission denied|errno 13|read-only file system/i,
    what: 'A folder may not be written',
    hint: 'ANN_TUI_HOME=~/ann-tui ann-tui setup',
  },
  { sign: /: (fatal )?error:/, what: 'The C++ core does not compile', hint: 'ann-tui doctor' },
];

/** What a person types for a set-up, also in the hints about it. */
export type SetupCommand = 'ann-tui setup' | 'ann-tui setup --training';

/** The same hint about another set-up. */
export const hintFor = (hint: string, command: SetupCommand): string => hint.replace(/ann-tui setup$/, command);

/** The line that says most: the one with the sign, else the last error, else the last line. */
export const diagnose = (step: string, tail: readonly string[], log: string, command: SetupCommand = 'ann-tui setup'): Failure => {
  const lines = tail.map(line => line.trim()).filter(line => line !== '');
  const kept = `the full log: ${log}`;
  for (const { sign, what, advice, hint } of causes) {
    const line = lines.find(candidate => sign.test(candidate));
    if (line === undefined) continue;
    const why = line.slice(0, 300);
    return { what, why: advice === undefined ? why : `${why}; ${advice}`, kept, hint: hintFor(hint, command) };
  }
  const last = lines.findLast(line => /error/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  return { what: `${step} failed`, why: last.slice(0, 300), kept, hint: 'ann-tui doctor' };
};
