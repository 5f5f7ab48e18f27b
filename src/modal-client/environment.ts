/** The environment that Modal's program and the helper run in: a list of what is let through, so that nothing of a person's own leads them astray. */

/** Which account and which of its environments; null leaves it to the person's own profile file and variables. */
export type Where = { readonly profile?: string | null; readonly environment?: string | null };

const passed = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  // Modal's own. Not those that change what is printed (MODAL_LOGLEVEL, MODAL_TRACEBACK) or say that this is a container (MODAL_IS_REMOTE).
  'MODAL_CONFIG_PATH',
  'MODAL_PROFILE',
  'MODAL_ENVIRONMENT',
  'MODAL_SERVER_URL',
  'MODAL_TOKEN_ID',
  'MODAL_TOKEN_SECRET',
  'MODAL_OAUTH_REFRESH_TOKEN',
  'MODAL_OAUTH_CLIENT_ID',
  'MODAL_OAUTH_CLIENT_SECRET',
  'MODAL_OAUTH_JWT_KEY',
  'MODAL_DISABLE_API_PROXY',
  'MODAL_OVERRIDE_HEADERS',
  'MODAL_MAX_THROTTLE_WAIT',
  'MODAL_HEARTBEAT_INTERVAL',
  'MODAL_IMAGE_BUILDER_VERSION',
  'MODAL_FORCE_BUILD',
  'MODAL_IGNORE_CACHE',
];

/** What the program prints must be whole lines of plain text, at once. */
const plain = {
  COLUMNS: '1000',
  NO_COLOR: '1',
  PYTHONUNBUFFERED: '1',
  PYTHONUTF8: '1',
  PYTHONNOUSERSITE: '1',
  // Otherwise a detached launch waits for logs that do not come.
  MODAL_LOGS_TIMEOUT: '0',
};

/** Tokens in `env` take precedence over a profile: that is Modal's own rule, and `hello` tells of it. */
export const modalEnvironment = ({ profile, environment }: Where = {}, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(passed.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]]))),
  ...plain,
  ...(profile ? { MODAL_PROFILE: profile } : {}),
  ...(environment ? { MODAL_ENVIRONMENT: environment } : {}),
});
