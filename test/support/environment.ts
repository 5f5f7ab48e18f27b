/** Before each test file (`vitest.config.ts`), and so before Ink: as `bin/ann-tui.ts` does, since in CI Ink draws its last frame alone. */
for (const name of ['CI', 'CONTINUOUS_INTEGRATION']) delete process.env[name];
