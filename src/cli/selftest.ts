/** `selftest`: what this program assumes, looked at one by one: of this machine, or of Modal on the person's own account. */
import { exitCodes, usageError } from '../errors.ts';
import { duration } from '../money/format.ts';
import { type Checked, runChecks } from '../selftest/check.ts';
import { checkedLines, counts, type Report, writeReport } from '../selftest/report.ts';
import type { Context, Run } from './command.ts';
import { setUpFirst } from './set-up-first.ts';

/** Milliseconds after which what is under way is said. */
const wait = 3000;

/** Tells each check as it ends, and to stderr what takes its time. */
export const createTeller = (names: readonly string[], { out }: Context) => {
  const width = Math.max(...names.map(name => name.length));
  let timer: NodeJS.Timeout | undefined;
  return {
    onStart: (name: string): void => {
      timer = setTimeout(() => out.note(`  … ${name}`), wait);
    },
    onChecked: (checked: Checked): void => {
      clearTimeout(timer);
      for (const line of checkedLines(checked, width)) out.line(line);
      out.record({ type: 'check', ...checked });
    },
  };
};

/** The last lines; the exit code. */
export const tellEnd = (report: Report, { out }: Context): number => {
  const file = writeReport(report);
  const failed = report.checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'skipped').length;
  out.line();
  out.line(`${counts(report.checks)}, in ${duration(report.seconds)}`);
  out.line(`The report, for a bug report if need be (no secrets are in it): ${file}`);
  out.record({ type: 'report', target: report.target, file, failed, seconds: report.seconds, ...(report.cost && { cost: report.cost }) });
  return failed > 0 ? exitCodes.failed : exitCodes.done;
};

const local = async (context: Context): Promise<number> => {
  const [{ localChecks }, { createLocal }] = await Promise.all([
    import('../selftest/local/checks.ts'),
    import('../selftest/local/context.ts'),
  ]);
  await setUpFirst(context);
  const [at, begun] = [Date.now(), performance.now()];
  context.out.line(`What is assumed of this machine, ${localChecks.length} checks, about a minute`);
  const teller = createTeller(
    localChecks.map(({ name }) => name),
    context,
  );
  const checks = await runChecks(localChecks, createLocal({ ...process.env }), { ...teller, signal: context.io.signal });
  return tellEnd({ target: 'local', at, seconds: (performance.now() - begun) / 1000, checks }, context);
};

export const run: Run = async (invocation, context) => {
  const target = invocation.text('target') ?? 'local';
  if (target === 'local') return await local(context);
  throw usageError(`There is no target "${target}"`, 'it is local or modal', 'ann-tui selftest --target modal');
};
