/** Without a screen: from nothing to an evaluated model in plain lines; a second one beside it; whether a batch is learnt. Needs PyTorch. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testHome } from '../support/stand-in.ts';
import { Home } from './program.ts';

const hasTorch = readdirSync(path.join(testHome(), 'data/python')).some(name => name.startsWith('training-'));
if (!hasTorch) console.warn('No training is tried: PyTorch is not in the prepared environment (npm start -- setup --training)');

let home: Home;
beforeAll(() => {
  home = new Home();
});
afterAll(() => home.close());

const smoke = ['train', '--config', 'smoke_test'];

type Curve = { readonly name: string; readonly steps: readonly number[] };

const lastRecord = (stdout: string): Record<string, unknown> => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

describe.skipIf(!hasTorch)('a training', () => {
  let first = '';

  test('tells its steps, its looks at dev, its verdict beside the baselines and where its checkpoint is', async () => {
    const { stdout, exitCode } = await home.run(smoke);
    expect(exitCode).toBe(0);
    [first = ''] = home.runs();
    for (const says of [
      /^tiny on synthetic-seizures · 12 steps · smoke_test · 8 windows of 10 s a step · seed 0 · 19 channels/m,
      /step 0: tiny, [\d,]+ parameters · cpu, float32, 1 thread/,
      /step 6: dev AUROC 0\.\d{3}, the best so far · dev loss 0\.\d+/,
      /step 6: first checkpoint, /,
      /step 12: trained in .*; the best is of step (?:6|12)/,
      /^tiny: AUROC 0\.\d{3} \[0\.\d{3}, 0\.\d{3}\], .* baseline \(.+\).* · synthetic$/m,
      /^checkpoint of seed 0: .*checkpoints\/seed-0\/best \(/m,
      /^done in .*\n(?:.*\n)?next: ann-tui results train-/m,
    ])
      expect(stdout).toMatch(says);
    const best = path.join(home.folder, 'data/runs', first, 'job/checkpoints/seed-0/best');
    expect(['card.json', 'model.safetensors'].map(name => existsSync(path.join(best, name)))).toEqual([true, true]);
  });

  test('another one as records; the two compared: what differs, then patient by patient', async () => {
    const fields = ['training.steps=4', 'training.evaluate_every=4', 'training.warmup_steps=1'].flatMap(field => ['--set', field]);
    const { stdout, exitCode } = await home.run([...smoke, ...fields, '--seeds', '5,7', '--json']);
    expect(exitCode).toBe(0);
    const { outcome, seeds, metrics, trained } = lastRecord(stdout) as { metrics: readonly Curve[] } & Record<string, unknown>;
    expect([outcome, seeds]).toEqual(['done', [5, 7]]);
    expect(trained).toMatchObject([
      { seed: 5, step: 4 },
      { seed: 7, step: 4 },
    ]);
    expect(metrics.find(({ name }) => name === 'loss')?.steps).toEqual([1, 2, 3, 4]);
    const compared = await home.run(['compare', first, 'latest']);
    expect([compared.exitCode, compared.stderr]).toEqual([0, '']);
    expect(compared.stdout).toMatch(/^! training\.steps: 12 steps against 4 steps$/m);
    expect(compared.stdout).toMatch(/^! seeds: 0 against 5, 7$/m);
    // The first one made the recordings, and knew no hash of their splits.
    expect(compared.stdout).not.toContain('! recordings');
    expect(compared.stdout).toMatch(/^AUROC +0\.\d{3} +0\.\d{3} +[+-]0\.\d{3} +\[[+-]0\.\d{3}, [+-]0\.\d{3}\]/m);
  });

  test('one batch is learnt by heart; what all of it would take here and on a GPU, without starting it', async () => {
    const checked = await home.run([...smoke, '--check']);
    expect([checked.exitCode, checked.stdout]).toEqual([0, expect.stringMatching(/^seed 0 learns one batch by heart: loss /m)]);
    const { stdout } = await home.run([...smoke, '--measure', '--dry-run']);
    expect(stdout).toMatch(/^this machine, \d+ cores .* measured /m);
    expect(stdout).toMatch(/^H100 +\$\d.* est\. /m);
    await home.run(['new', 'mine', '--model']);
    const own = ['train', '--model', './mine.py', '--dry-run'];
    const misspelt = await home.run([...own, '--set', 'model.options.widht=48']);
    expect([misspelt.exitCode, misspelt.stdout]).toEqual([1, expect.stringContaining("! bad-options: mine.py has no option 'widht'")]);
    const sound = await home.run([...own, '--set', 'model.options.width=48']);
    expect([sound.exitCode, sound.stdout]).toEqual([0, expect.stringMatching(/^ {2}mine\.py: ok, [\d,]+ parameters$/m)]);
  });
});
