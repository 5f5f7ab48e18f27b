import { exitCodes, toFailure } from '../../errors/errors.ts';
import type { Run } from '../command.ts';
import { setUpFirst } from '../set-up-first.ts';
import { createStepPrinter } from '../step-printer.ts';

const marks = { ok: '✓', warn: '!', fail: '✗' } as const;

export const run: Run = async (invocation, context) => {
  const { out } = context;
  const [{ doctor }, { listRuns }] = await Promise.all([import('../../setup/doctor.ts'), import('../../runs/store.ts')]);
  const look = () => doctor({ runs: listRuns(), env: context.io.env });
  let checks = await look();
  // What stands in the way of set-up is told by the checks; set-up mends the rest.
  if (invocation.flag('fix')) {
    const { mendClient, mendModal } = await import('../../setup/mend-modal.ts');
    const options = { onProgress: createStepPrinter(out.note), signal: context.io.signal, env: context.io.env };
    if (!checks.some(({ verdict }) => verdict === 'fail')) {
      await setUpFirst(context);
      // Without a network the rest is mended all the same; the check tells of it.
      await mendClient(checks, options).catch(error => {
        options.signal.throwIfAborted();
        out.note(`Modal's client could not be installed: ${toFailure(error).why}`);
      });
      checks = await look();
    }
    await mendModal(checks, options.signal, out.note);
    checks = await look();
  }
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, verdict, found, fix } of checks) {
    out.line(`${marks[verdict]} ${name.padEnd(width)}  ${found}`);
    if (fix !== undefined && verdict !== 'ok') out.line(`  ${''.padEnd(width)}  mend it: ${fix}`);
    out.record({ type: 'check', name, verdict, found, ...(fix === undefined ? {} : { fix }) });
  }
  const failed = checks.filter(({ verdict }) => verdict === 'fail').length;
  const warned = checks.filter(({ verdict }) => verdict === 'warn').length;
  out.line();
  out.line(
    failed > 0 ? `${failed} to mend before a run can start` : warned > 0 ? `ready to run; ${warned} worth a look` : 'everything is ready',
  );
  return failed > 0 ? exitCodes.failed : exitCodes.done;
};
