/** What of ours runs at Modal and belongs to no run here, at the end of lists. */
import { stopStranger, strangers } from '../../orphans/index.ts';
import { costOf, type Stranger } from '../../orphans/orphan.ts';
import { kindWords, stopWords, strangerCostWords } from '../../orphans/words.ts';
import { accountIn, type Context, type Invocation } from '../command.ts';
import { confirmed } from '../confirm.ts';

/** Nothing where nobody is signed in, where Modal cannot be asked, and with `--local`: a list is a list without it. */
export const strangersNow = async (invocation: Invocation): Promise<readonly Stranger[]> => {
  if (invocation.flag('local')) return [];
  return await strangers(accountIn(invocation)).catch(() => []);
};

export const printStrangers = (found: readonly Stranger[], { out }: Context, now: number = Date.now()): void => {
  for (const stranger of found) {
    const { rate, dollars, seconds } = costOf(stranger, now);
    out.record({
      type: 'stranger',
      app: stranger.app,
      name: stranger.name,
      run: stranger.run ?? null,
      kind: stranger.kind,
      since: stranger.since === null ? null : new Date(stranger.since).toISOString(),
      containers: stranger.billedSince.length,
      seconds,
      dollars_per_hour: rate ?? null,
      dollars: dollars ?? null,
    });
  }
  if (found.length === 0) return;
  out.line();
  out.line('At Modal, on its own:');
  for (const stranger of found) {
    out.line(`  ! ${stranger.name}: ${kindWords[stranger.kind]}; ${strangerCostWords(stranger, now)}`);
    const follow = stranger.kind === 'unknown' && stranger.run !== undefined ? `, or ann-tui attach ${stranger.run}` : '';
    out.line(`      ann-tui stop ${stranger.name}${follow}`);
  }
};

/** Ends the app of that name or id after a question. False when nothing of ours of that name lives at Modal. */
export const stopAlone = async (word: string, invocation: Invocation, context: Context): Promise<boolean> => {
  const found = (await strangersNow(invocation)).find(({ app, name }) => word === app || word === name);
  if (found === undefined) return false;
  for (const text of stopWords(found, Date.now())) context.out.note(text);
  if (await confirmed(`Stop ${found.name}?`, invocation, context, `ann-tui stop ${word}`)) {
    await stopStranger(found);
    context.out.line(`${found.name} is stopped; nothing of it is billed any more`);
    context.out.record({ type: 'stopped', app: found.app, name: found.name });
  } else context.out.line('Nothing was stopped.');
  return true;
};
