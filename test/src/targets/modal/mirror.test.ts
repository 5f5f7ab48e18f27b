/** Lines that come torn, twice, in the wrong order or not at all: what is on disk is a beginning of what was written, byte for byte. */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createMirror } from '../../../../src/targets/modal/mirror.ts';
import { asHeard, settleRun } from '../../../../src/targets/modal/remote.ts';
import { checksum, createLineJoiner, type Heard, readLine } from '../../../../src/targets/modal/stream.ts';

const folders: string[] = [];
const jobFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ann-tui-mirror-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Seeded, so that a failure can be repeated. */
const random = (seed: number) => () => {
  seed = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
  return ((seed ^ (seed >>> 13)) >>> 0) / 2 ** 32;
};

const words = ['recall 0.9919', 'ünïcode ✓ 測試', '', 'a:1:deadbeef not ours', '\r progress', '  indented', '{"json": "but no event"}'];
const textOf = (container: string, n: number): string => `${container} ${n} ${words[n % words.length]}`;
const logLine = (container: string, n: number): string =>
  `${container}:${n}:${checksum(container, n, textOf(container, n))} ${textOf(container, n)}`;
const eventLine = (container: string, seq: number): string =>
  JSON.stringify({ v: 1, seq, container, time: seq, type: 'warning', message: `w${seq}` });

const heardIn = (lines: readonly string[]): readonly Heard[] => lines.flatMap(line => readLine(line) ?? []);
const read = (job: string, file: string): string => readFileSync(path.join(job, file), 'utf8');
const written = (container: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `${textOf(container, index + 1)}\n`).join('');

describe('a line', () => {
  it('is a log line with its checksum, an event, or neither', () => {
    expect(readLine(logLine('w1', 3))).toEqual({ kind: 'log', container: 'w1', number: 3, text: textOf('w1', 3) });
    expect(readLine(eventLine('main', 7))).toMatchObject({ kind: 'event', container: 'main', number: 7 });
    expect(readLine('Runner interrupted due to worker preemption.')).toMatchObject({ kind: 'other' });
    expect(readLine('w1:4:00000000 spliced')).toBeUndefined();
    expect(readLine('{"v":1,"seq":4,"contai')).toBeUndefined();
    expect(readLine('{"v":1,"seq":1,"container":"../../x","time":1,"type":"warning","message":"x"}')).toBeUndefined();
  });
  it('keeps its place in the order when its type is of a newer job', () => {
    expect(readLine('{"v":1,"seq":9,"container":"w1","time":1,"type":"tomorrow"}')).toMatchObject({ kind: 'event', number: 9 });
  });
});

describe('pieces', () => {
  it('become lines, whoever takes turns', () => {
    const joiner = createLineJoiner();
    expect(joiner.add('a', 'one\ntw')).toEqual(['one']);
    expect(joiner.add('b', 'x\n')).toEqual(['x']);
    expect(joiner.add('a', 'o\n\nthree')).toEqual(['two', '']);
  });
});

describe('what the volume says at the end', () => {
  const remote = (job: string, events: readonly string[]): string => {
    const fetched = path.join(job, '.collect');
    mkdirSync(path.join(fetched, 'parts/w1'), { recursive: true });
    writeFileSync(path.join(fetched, 'parts/w1/events.ndjson'), events.map(line => `${line}\n`).join(''));
    writeFileSync(path.join(fetched, 'parts/w1/log'), '');
    return fetched;
  };
  const eventsIn = (job: string): readonly string[] => read(job, 'events.ndjson').trim().split('\n');

  it('fills what was never heard, and may be asked again', () => {
    const job = jobFolder();
    const mirror = createMirror(job);
    mirror.take(heardIn([1, 2].map(n => eventLine('w1', n))));
    for (let time = 0; time < 2; time += 1)
      settleRun(
        remote(
          job,
          [1, 2, 3].map(n => eventLine('w1', n)),
        ),
        job,
        mirror,
        [],
      );
    expect(eventsIn(job)).toEqual([1, 2, 3].map(n => eventLine('w1', n)));
  });

  it('brings the result, and the folders that its workload leaves beside it', () => {
    const job = jobFolder();
    const fetched = remote(job, []);
    for (const name of ['traces', 'else']) {
      mkdirSync(path.join(fetched, name));
      writeFileSync(path.join(fetched, name, '000.json'), '{}');
    }
    settleRun(fetched, job, createMirror(job), ['traces', 'predictions']);
    expect(['traces/000.json', 'predictions', 'else'].map(name => existsSync(path.join(job, name)))).toEqual([true, false, false]);
  });

  it('brings what a run that is not done has left with its part', () => {
    const job = jobFolder();
    const fetched = remote(job, []);
    mkdirSync(path.join(fetched, 'parts/w1/checkpoints'));
    writeFileSync(path.join(fetched, 'parts/w1/checkpoints/card.json'), '{}');
    writeFileSync(path.join(fetched, 'parts/w1/results.json'), '{}');
    settleRun(fetched, job, createMirror(job), ['checkpoints']);
    expect(['checkpoints/card.json', 'results.json'].map(name => existsSync(path.join(job, name)))).toEqual([true, false]);
  });

  it('is told again where a container that vanished gave its numbers to other events', () => {
    const job = jobFolder();
    const mirror = createMirror(job);
    mirror.take(heardIn([1, 2, 3].map(n => eventLine('w1', n))));
    const other = eventLine('w1', 3).replace('w3', 'after the restart');
    for (let time = 0; time < 2; time += 1)
      settleRun(remote(job, [eventLine('w1', 1), eventLine('w1', 2), other, eventLine('w1', 4)]), job, mirror, []);
    const told = eventsIn(job).map(line => JSON.parse(line));
    expect(told.map(({ container, seq }) => `${container} ${seq}`)).toEqual(['w1 1', 'w1 2', 'w1 3', 'w1-again 1', 'w1 4']);
    expect(told[3].message).toBe('after the restart');
  });
});

