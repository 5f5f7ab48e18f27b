/** What is asked before more money is spent on a run that is over. Services are those of the screen tests, in memory. */
import { expect, test } from 'vitest';
import type { Context, Invocation } from '../../../../src/cli/command.ts';
import { agreedToGoOn } from '../../../../src/cli/commands/resume.ts';
import { commands } from '../../../../src/cli/commands.ts';
import { createOutput } from '../../../../src/cli/output.ts';
import { parseInvocation } from '../../../../src/cli/parse.ts';
import type { UserError } from '../../../../src/errors/errors.ts';
import { createFakeServices, obstacles, signedIn } from '../../../screens/support/services.ts';
import { stoppedOnModal } from '../../../screens/support/states.ts';

const run = 'bench-cccccc';

const resume = (...args: readonly string[]): Invocation => {
  const command = commands.find(({ name }) => name === 'resume');
  if (command === undefined) throw new Error('no resume');
  return parseInvocation(command, [run, ...args]);
};

const terminal = (answer: string, interactive = true) => {
  const asked: string[] = [];
  const io = {
    stdout: () => {},
    stderr: () => {},
    write: async () => {},
    terminal: interactive,
    interactive,
    env: { LANG: 'C.UTF-8' },
    ask: async (question: string) => {
      asked.push(question);
      return answer;
    },
    signal: new AbortController().signal,
  };
  const context: Context = { io, out: createOutput(io, false) };
  return { context, asked };
};

const refusal = (refused: Promise<boolean>): Promise<UserError | undefined> =>
  refused.then(
    () => undefined,
    error => error,
  );

test.each([
  ['', false],
  ['n', false],
  ['y', true],
])('“%s” means %s, and what is left of the budget is said', async (answer, goes) => {
  const { context, asked } = terminal(answer);
  expect(await agreedToGoOn(stoppedOnModal(run, 2), undefined, resume(), createFakeServices({ modal: signedIn }), context)).toBe(goes);
  expect(asked).toEqual([
    'Go on? It costs money: at most $1.12: what is left of $2.00; $0.8827 billed so far; $1.80/h while all of it runs. [y/N] ',
  ]);
});

test('another budget counts from the beginning of the run', async () => {
  const { context, asked } = terminal('y');
  expect(await agreedToGoOn(stoppedOnModal(run, 2), 5, resume('--budget', '5'), createFakeServices({ modal: signedIn }), context)).toBe(
    true,
  );
  expect(asked[0]).toContain('at most $4.12: what is left of $5.00');
});

test('--yes is an answer', async () => {
  const { context, asked } = terminal('n');
  expect(await agreedToGoOn(stoppedOnModal(run, 2), undefined, resume('--yes'), createFakeServices({ modal: signedIn }), context)).toBe(
    true,
  );
  expect(asked).toEqual([]);
});

test('without a terminal it needs --yes and a budget, and says the command', async () => {
  const { context, asked } = terminal('y', false);
  const services = createFakeServices({ modal: signedIn });
  const without = await refusal(agreedToGoOn(stoppedOnModal(run, 2), undefined, resume(), services, context));
  expect(without).toMatchObject({
    exitCode: 2,
    failure: { why: expect.stringMatching(/needs --yes$/), hint: `ann-tui resume ${run} --yes` },
  });
  const noBudget = await refusal(agreedToGoOn(stoppedOnModal(run, null), undefined, resume('--yes'), services, context));
  expect(noBudget).toMatchObject({
    exitCode: 2,
    failure: {
      why: expect.stringMatching(/needs --budget$/),
      hint: expect.stringMatching(new RegExp(`^ann-tui resume ${run} --budget [\\d.]+ --yes$`)),
    },
  });
  expect(await agreedToGoOn(stoppedOnModal(run, null), 3, resume('--budget', '3', '--yes'), services, context)).toBe(true);
  expect(asked).toEqual([]);
});

test('a budget that is used up is told with one that will do, before anybody is asked', async () => {
  const { context, asked } = terminal('y');
  const refused = await refusal(
    agreedToGoOn(stoppedOnModal(run, 0.9), undefined, resume(), createFakeServices({ modal: signedIn }), context),
  );
  expect(refused).toMatchObject({
    exitCode: 2,
    failure: {
      what: 'A budget of $0.9000 would be gone before the first point',
      why: expect.stringContaining('$0.8827 of it are spent'),
      hint: expect.stringMatching(new RegExp(`^ann-tui resume ${run} --budget \\d`)),
    },
  });
  expect(asked).toEqual([]);
});

test('Modal that is not ready is told before anybody is asked', async () => {
  const { context, asked } = terminal('y');
  const services = createFakeServices({ modal: obstacles.auth });
  const refused = await refusal(agreedToGoOn(stoppedOnModal(run, 2), undefined, resume(), services, context));
  expect(refused).toMatchObject({ exitCode: 3 });
  expect(asked).toEqual([]);
});
