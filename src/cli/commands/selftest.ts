/** `selftest`: what this program assumes, looked at one by one: of this machine, or of Modal on the person's own account. */
import { usageError } from '../../errors/errors.ts';
import { runChecks } from '../../selftest/check.ts';
import type { Context, Run } from '../command.ts';
import { setUpFirst } from '../set-up-first.ts';
import { createTeller, tellEnd } from '../text/selftest-lines.ts';

const local = async (context: Context): Promise<number> => {
  const [{ localChecks }, { createLocal }] = await Promise.all([
    import('../../selftest/local/checks.ts'),
    import('../../selftest/local/context.ts'),
  ]);
  await setUpFirst(context);
  const [at, begun] = [Date.now(), performance.now()];
  context.out.line(`What is assumed of this machine, ${localChecks.length} checks, about a minute`);
  const teller = createTeller(
    localChecks.map(({ name }) => name),
    context,
  );
  try {
    const checks = await runChecks(localChecks, createLocal({ ...process.env }), { ...teller, signal: context.io.signal });
    return tellEnd({ target: 'local', at, seconds: (performance.now() - begun) / 1000, checks }, context);
  } finally {
    teller.end();
  }
};

const onlyAtModal = ['yes', 'budget', 'no-training', 'profile', 'env'] as const;

export const run: Run = async (invocation, context) => {
  const target = invocation.text('target') ?? 'local';
  if (target === 'modal') return await (await import('./selftest-modal.ts')).selftestAtModal(invocation, context);
  if (target !== 'local') throw usageError(`There is no target "${target}"`, 'it is local or modal', 'ann-tui selftest --target modal');
  const given = onlyAtModal.find(name => invocation.flag(name));
  if (given !== undefined) throw usageError(`--${given} has no meaning here`, 'it is for Modal', 'ann-tui selftest --target modal');
  return await local(context);
};
