/** What `ann-tui _supervise RUN` does for a run on Modal, with a small app and a moment of death of the test's choice. */
import { createModalClient, modalProgram } from '../../../../../src/modal-client/index.ts';
import { supervise } from '../../../../../src/runs/supervisor.ts';
import { createModalTarget } from '../../../../../src/targets/modal/modal.ts';

const [run = ''] = process.argv.slice(3);
const { TEST_APP = '', TINY_JOB = '{}', TEST_DIE_AT = '', TEST_STEPS } = process.env;
const seen = new Map<string, number>();

await supervise(run, {
  targetFor: spec =>
    createModalTarget({
      spec,
      client: createModalClient({}),
      app: TEST_APP,
      program: async () => {
        const found = await modalProgram({});
        return { ...found, env: { ...found.env, TINY_JOB } };
      },
    }),
  poll: 50,
  step: name => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    if (TEST_STEPS) process.stderr.write(`step ${name}#${times}\n`);
    if (TEST_DIE_AT === `${name}#${times}`) process.kill(process.pid, 'SIGKILL');
  },
});
