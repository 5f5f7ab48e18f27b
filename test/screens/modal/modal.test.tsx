/** Modal in the screens: who we are, what it will cost, the question before it does, and a run that is there. */
import stringWidth from 'string-width';
import { afterEach, describe, expect, test } from 'vitest';
import type { ModalStatus } from '../../../src/accounts/modal-status.ts';
import { cleanup, type OpenOptions, openApp } from '../support/open-app.tsx';
import { createFakeServices, type FakeOptions, obstacles, signedIn } from '../support/services.ts';
import { appId, building, finished, onFour } from '../support/states.ts';

afterEach(cleanup);

type App = ReturnType<typeof openApp>;

const open = (fake: FakeOptions, more: Omit<OpenOptions, 'services'> = {}): App => openApp({ services: createFakeServices(fake), ...more });

const launches = (app: App): readonly string[] => app.services.calls.filter(call => call.startsWith('launch'));

const toWhere = async (app: App) => {
  await app.waitFor('Benchmark an ANN');
  await app.press('b');
  await app.waitFor('2 chosen');
  await app.press('enter');
  await app.waitFor('Where shall it run?');
  await app.press('j');
};

describe('where', () => {
  test('signed in: the account stands there, and Enter goes on to real containers', async () => {
    const app = open({ modal: signedIn });
    await toWhere(app);
    await app.waitFor('✓ acme/main');
    await app.press('enter');
    await app.waitFor('On which container?');
    expect(app.frame()).toContain('nothing billed yet');
  });

  test('nothing waits for the answer; Enter before it explains', async () => {
    let answer: (status: ModalStatus) => void = () => {};
    const app = open({
      modal: () =>
        new Promise(resolve => {
          answer = resolve;
        }),
    });
    await toWhere(app);
    await app.waitFor('Asking Modal who you are');
    await app.press('enter');
    await app.waitFor('Modal has not answered yet');
    answer(signedIn);
    await app.waitFor('✓ acme/main');
    expect(app.services.asked()).toBe(1);
  });

  test.each([
    ['unreachable', '✗ Modal does not answer', 'r asks again'],
    ['refused', 'spend limit reached', 'r asks again'],
    ['client', "✗ Modal's client is not installed", 'enter goes to where it is installed'],
    ['auth', '✗ You are not signed in to Modal', 'enter signs in; or type in a shell: ann-tui auth'],
  ] as const)('%s: said with its cure and the prices; esc leaves, this machine goes on', async (name, what, cure) => {
    const app = open({ modal: obstacles[name] });
    await toWhere(app);
    await app.waitFor(what);
    for (const words of ['nothing was started, nothing is billed', '16 cores · 32 GiB $1.01/h']) expect(app.frame()).toContain(words);
    expect(app.frame().replace(/\s+/g, ' ')).toContain(cure);
    await app.press('k', 'enter');
    await app.waitFor('On which data?');
    await app.press('esc', 'esc');
    await app.waitFor('2 chosen');
  });

  test.each(['unreachable', 'refused'] as const)('%s: Enter explains', async name => {
    const app = open({ modal: obstacles[name] });
    await toWhere(app);
    await app.waitFor('✗ Modal');
    await app.press('enter');
    await app.waitFor(/ ! Modal/);
    expect(app.frame()).toContain('Where shall it run?');
  });

  test('Enter leads from no client to being signed in, and back to Modal; the next one goes on', async () => {
    const app = open({ modal: obstacles.client, pace: 40 });
    await toWhere(app);
    await app.waitFor('enter goes to where it is installed');
    await app.press('enter');
    await app.waitFor('enter installs it');
    await app.press('enter');
    await app.showed("Modal's own client, into a place of its own");
    await app.waitFor('acme/main: ready');
    await app.press('enter');
    await app.waitFor(/▸ Modal +✓ acme\/main/);
    await app.press('enter');
    await app.waitFor('On which container?');
  });

  test('r asks again', async () => {
    const answers = [obstacles.unreachable, signedIn];
    const app = open({ modal: async () => answers.shift() ?? signedIn });
    await toWhere(app);
    await app.waitFor('Modal does not answer');
    await app.press('r');
    await app.waitFor('✓ acme/main');
  });

  test('without a run on Modal nobody is asked who pays', async () => {
    const app = open({ runs: [finished('bench-bbbbbb')] });
    await app.waitFor('Recent');
    expect(app.services.asked()).toBe(0);
  });
});

