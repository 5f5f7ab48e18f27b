/** What of ours runs at Modal and belongs to no run here, at the end of lists. */
import { orphans, stopOrphan } from '../../orphans/index.ts';
import { costOf, type Orphan } from '../../orphans/orphan.ts';
import { kindWords, orphanCostWords, stopWords } from '../../orphans/words.ts';
import { accountIn, type Context, type Invocation } from '../command.ts';
import { confirmed } from '../confirm.ts';

/** Nothing where nobody is signed in, where Modal cannot be asked, and with `--local`: a list is a list without it. */
export const orphansNow = async (invocation: Invocation): Promise<readonly Orphan[]> => {
  if (invocation.flag('local')) return [];
  return await orphans(accountIn(invocation)).catch(() => []);
};

export const printOrphans = (found: readonly Orphan[], { out }: Context, now: number = Date.now()): void => {
  for (const orphan of found) {
    const { rate, dollars, seconds } = costOf(orphan, now);
    out.record({
      type: 'orphan',
      app: orphan.app,
      name: orphan.name,
      run: orphan.run ?? null,
      kind: orphan.kind,
      since: orphan.since === null ? null : new Date(orphan.since).toISOString(),
      containers: orphan.billedSince.length,
      seconds,
      dollars_per_hour: rate ?? null,
      dollars: dollars ?? null,
    });
  }
  if (found.length === 0) return;
  out.line();
  out.line('At Modal, on its own:');
  for (const orphan of found) {
    out.line(`  ! ${orphan.name}: ${kindWords[orphan.kind]}; ${orphanCostWords(orphan, now)}`);
    const follow = orphan.kind === 'unknown' && orphan.run !== undefined ? `, or ann-tui attach ${orphan.run}` : '';
    out.line(`      ann-tui stop ${orphan.name}${follow}`);
  }
};

/** Ends the app of that name or id after a question. False when nothing of ours of that name lives at Modal. */
export const stopAlone = async (word: string, invocation: Invocation, context: Context): Promise<boolean> => {
  const found = (await orphansNow(invocation)).find(({ app, name }) => word === app || word === name);
  if (found === undefined) return false;
  for (const text of stopWords(found, Date.now())) context.out.note(text);
  if (await confirmed(`Stop ${found.name}?`, invocation, context, `ann-tui stop ${word}`)) {
    await stopOrphan(found);
    context.out.line(`${found.name} is stopped; nothing of it is billed any more`);
    context.out.record({ type: 'stopped', app: found.app, name: found.name });
  } else context.out.line('Nothing was stopped.');
  return true;
};