describe('the mirror', () => {
  it('holds a line back until those before it are there', () => {
    const job = jobFolder();
    const mirror = createMirror(job);
    mirror.take(heardIn([logLine('w1', 2), logLine('w1', 3)]));
    expect(mirror.gaps()).toMatchObject([{ container: 'w1', kind: 'log', after: 0 }]);
    mirror.take(heardIn([logLine('w1', 1)]));
    expect(mirror.gaps()).toEqual([]);
    expect(read(job, 'containers/w1/log')).toBe(written('w1', 3));
    expect(read(job, 'log')).toBe([1, 2, 3].map(n => `[w1] ${textOf('w1', n)}\n`).join(''));
  });

  it('is whole after a hundred thousand lines that came split, doubled and shuffled, with a stretch filled from the volume', () => {
    const job = jobFolder();
    const mirror = createMirror(job);
    const chance = random(7);
    const containers = ['main', 'w1', 'w2', 'w3'];
    const count = 25_000;
    const each = Object.fromEntries(containers.map(name => [name, Array.from({ length: count }, (_, index) => logLine(name, index + 1))]));
    // Batches of some lines; the stretch 9,000 to 12,000 of w2 is lost on the way.
    const batches: { readonly source: string; readonly text: string }[] = [];
    for (let at = 0; at < count; at += 250) {
      for (const name of containers) {
        if (name === 'w2' && at >= 9_000 && at < 12_000) continue;
        const text = `${(each[name] as string[]).slice(at, at + 250).join('\n')}\n`;
        const cut = Math.floor(chance() * text.length);
        // Sometimes one batch comes as two, cut in the middle of a line.
        const pieces = chance() < 0.3 ? [text.slice(0, cut), text.slice(cut)] : [text];
        for (const piece of pieces) batches.push({ source: name, text: piece });
        if (chance() < 0.2) for (const piece of pieces) batches.push({ source: name, text: piece });
      }
    }
    for (let at = 0; at + 1 < batches.length; at += 1) {
      if (chance() < 0.05) [batches[at], batches[at + 1]] = [batches[at + 1] as never, batches[at] as never];
    }
    const joiner = createLineJoiner();
    for (const { source, text } of batches) mirror.take(heardIn(joiner.add(source, text)));
    for (let round = 0; mirror.gaps().length > 0; round += 1) {
      expect(round).toBeLessThan(2);
      for (const { container } of mirror.gaps()) {
        const after = mirror.reached(container, 'log');
        const rest = Array.from({ length: count - after }, (_, index) => textOf(container, after + index + 1));
        mirror.take(asHeard(container, rest, after));
      }
    }
    for (const name of containers) expect(read(job, `containers/${name}/log`)).toBe(written(name, count));
    expect(read(job, 'log').split('\n')).toHaveLength(containers.length * count + 1);
  });

  it('goes on where a killed one stopped, also between its two files and in the middle of a line', () => {
    const job = jobFolder();
    createMirror(job).take(heardIn([1, 2, 3].flatMap(n => [logLine('w1', n), eventLine('w1', n)])));
    // The run's files lack the last line, the container's have half of one more.
    truncateSync(path.join(job, 'log'), read(job, 'log').lastIndexOf('[w1]') + 5);
    truncateSync(path.join(job, 'events.ndjson'), read(job, 'events.ndjson').trimEnd().lastIndexOf('\n') + 1);
    appendFileSync(path.join(job, 'containers/w1/log'), 'w1 4 half of');
    const next = createMirror(job);
    expect(next.reached('w1', 'log')).toBe(3);
    next.take(heardIn([1, 2, 3, 4].flatMap(n => [logLine('w1', n), eventLine('w1', n)])));
    expect(read(job, 'containers/w1/log')).toBe(written('w1', 4));
    expect(read(job, 'log')).toBe([1, 2, 3, 4].map(n => `[w1] ${textOf('w1', n)}\n`).join(''));
    expect(read(job, 'events.ndjson')).toBe([1, 2, 3, 4].map(n => `${eventLine('w1', n)}\n`).join(''));
  });
});