const toReview = async (app: App) => {
  await toWhere(app);
  await app.waitFor('✓ acme/main');
  await app.press('enter');
  await app.waitFor('≈ $');
  await app.press('enter');
  await app.waitFor('On which data?');
  await app.waitFor(/▸ quick/);
  await app.press('enter');
  await app.waitFor('asks once more');
};

describe('before money', () => {
  test('containers go from one to the number of parts, and change the cost', async () => {
    const app = open({ modal: signedIn });
    await toWhere(app);
    await app.waitFor('✓ acme/main');
    await app.press('enter');
    await app.waitFor('1 of at most 2 containers');
    expect(app.frame()).not.toContain('A100');
    await app.press('-');
    await app.waitFor('One container is the least');
    await app.press('+');
    await app.waitFor('2 of at most 2 containers');
    await app.press('+');
    await app.waitFor('The run has 2 parts');
  });

  test('a dataset that is not here is fetched there', async () => {
    const app = open({ modal: signedIn, ready: false });
    await toWhere(app);
    await app.waitFor('✓ acme/main');
    await app.press('enter');
    await app.waitFor('≈ $');
    await app.press('enter');
    await app.waitFor('· fetched there');
    await app.press('j');
    await app.waitFor('downloads it');
    await app.press('enter');
    await app.waitFor('Ready to run?');
    await app.waitFor(/MB to fetch there first/);
    expect(app.services.calls).toEqual([]);
  });

  test('the review says rate, range, budget and what ends it', async () => {
    const app = open({ modal: signedIn });
    await toReview(app);
    for (const words of [
      '$1.80/h',
      '1 × $1.77/h + coordinator $0.03/h',
      'Modal acme/main',
      '$0.0040 to $0.0200',
      'budget     $1.00',
      "Modal's own timer",
    ])
      expect(app.frame()).toContain(words);
  });

  test.each([
    [60, 20],
    [50, 14],
  ])('at %i×%i the review keeps what is run, what it costs, its budget and Enter', async (columns, rows) => {
    const app = open({ modal: signedIn });
    await toReview(app);
    app.resize(columns, rows);
    await app.waitFor(/what {7}naive, hnsw/);
    for (const words of ['Ready to run?', /on {9}quick/, /cost {7}≈ \$0\.\d+/, /budget {5}\$1\.00/, 'enter asks once more', '? more'])
      expect(app.frame()).toMatch(words);
    await app.press('enter');
    await app.waitFor('This costs money');
    expect(app.frame()).toMatch(/▸ enter esc n +not now/);
    expect(
      app
        .frame()
        .split('\n')
        .filter(line => line.trimEnd().endsWith('…')),
    ).toEqual([]);
  });

  test('Enter alone never spends: pressed as often as one likes, nothing is launched', async () => {
    const app = open({ modal: signedIn });
    await toReview(app);
    for (let n = 0; n < 6; n++) {
      await app.press('enter');
      await app.waitFor(n % 2 === 0 ? 'This costs money' : 'asks once more');
    }
    await app.press('enter', 'esc');
    expect(launches(app)).toEqual([]);
  });

  test('y launches what the question was about', async () => {
    const app = open({ modal: signedIn });
    await toReview(app);
    await app.press('+');
    await app.waitFor('2 × $1.77/h');
    await app.press('b', 'ctrl-u', '2.50', 'enter');
    await app.waitFor('$2.50');
    await app.press('enter');
    await app.waitFor('no more than the budget of $2.50');
    await app.press('y');
    await app.waitFor('runs › bench-');
    expect(launches(app)).toEqual(['launch naive,hnsw quick cpu-32 modal 2 2.5']);
  });

  test('a budget may be refused, and nonsense is told', async () => {
    const app = open({ modal: signedIn });
    await toReview(app);
    await app.press('b', 'ctrl-u', 'much', 'enter');
    await app.waitFor('is no amount');
    await app.press('b', 'ctrl-u', 'none', 'enter');
    await app.waitFor(/budget +none/);
    await app.press('enter');
    await app.waitFor('no budget is set');
  });

  test('Enter before the plan stands asks, and does not launch; a y before the question is nothing', async () => {
    const services = createFakeServices({ modal: signedIn });
    let release: () => void = () => {};
    const gate = new Promise<void>(resolve => {
      release = resolve;
    });
    const app = openApp({
      services: {
        ...services,
        plans: {
          ...services.plans,
          check: async spec => {
            await gate;
            return services.plans.check(spec);
          },
        },
      },
    });
    await toWhere(app);
    await app.waitFor('✓ acme/main');
    await app.press('enter');
    await app.waitFor('≈ $');
    await app.press('enter');
    await app.waitFor(/▸ quick/);
    await app.press('enter');
    await app.waitFor('Asking Modal whether it can start');
    await app.press('y', 'enter', 'enter', 'enter');
    release();
    await app.waitFor('This costs money');
    expect(launches(app)).toEqual([]);
    await app.press('n');
    await app.waitFor('asks once more');
  });

  test('what stands in the way is four lines', async () => {
    const services = createFakeServices({ modal: signedIn });
    const app = openApp({ services: { ...services, plans: { ...services.plans, check: async () => obstacles.refused.failure } } });
    await toWhere(app);
    await app.waitFor('✓ acme/main');
    await app.press('enter');
    await app.waitFor('≈ $');
    await app.press('enter');
    await app.waitFor(/▸ quick/);
    await app.press('enter');
    await app.waitFor('✗ Modal refused');
    await app.press('enter', 'y');
    expect(launches(app)).toEqual([]);
  });

  test('somebody who is signed out meanwhile cannot start; Enter asks again', async () => {
    const over = { ...onFour('bench-aaaaaa', 9, Date.now() - 100_000), status: 'ended', outcome: 'done', endedAt: Date.now() } as const;
    const answers: ModalStatus[] = [obstacles.auth];
    const app = open({ modal: async () => answers.shift() ?? signedIn, runs: [over] }, { run: over.run });
    await app.waitFor('enter shows the result');
    await app.press('enter');
    await app.waitFor('at recall');
    await app.press('enter');
    await app.waitFor('✗ You are not signed in to Modal');
    await app.press('y', 'enter');
    await app.waitFor('asks once more');
    expect(launches(app)).toEqual([]);
  });

  test('the same again from a result asks as well', async () => {
    const over = { ...onFour('bench-aaaaaa', 9, Date.now() - 100_000), status: 'ended', outcome: 'done', endedAt: Date.now() } as const;
    const app = open({ modal: signedIn, runs: [over] }, { run: over.run });
    await app.waitFor('enter shows the result');
    await app.press('enter');
    await app.waitFor('at recall');
    await app.press('enter');
    await app.waitFor('asks once more');
    await app.press('enter');
    await app.waitFor('This costs money');
    expect(launches(app)).toEqual([]);
  });
});

