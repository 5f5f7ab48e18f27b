/** What is asked before money is spent, and what is thrown when Modal is not ready. Services are those of the screen tests, in memory. */
import { describe, expect, test } from 'vitest';
import { agreedToPay, readyOnModal, tellIdle } from '../../../src/cli/cloud-run.ts';
import type { Context, Invocation } from '../../../src/cli/command.ts';
import { runningContainers } from '../../../src/cli/commands/shell.ts';
import { commands } from '../../../src/cli/commands.ts';
import { createOutput } from '../../../src/cli/output.ts';
import { parseInvocation } from '../../../src/cli/parse.ts';
import { UserError } from '../../../src/errors/errors.ts';
import type { Estimate } from '../../../src/metering/estimate.ts';
import { createFakeServices, obstacles } from '../../screens/support/services.ts';
import { cloudSpec, onFour } from '../../screens/support/states.ts';

const estimate: Estimate = { seconds: { low: 600, likely: 1800, high: 3600 }, basis: 'rough', dollarsThere: 0.88 };

const bench = (...args: readonly string[]): Invocation => {
  const command = commands.find(({ name }) => name === 'bench');
  if (command === undefined) throw new Error('no bench');
  return parseInvocation(command, args);
};

const terminal = (answer: string, interactive = true) => {
  const asked: string[] = [];
  const said: string[] = [];
  const io = {
    stdout: (text: string) => void said.push(text),
    stderr: (text: string) => void said.push(text),
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
  return { context, asked, said };
};

const paid = cloudSpec({ containers: 2, budget: 2 });

describe('the question before money', () => {
  test.each([
    ['', false],
    ['n', false],
    ['yes please', false],
    ['y', true],
    ['YES', true],
  ])('“%s” means %s', async (answer, goes) => {
    const { context, asked } = terminal(answer);
    expect(await agreedToPay(paid, estimate, bench('--target', 'modal'), context)).toBe(goes);
    expect(asked).toEqual([expect.stringMatching(/about \$1\.78, at most \$2\.00\. \[y\/N\]/)]);
  });

  test('--yes is an answer, with a budget or without', async () => {
    const { context, asked } = terminal('n');
    const spec = cloudSpec({ containers: 1, budget: null });
    expect(await agreedToPay(spec, estimate, bench('--target', 'modal', '--yes'), context)).toBe(true);
    expect(asked).toEqual([]);
  });

  test('without a terminal: exit code 2 and the whole command, quoted as a shell takes it', async () => {
    const { context, asked } = terminal('y', false);
    const invocation = bench('--target', 'modal', '--impl', "./it's mine.cpp");
    const refused = agreedToPay(cloudSpec({ containers: 1, budget: null }), estimate, invocation, context);
    const error = await refused.then(
      () => undefined,
      caught => caught,
    );
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      exitCode: 2,
      failure: { hint: "ann-tui bench --target modal --impl './it'\\''s mine.cpp' --budget 5 --yes" },
    });
    expect(asked).toEqual([]);
  });
});

describe('Modal that is not ready', () => {
  test.each(['auth', 'unreachable', 'refused'] as const)('%s: its own words, exit code 3', async name => {
    const fake = createFakeServices({ modal: obstacles[name] });
    const services = { ...fake, plans: { ...fake.plans, check: async () => obstacles[name].failure } };
    await expect(readyOnModal(paid, services, terminal('').context)).rejects.toMatchObject({
      exitCode: 3,
      failure: obstacles[name].failure,
    });
    expect(services.calls).toEqual([]);
  });

  test('a client that is not there is installed, and asked again', async () => {
    const services = createFakeServices({ modal: obstacles.client });
    const check = async () => (services.calls.includes('installModalClient') ? undefined : obstacles.client.failure);
    const { context, said } = terminal('');
    await readyOnModal(paid, { ...services, plans: { ...services.plans, check } }, context);
    expect(services.calls).toEqual(['installModalClient']);
    expect(said.join('')).toContain("Installing Modal's client");
  });
});

test('of more containers than there are parts it is said how many can work', () => {
  const choices = { kind: 'bench', datasets: ['quick'], target: 'modal', hardware: 'cpu-32', containers: 8 } as const;
  const { context, said } = terminal('');
  tellIdle(cloudSpec({ containers: 2 }), choices, context);
  expect(said.join('')).toContain('no more than 2 of the 8 containers');
});

test.each([undefined, 1, 2])('of %s containers, none of them idle, nothing is said', containers => {
  const choices = { kind: 'bench', datasets: ['quick'], target: 'modal', hardware: 'cpu-32' } as const;
  const { context, said } = terminal('');
  tellIdle(cloudSpec({ containers: containers ?? 1 }), containers === undefined ? choices : { ...choices, containers }, context);
  expect(said).toEqual([]);
});

test('a shell goes into the newest container that runs', () => {
  expect(runningContainers(onFour('bench-aaaaaa', 4)).map(({ name }) => name)).toEqual(['main', 'w2', 'w1']);
});
