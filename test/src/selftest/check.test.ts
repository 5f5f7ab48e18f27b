import { expect, test } from 'vitest';
import { type Check, type Checked, chosen, fail, ok, runChecks } from '../../../src/selftest/check.ts';
import { apart } from '../../../src/selftest/local/clocks.ts';
import type { Act, SealFacts } from '../../../src/selftest/local/facts.ts';
import { reportText } from '../../../src/selftest/report.ts';
import { wallChecks } from '../../../src/selftest/walls.ts';
import { plant } from '../../support/planted.ts';

const { signal } = new AbortController();
const check = (name: string, more: Partial<Check<undefined>> = {}): Check<undefined> => ({
  name,
  assumes: 'all is well',
  run: async () => ok('it is'),
  ...more,
});

test('what needs one that failed is not tried, and neither is what needs that; an error is told as a failure', async () => {
  const broken = async (): Promise<never> => {
    throw new Error('no such luck');
  };
  const checks = [check('a', { run: broken }), check('b', { needs: ['a'] }), check('c', { needs: ['b'] }), check('d')];
  const told: string[] = [];
  const done = await runChecks(checks, undefined, { signal, onChecked: ({ name }) => told.push(name) });
  expect(done.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['a', 'fail'],
    ['b', 'skipped'],
    ['c', 'skipped'],
    ['d', 'ok'],
  ]);
  expect(done[0]?.found).toContain('no such luck');
  expect(done[2]?.found).toBe('not tried: b failed');
  expect(told).toEqual(['a', 'b', 'c', 'd']);
});

test('one that never answers is over after its limit, and the next is tried', async () => {
  const checks = [check('slow', { limit: 0.05, run: () => new Promise(() => {}) }), check('next')];
  const done = await runChecks(checks, undefined, { signal });
  expect(done.map(({ verdict, found }) => [verdict, found])).toEqual([
    ['fail', 'no answer within 0.05 s'],
    ['ok', 'it is'],
  ]);
});

test('an interruption is thrown, not told as a failure of whatever was under way', async () => {
  const leave = new AbortController();
  const run = () =>
    new Promise<never>(() => {
      leave.abort(new Error('enough'));
    });
  await expect(runChecks([check('a', { run })], undefined, { signal: leave.signal })).rejects.toThrow('enough');
});

test('some of them bring along what they need, in the order of the list', () => {
  const checks = [check('a'), check('b', { needs: ['a'] }), check('c'), check('d', { needs: ['b'] })];
  expect(chosen(checks, ['d']).map(({ name }) => name)).toEqual(['a', 'b', 'd']);
  expect(() => chosen(checks, ['e'])).toThrow('There is no check "e"');
});

test('clocks differ only by what the moments of the readings cannot explain', () => {
  const first = { before: 0, after: 10, cpp: 1000, python: 2000, wall: 3000 };
  const last = { before: 1000, after: 1020, cpp: 2010, python: 3030, wall: 3900 };
  expect(apart(first, last)).toEqual({ cpp: 0, python: 10, wall: -90 });
});

const refused: Act = { verdict: 'forbidden-call', why: 'socket()', could: false };
const names = ['none', 'memory', 'time', 'write', 'read', 'network', 'programs', 'neighbours'] as const;
const sealed = (more: Readonly<Record<string, Act>> = {}): SealFacts => ({
  compiler: 'g++ 12',
  compile_seconds: 3,
  seconds: 9,
  acts: { ...Object.fromEntries(names.map(name => [name, refused])), none: { verdict: 'ok', why: 'sealed', could: false }, ...more },
});

const walled = (facts: SealFacts): Promise<readonly Checked[]> =>
  runChecks(
    wallChecks(async () => facts, []),
    undefined,
    { signal },
  );

test('each wall that a kernel lacks is told by its own name, and by no other', async () => {
  expect((await walled(sealed())).every(({ verdict }) => verdict === 'ok')).toBe(true);
  const expected = {
    memory: ['seal: memory', 'fail'],
    time: ['seal: time', 'fail'],
    write: ['seal: writing files', 'fail'],
    read: ['seal: reading files', 'warn'],
    network: ['seal: network', 'fail'],
    programs: ['seal: programs', 'fail'],
    neighbours: ['seal: other processes', 'fail'],
  } as const;
  for (const [act, told] of Object.entries(expected)) {
    const bad = (await walled(sealed({ [act]: { verdict: 'exited', why: '', could: true } }))).filter(({ verdict }) => verdict !== 'ok');
    expect(bad.map(({ name, verdict }) => [name, verdict])).toEqual([told]);
  }
});

test('a report has no secrets, no names and no home in it, whatever a check has found', () => {
  const [token, key] = [plant('as-'), plant()];
  process.env.AWS_SECRET_ACCESS_KEY = key;
  try {
    const found = `the token ${token} of acme with ${key} in ${process.env.HOME}/x`;
    const checks = [{ name: 'a', assumes: 'b', seconds: 1, ...fail(found, { token, key, who: 'acme' }) }];
    const text = reportText({ target: 'modal', at: 0, seconds: 2, checks, hidden: ['acme'], client: '1.6.4' });
    for (const secret of [token, key, 'acme', `${process.env.HOME}/`]) expect(text).not.toContain(secret);
    const records = text
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line));
    expect(records).toMatchObject([
      { type: 'selftest', target: 'modal', versions: { modal: '1.6.4' } },
      { type: 'check', name: 'a', verdict: 'fail', assumes: 'b' },
    ]);
    expect(text).toContain('✗ a');
    expect(text).toContain('\n0 of 1 as assumed, 1 failed, in 2s\n');
  } finally {
    delete process.env.AWS_SECRET_ACCESS_KEY;
  }
});