const sources = [
  { id: 'image', title: 'image and launch' },
  { id: 'main', title: 'coordinator' },
  { id: 'w1', title: 'w1' },
];

const four = (change: object = {}) => ({ ...onFour('bench-aaaaaa', 4, Date.now() - 100_000), ...change });

const openRun = (state: ReturnType<typeof onFour>, more: FakeOptions = {}, size: Omit<OpenOptions, 'services'> = {}): App =>
  open({ modal: signedIn, runs: [state, finished('bench-cccccc', Date.now() - 7_300_000)], sources, ...more }, { run: state.run, ...size });

describe('a run on Modal', () => {
  test('while the image is built its log is followed, its last line stands above, and the wait says how long', async () => {
    const app = openRun(building('bench-bbbbbb', Date.now() - 40_000));
    app.services.logs('image').add('Collecting numpy');
    await app.waitFor('building the image');
    await app.waitFor(/image {2}Collecting numpy/);
    await app.waitFor('image and launch (s)');
    expect(app.frame()).toContain('usually 1 to 4 minutes');
    expect(app.frame()).toMatch(/▸ image \d+s/);
  });

  test('who pays, by the hour, of which budget', async () => {
    const app = openRun(four());
    await app.waitFor('acme/main · ');
    expect(app.frame()).toMatch(/acme\/main · \$\d+\.\d\d\/h · \$\d\.\d{4} of \$2\.00 → \$\d\.\d\d ± \d\.\d\d/);
    app.resize(60, 24);
    await app.waitFor(/^(?![\s\S]*acme\/main)/);
    expect(app.frame()).toContain('of $2.00');
  });

  test('containers: name, role, state and progress of each, a restart counted', async () => {
    const app = openRun(four());
    await app.waitFor('4 of 9 points');
    expect(app.frame()).toMatch(/✓ image 48s {2}✓ queue 1s {2}✓ start 9s {2}✓ build ×2 14s {2}▸ sweep ×2/);
    await app.press('c');
    await app.waitFor('hands out the parts');
    for (const row of [
      /main +coordinator +▸ runs/,
      /w1 +worker +▸ runs .*sweep 25 %.*start 2/,
      /w2 .*sweep 62 %/,
      /w3 .*✓ left after 34s/,
      /ta-…00w4 .*· queued/,
    ])
      expect(app.frame()).toMatch(row);
    await app.press('c');
    await app.waitFor('QPS by recall');
  });

  test('the log goes from one text to the next', async () => {
    const app = openRun(four());
    app.services.log.add('all of it');
    app.services.logs('main').add('handing out w1');
    await app.waitFor('all of it');
    await app.press('s', 's');
    await app.waitFor('handing out w1');
    expect(app.frame()).toContain('coordinator (s)');
    await app.press('s', 's');
    await app.waitFor('all of it');
    await app.press('l', 's');
    await app.waitFor('image and launch (s)');
  });

  test('contact lost: since when, why, that it goes on there, that the meter is an estimate', async () => {
    const app = openRun(four({ contactLost: { since: Date.now() - 192_000, why: 'Could not connect to the Modal server.' } }));
    await app.waitFor('No contact with Modal since');
    const words = app.frame().replace(/\s+/g, ' ');
    expect(words).toMatch(
      /since \d\d:\d\d \(3m 1\ds\): Could not connect to the Modal server\. The run goes on there; the meter is an estimate/,
    );
    expect(app.frame()).toMatch(/≈ \$\d\.\d+ of \$2\.00/);
  });

  test('a preemption is told', async () => {
    const app = openRun(four({ notices: ['w1 was preempted'] }));
    await app.waitFor('! w1 was preempted');
  });

  test('bringing results home', async () => {
    const state = four({ exit: { code: 0, signal: null, lost: false } });
    const app = openRun({ ...state, phases: [...state.phases, { name: 'collect', startedAt: Date.now() - 4000 }] });
    await app.waitFor('● bringing results home');
    expect(app.frame()).toContain('▸ bringing results home');
    expect(app.frame()).not.toContain('ETA');
  });

  test('o shows the address, with a browser or without', async () => {
    const app = openRun(four());
    await app.waitFor('4 of 9 points');
    await app.press('o');
    await app.waitFor(`https://modal.com/id/${appId}`);
    expect(app.services.calls).toEqual([`open https://modal.com/id/${appId}`]);
    cleanup();
    const other = openRun(four(), { browser: true });
    await other.waitFor('4 of 9 points');
    await other.press('o');
    await other.waitFor('(in the browser)');
  });

  test('the question before a stop says what is kept and what is billed', async () => {
    const app = openRun(four());
    await app.waitFor('4 of 9 points');
    await app.press('x');
    await app.waitFor('4 finished points are kept and brought home');
    expect(app.frame().replace(/\s+/g, ' ')).toContain('what ran until then is billed, nothing after');
    await app.press('enter');
    expect(app.services.calls).toEqual([]);
  });

  test('home and the list of runs say what it costs, and every other screen what runs', async () => {
    const app = openRun(four(), {}, { columns: 120 });
    await app.waitFor('4 of 9 points');
    await app.press('r');
    await app.waitFor(/bench-aaaaaa .*modal 4 × 32 .* \$0\.\d\d/);
    expect(app.frame()).toMatch(/bench-cccccc .*this machine .* here/);
    await app.press('esc');
    await app.waitFor('Running');
    expect(app.frame()).toMatch(/acme\/main · 1 running · \$\d+\.\d\d\/h · \$0\.\d{4}/);
    await app.press('d');
    await app.waitFor('ann-tui › doctor');
    expect(app.frame()).toMatch(/acme\/main · 1 running/);
  });

  test('leaving says that it goes on, and is billed', async () => {
    const app = openRun(four());
    await app.waitFor('4 of 9 points');
    await app.press('q');
    await app.waitFor('is billed, until it is done or stopped');
  });

  test('keys of Modal say why they do nothing on a run of this machine', async () => {
    const app = open({ runs: [finished('bench-cccccc', Date.now() - 90_000)] }, { run: 'bench-cccccc' });
    await app.waitFor('enter shows the result');
    for (const [key, words] of [
      ['o', 'there is no page of it at Modal'],
      ['c', 'it has no containers'],
      ['s', 'has one log'],
    ] as const) {
      await app.press(key);
      await app.waitFor(words);
    }
  });
});

