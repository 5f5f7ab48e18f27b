/** The clocks of Node, Python and C++: each is the base of a figure somewhere, so they have to agree. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, fail, ok, warn } from '../check.ts';
import type { Local } from './context.ts';
import { selftestArguments } from './facts.ts';
import { environmentName } from './python-env.ts';

type Quality = { readonly least_ns: number; readonly back: number; readonly each_ns: number };
type Qualities = { readonly cpp: Quality; readonly python: Quality };
/** Nanoseconds; `before` and `after` are Node's own around the asking. */
export type Reading = {
  readonly before: number;
  readonly after: number;
  readonly cpp: number;
  readonly python: number;
  readonly wall: number;
};

const between = 1000;
/** Share by which two clocks may differ over a stretch: crystals differ by 1e-4, adjusted ones by 5e-4. */
const drift = 1e-3;
/** Nanoseconds by which the wall clock may be set while we look. */
const step = 50e6;
/** Nanoseconds: a pass lasts 10 ms at least, and a clock should not be a hundredth of it. */
const coarse = 100e3;

const now = (): number => Number(process.hrtime.bigint());

const readings = async (python: string, env: NodeJS.ProcessEnv, signal: AbortSignal) => {
  const child = spawn(python, selftestArguments('clocks'), { stdio: ['pipe', 'pipe', 'ignore'], env, cwd: '/', signal });
  child.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the clocks of Python and C++ could not be read');
    return JSON.parse(value);
  };
  const read = async (): Promise<Reading> => {
    const before = now();
    child.stdin.write('\n');
    const told = (await next()) as Omit<Reading, 'before' | 'after'>;
    return { before, after: now(), ...told };
  };
  try {
    const qualities = (await next()) as Qualities;
    const first = await read();
    await sleep(between, undefined, { signal });
    return { qualities, first, last: await read() };
  } finally {
    child.stdin.end();
    child.kill();
  }
};

/**
 * By how many nanoseconds more than it can explain each clock went further than Node's between two readings. Node's own stretch lies between
 * `shortest` and `longest`, for its reading is not at the same moment as the others. Pure.
 */
export const apart = (first: Reading, last: Reading): Readonly<Record<'cpp' | 'python' | 'wall', number>> => {
  const shortest = last.before - first.after;
  const longest = last.after - first.before;
  const beyond = (stretch: number): number => {
    if (stretch > longest) return stretch - longest;
    return stretch < shortest ? stretch - shortest : 0;
  };
  return { cpp: beyond(last.cpp - first.cpp), python: beyond(last.python - first.python), wall: beyond(last.wall - first.wall) };
};

const nanos = (ns: number): string => (ns < 1000 ? `${Math.round(ns)} ns` : `${(ns / 1000).toFixed(1)} µs`);

export const clockCheck: Check<Local> = {
  name: 'clocks',
  assumes: 'monotonic, finer than 100 µs; Node, Python and C++ agree within 0.1 %; the wall clock is not set meanwhile',
  needs: [environmentName],
  limit: 120,
  run: async ({ python, env }, signal) => {
    const { qualities, first, last } = await readings(python(), env, signal);
    const differs = apart(first, last);
    const { cpp, python: py } = qualities;
    const facts = { ...qualities, apart_ns: differs, stretch_ns: last.before - first.after };
    if (cpp.back + py.back > 0) return fail(`a clock goes back: C++'s ${cpp.back} times, Python's ${py.back} times`, facts);
    const allowed = drift * (last.after - first.before);
    for (const [name, off] of [['C++', differs.cpp] as const, ['Python', differs.python] as const])
      if (Math.abs(off) > allowed) return fail(`${name}'s clock differs from Node's by ${nanos(Math.abs(off))} in a second`, facts);
    if (Math.max(cpp.least_ns, py.least_ns) > coarse)
      return fail(`coarse: C++ steps by ${nanos(cpp.least_ns)}, Python by ${nanos(py.least_ns)}`, facts);
    if (Math.abs(differs.wall) > step + allowed)
      return warn(`the wall clock moved by ${(differs.wall / 1e6).toFixed(0)} ms against the steady one`, facts);
    const each = `a reading takes ${nanos(cpp.each_ns)} in C++, ${nanos(py.each_ns)} in Python`;
    return ok(`steps of ${nanos(cpp.least_ns)}, none back; Node, Python, C++ and the wall agree over a second; ${each}`, facts);
  },
};
