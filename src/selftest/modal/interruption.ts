/** A container that is interrupted: what it is told, what it keeps, and what the one sees that takes its input up. */
import { randomBytes } from 'node:crypto';
import { runModal } from '../../modal-client/index.ts';
import { type Check, fail, ok } from '../check.ts';
import { leadName } from './calls.ts';
import { endOf, eventually, once, type Probed, spawnProbe, type Trial, wordsOfEnd } from './trial.ts';

type Start = { readonly task: string; readonly input: string };

/** A note in the Dict that a container and the one after it keep together. */
export type Note = { readonly starts: readonly Start[] };

/** The note as it is now; undefined before there is one. */
export const noteOf = async <N extends Note>({ client, names }: Trial, key: string, signal: AbortSignal): Promise<N | undefined> =>
  ((await client.dictGet(names.mailbox, key, { signal })) as N | null) ?? undefined;

/** Nothing else interrupts a container when it is wanted: a preemption comes when it comes. Why it could not be; undefined when it was asked to go. */
export const interrupt = async ({ where }: Trial, task: string, signal: AbortSignal): Promise<string | undefined> => {
  const { code, stderr } = await runModal(['container', 'stop', task, '-y'], { where, signal });
  return code === 0 ? undefined : `\`modal container stop\` left with ${code}: ${stderr.trim().slice(-200)}`;
};

/** Why one input was not taken up by another container; undefined when it was. */
export const notTakenUp = ({ starts }: Note, probed: Probed): string | undefined => {
  const [one, two] = starts;
  if (one === undefined || two === undefined) return `its input was not begun again: ${wordsOfEnd(probed.end)}`;
  if (one.task === two.task) return 'it was begun again in the same container';
  return one.input === two.input ? undefined : 'it was begun again under another input';
};

type Interrupted = Note & {
  readonly as?: string | null;
  readonly refused?: string | null;
  readonly kept_after?: number;
};

/** What the container says that took its input up. */
type Following = Interrupted & {
  readonly seen?: boolean;
  readonly reload_refused?: string | null;
  readonly seen_after?: boolean;
};

type Outcome = { readonly why: string } | { readonly note: Interrupted; readonly probed: Probed | undefined };

/** Once, however many checks look at it. */
const interrupted = (trial: Trial, signal: AbortSignal): Promise<Outcome> =>
  once(trial, 'interrupted', async () => {
    const key = `interrupted-${randomBytes(4).toString('hex')}`;
    const id = await spawnProbe(trial, { probe: 'wait', key, seconds: 120, containers: 2 }, signal);
    const patience = Math.max(trial.patience, trial.plan.timers.startup);
    const first = await eventually({ patience }, () => noteOf<Interrupted>(trial, key, signal), signal);
    const task = first?.starts[0]?.task;
    if (task === undefined) return { why: 'the container to be interrupted did not start' };
    const why = await interrupt(trial, task, signal);
    if (why !== undefined) return { why };
    const probed = await endOf(trial, id, signal);
    return { note: (await noteOf<Interrupted>(trial, key, signal)) ?? { starts: [] }, probed };
  });

const interruption: Check<Trial> = {
  name: 'interruption',
  assumes: 'a container that is stopped is told so (SIGINT) and has time to commit; its input goes to another one',
  needs: [leadName],
  limit: 900,
  run: async (trial, signal) => {
    const found = await interrupted(trial, signal);
    if ('why' in found) return fail(found.why);
    const { note, probed } = found;
    const facts = { told_as: note.as ?? null, kept_after: note.kept_after, starts: note.starts.length };
    if (probed === undefined) return fail('it did not end', facts);
    const why = notTakenUp(note, probed);
    if (why !== undefined) return fail(why, facts);
    if (note.as == null) return fail('it was ended without a word: what was not committed is lost', facts);
    if (note.refused != null) return fail(`it could not commit any more: ${note.refused}`, facts);
    const kept = note.kept_after === undefined ? '' : `, committed ${note.kept_after.toFixed(1)} s later`;
    return ok(`told as ${note.as}${kept}; begun again with the same input in another container`, facts);
  },
};

const following: Check<Trial> = {
  name: 'volume, taken up',
  assumes: 'what a container commits as it is interrupted, the one that takes its input up sees once it has asked for the volume anew',
  needs: ['interruption'],
  limit: 900,
  run: async (trial, signal) => {
    const found = await interrupted(trial, signal);
    if ('why' in found) return fail(found.why);
    const { probed } = found;
    if (probed?.end.state !== 'done') return fail(probed === undefined ? 'it did not end' : wordsOfEnd(probed.end));
    const { seen, seen_after, reload_refused = null } = probed.end.value as Following;
    const facts = { seen_before: seen, seen_after, refused: reload_refused };
    if (reload_refused !== null) return fail(`to ask for the volume anew is refused: ${reload_refused}`, facts);
    if (seen_after !== true) return fail('what was committed is not there', facts);
    return ok(seen === true ? 'seen from its start' : 'seen after it was asked for, not from its start', facts);
  },
};

export const interruptionChecks: readonly Check<Trial>[] = [interruption, following];