describe.each([
  [60, 24],
  [80, 24],
  [120, 40],
])('at %i×%i', (columns, rows) => {
  const fits = (app: App) => {
    const lines = app.frame().split('\n');
    expect(Math.max(...lines.map(line => stringWidth(line)))).toBeLessThanOrEqual(columns);
    expect(lines).toHaveLength(rows);
  };

  test('where, hardware, review and the question are whole', async () => {
    const app = open({ modal: signedIn }, { columns, rows });
    await toReview(app);
    fits(app);
    expect(app.frame()).toMatch(/\? more/);
    await app.press('enter');
    await app.waitFor('This costs money');
    await app.waitFor('start, and pay');
    fits(app);
  });

  test('four containers, contact lost, a notice and the log have room together', async () => {
    const lost = { since: Date.now() - 192_000, why: 'Could not connect to the Modal server.' };
    const app = openRun(four({ contactLost: lost, notices: [`preempted ${'x'.repeat(200)}`] }), {}, { columns, rows });
    app.services.log.add('the last line');
    await app.waitFor('4 of 9 points');
    await app.press('c');
    await app.waitFor('the last line');
    for (const name of ['main ', 'w1 ', 'w2 ', 'w3 ', 'ta-…00w4']) expect(app.frame()).toContain(name);
    expect(app.frame()).toMatch(/\? more/);
    fits(app);
  });

  test('without Unicode every character is ASCII', async () => {
    const app = openRun(four({ notices: ['preempted'] }), {}, { columns, rows, unicode: false });
    await app.waitFor('4 of 9 points');
    await app.press('c');
    await app.waitFor('hands out the parts');
    expect(app.frame().replace(/\x1b\[[\d;]*m/g, '')).toMatch(/^[\x20-\x7e\n]*$/);
  });
});
