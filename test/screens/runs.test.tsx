import { afterEach, describe, expect, test } from 'vitest';
import { cleanup, openApp } from './support/open-app.tsx';
import { createFakeServices } from './support/services.ts';
import { failed, finished, running } from './support/states.ts';

afterEach(cleanup);

const now = Date.now();
const three = () =>
  createFakeServices({
    runs: [running('bench-aaaaaa', 4, now - 9000), finished('bench-bbbbbb', now - 7_300_000), failed('bench-cccccc', now - 90_000_000)],
  });

describe('home', () => {
  test('stands on a run at work, and opens it', async () => {
    const app = openApp({ services: three() });
    await app.waitFor('Running');
    expect(app.frame()).toContain('1 running');
    await app.press('enter');
    await app.waitFor('runs › bench-aaaaaa');
    expect(app.frame()).toContain('4 of 9 points');
  });
});

describe('all runs', () => {
  const openRuns = async () => {
    const app = openApp({ services: three(), columns: 120 });
    await app.waitFor('Running');
    await app.press('r');
    await app.waitFor('bench-cccccc');
    return app;
  };

  test('are filtered by what they say', async () => {
    const app = await openRuns();
    await app.press('/', 'failed', 'enter');
    await app.waitFor('1 of 3');
    expect(app.frame()).not.toContain('bench-bbbbbb');
    await app.press('enter');
    await app.waitFor('✗ The implementation hnsw crashed');
  });

  test('stop asks first, and Enter is no', async () => {
    const app = await openRuns();
    await app.press('x');
    await app.waitFor('Stop bench-aaaaaa?');
    expect(app.frame()).toContain('finished points are kept');
    await app.press('enter');
    await app.waitFor('bench-cccccc');
    expect(app.services.calls).toEqual([]);
    await app.press('x');
    await app.waitFor('Stop bench-aaaaaa?');
    await app.press('s');
    await app.waitFor('was asked to stop');
    expect(app.services.calls).toEqual(['stop bench-aaaaaa']);
  });

  test('a run at work cannot be removed, and says why', async () => {
    const app = await openRuns();
    await app.press('D');
    await app.waitFor('Stop it first');
  });

  test('remove asks first', async () => {
    const app = await openRuns();
    await app.press('G', 'D');
    await app.waitFor('Delete bench-cccccc and its files?');
    await app.press('y');
    await app.waitFor('was deleted');
    expect(app.services.calls).toEqual(['remove bench-cccccc']);
    await app.waitFor(/^(?![\s\S]*yesterday)/);
  });

  test('a failed run is gone on with', async () => {
    const app = await openRuns();
    await app.press('G', 'R');
    await app.waitFor('goes on');
    expect(app.services.calls).toEqual(['resume bench-cccccc']);
  });

  test('a done run has nothing to go on with', async () => {
    const app = await openRuns();
    await app.press('j', 'R');
    await app.waitFor('It is complete');
  });
});

describe('a run', () => {
  test('is opened at once by its name, and p changes what is seen of its points', async () => {
    const app = openApp({ services: three(), run: 'bench-aaaaaa' });
    await app.waitFor('4 of 9 points');
    expect(app.frame()).toContain('● hnsw');
    await app.press('p', 'p');
    await app.waitFor('efSearch=40');
    expect(app.frame()).toContain('0.9587');
  });

  test('shows its log full screen, and searches in it', async () => {
    const services = three();
    services.log.add(...Array.from({ length: 100 }, (_, n) => `row ${n}`));
    const app = openApp({ services, run: 'bench-aaaaaa' });
    await app.waitFor('row 99');
    await app.press('l');
    await app.waitFor('› log');
    await app.waitFor('row 81');
    await app.press('/', 'row 42', 'enter');
    await app.waitFor('▸ row 42');
    expect(app.frame()).toContain('scrolled');
    await app.press('G');
    await app.waitFor('row 99');
    await app.press('esc');
    await app.waitFor('4 of 9 points');
  });

  test('that failed says what, why, what was kept, what to press', async () => {
    const app = openApp({ services: three(), run: 'bench-cccccc' });
    await app.waitFor('✗ The implementation hnsw crashed');
    expect(app.frame()).toMatch(/why +signal 11/);
    expect(app.frame()).toMatch(/kept +3 points of 9/);
    expect(app.frame()).toMatch(/next +l shows the log/);
  });

  test('every point stands in the result, with four digits of recall', async () => {
    const app = openApp({ services: three(), run: 'bench-bbbbbb' });
    await app.waitFor('enter shows the result');
    await app.press('enter');
    await app.waitFor('at recall');
    await app.press('p', 'p');
    await app.waitFor('index MB');
    for (const recall of ['0.8123', '0.9044', '0.9994', '1.0000']) expect(app.frame()).toContain(recall);
  });
});
