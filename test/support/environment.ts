/**
 * Before each test file (`vitest.config.ts`): the same environment whoever runs the tests. In CI Ink would draw its last frame alone
 * (`bin/ann-tui.ts` does likewise), and words, colours and marks hang on the rest.
 */
for (const name of ['CI', 'CONTINUOUS_INTEGRATION', 'FORCE_COLOR', 'NO_COLOR', 'LC_ALL', 'LC_CTYPE', 'TZ']) delete process.env[name];
for (const name of Object.keys(process.env)) if (name.startsWith('MODAL_')) delete process.env[name];
process.env.LANG = 'C.UTF-8';
