/** What `ann-tui _supervise RUN` does, with a job and a moment of death of the test's choice. */
import { supervise } from '../../../../src/runs/supervisor.ts';
import { createLocalTarget } from '../../../../src/targets/local/local.ts';
import { jobPython } from '../../../support/job-python.ts';

const [run = ''] = process.argv.slice(3);
const { TEST_PYTHON = '', TEST_COMMAND = '[]', TEST_DIE_AT = '0', TEST_GRACE = '10000', TEST_STEPS } = process.env;
let steps = 0;

await supervise(run, {
  targetFor: () =>
    createLocalTarget({ pythonOf: jobPython(TEST_PYTHON), command: ({ python }) => [python, '-u', ...JSON.parse(TEST_COMMAND)] }),
  poll: 20,
  grace: Number(TEST_GRACE),
  step: name => {
    steps += 1;
    if (TEST_STEPS) process.stderr.write(`step ${steps} ${name}\n`);
    if (steps === Number(TEST_DIE_AT)) process.kill(process.pid, 'SIGKILL');
  },
});
