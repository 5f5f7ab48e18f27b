/** What runs longer than a container lives needs: calls that go on without whoever made them, and entries that only one of two can make. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, fail, ok } from '../check.ts';
import { callName, leadName } from './calls.ts';
import { ask, endOf, eventually, probe, spawnProbe, type Trial, wordsOfEnd } from './trial.ts';

const keyOf = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`;

/** Waits for the word of a container that it is there. Why there is none; undefined when there is. */
const unready = async (trial: Trial, key: string, call: string, signal: AbortSignal): Promise<string | undefined> => {
  const { client, names, plan } = trial;
  const found = await eventually(
    { patience: Math.max(trial.patience, plan.timers.startup) },
    async () => {
      if ((await client.dictGet(names.mailbox, `${key}/ready`, { signal })) === true) return 'there';
      const state = await client.call(call, { signal });
      return state.state === 'running' ? undefined : wordsOfEnd(state);
    },
    signal,
  );
  return found === 'there' ? undefined : (found ?? 'its container did not start');
};

/** Milliseconds after the end of a container: what goes with it goes by then. */
const goneFor = 3000;

const outliving: Check<Trial> = {
  name: 'call of a call',
  assumes:
    'a call that a container has made goes on when its own call has returned and it is gone: a coordinator can hand over to the next',
  needs: [callName],
  limit: 900,
  run: async (trial, signal) => {
    const { client, names } = trial;
    const key = keyOf('outlive');
    const order = { probe: 'hand_over', key, seconds: 100, containers: 2 };
    const { value } = await probe<{ readonly task: string; readonly call: string }>(trial, order, signal);
    await ask(trial, 'follow', { call: value.call }, signal);
    const why = await unready(trial, key, value.call, signal);
    if (why !== undefined) return fail(`a call that another one had made did not begin: ${why}`);
    const gone = await eventually(trial, async () => (await client.taskInfo(value.task, { signal }))?.finished != null, signal);
    if (gone === undefined) return fail(`the container that asked for it has no end ${trial.patience} s after its call`);
    await sleep(goneFor, undefined, { signal });
    const state = await client.call(value.call, { signal });
    if (state.state !== 'running') return fail(`it ended with the one that had asked for it: ${wordsOfEnd(state)}`);
    await client.dictPut(names.mailbox, `${key}/go`, true, { signal });
    const probed = await endOf(trial, value.call, signal);
    if (probed === undefined) return fail('it did not end');
    if (probed.end.state !== 'done') return fail(wordsOfEnd(probed.end));
    const { heard, task } = probed.end.value as { readonly heard: boolean; readonly task: string };
    if (!heard) return fail('it ran on, and a word in the Dict did not reach it');
    return task === value.task ? fail('it ran in the same container') : ok('it went on, heard a word in the Dict, and returned');
  },
};

/** How many entries two try to make. */
const entries = 20;

const racing: Check<Trial> = {
  name: 'only one',
  assumes: 'of two containers that make the same entry of a Dict where there is none, at the same moment, one alone is told that it did',
  needs: [leadName],
  limit: 600,
  run: async (trial, signal) => {
    const { client, names } = trial;
    const order = { mailbox: names.mailbox, key: keyOf('race'), entries };
    const id = await spawnProbe(trial, { ...order, probe: 'race', seconds: 100 }, signal);
    const why = await unready(trial, order.key, id, signal);
    if (why !== undefined) return fail(`there is none to race with: ${why}`);
    const first = await ask(trial, 'race', { ...order, ahead: 1.5 }, signal);
    const probed = await endOf(trial, id, signal);
    if (probed?.end.state !== 'done') return fail(probed === undefined ? 'it did not end' : wordsOfEnd(probed.end));
    type Won = { readonly won: readonly number[]; readonly task: string };
    const racers = [first as unknown as Won, probed.end.value as Won];
    const kept = await Promise.all(
      Array.from({ length: entries }, (_, at) => client.dictGet(names.mailbox, `${order.key}/${at}`, { signal })),
    );
    const winners = Array.from({ length: entries }, (_, at) => racers.filter(({ won }) => won.includes(at)));
    const facts = { entries, won: racers.map(({ won }) => won.length) };
    const both = winners.filter(({ length }) => length > 1).length;
    if (both > 0) return fail(`${both} of ${entries} were made by both: two could do the same part of a run at once`, facts);
    const none = winners.filter(({ length }) => length === 0).length;
    if (none > 0) return fail(`${none} of ${entries} were made by neither`, facts);
    if (winners.some(([winner], at) => winner?.task !== kept[at]))
      return fail('an entry has the word of the one that did not make it', facts);
    return ok(`${entries} entries, each made by one: ${facts.won.join(' and ')}`, facts);
  },
};

export const handOverChecks: readonly Check<Trial>[] = [outliving, racing];
