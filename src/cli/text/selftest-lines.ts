/** How a self-test is told, wherever it was. */
import { exitCodes } from '../../errors/errors.ts';
import type { Checked } from '../../selftest/check.ts';
import { checkedLines, type Report, summary, writeReport } from '../../selftest/report.ts';
import type { Context } from '../command.ts';

/** Milliseconds after which what is under way is said. */
const wait = 3000;

/** Tells each check as it ends, and to stderr what takes its time. */
export const createTeller = (names: readonly string[], { out }: Context) => {
  const width = Math.max(...names.map(name => name.length));
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => clearTimeout(timer);
  return {
    onStart: (name: string): void => {
      end();
      timer = setTimeout(() => out.note(`  … ${name}`), wait);
    },
    onChecked: (checked: Checked): void => {
      end();
      for (const line of checkedLines(checked, width)) out.line(line);
      out.record({ type: 'check', ...checked });
    },
    /** Nothing is under way any more. */
    end,
  };
};

/** The last lines; the exit code. */
export const tellEnd = (report: Report, { out }: Context): number => {
  const file = writeReport(report);
  const failed = report.checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'skipped').length;
  out.line();
  out.line(summary(report));
  out.line(`The report, for a bug report if need be (no secrets are in it): ${file}`);
  out.record({ type: 'report', target: report.target, file, failed, seconds: report.seconds, ...(report.cost && { cost: report.cost }) });
  return failed > 0 ? exitCodes.failed : exitCodes.done;
};
