import { afterEach, expect, test } from 'vitest';
import { UserError } from '../../../../src/errors/errors.ts';
import { usualSettings } from '../../../../src/workloads/prepare/config.ts';
import type { PrepareSettings } from '../../../../src/workloads/prepare/settings.ts';
import { cleanup, openApp } from '../../support/open-app.tsx';
import { createFakeServices } from '../../support/services.ts';

afterEach(cleanup);

const withSettings = (settings: () => Promise<PrepareSettings>) => {
  const made = createFakeServices();
  return { ...made, workloads: { ...made.workloads, prepare: { settings } } };
};

test('it stands on the montage of one’s own configuration, and goes on with it', async () => {
  const services = withSettings(async () => ({ ...usualSettings, montage: 'bipolar', high: 40 }));
  const app = openApp({ services });
  await app.waitFor('Evaluate seizure detectors');
  await app.press('e');
  await app.waitFor('By configs/prepare.yaml: 256 Hz · 0.5–40 Hz zero-phase.');
  expect(app.frame()).toMatch(/▸ bipolar/);
  await app.press('enter');
  await app.waitFor('Where shall it run?');
});

test('a configuration that cannot be read is told by its line, and read again', async () => {
  let broken = true;
  const services = withSettings(async () => {
    if (broken) throw new UserError({ what: '/home/you/prepare.yaml:4: rate is not valid', why: 'found 8', hint: 'vi +4' }, 2);
    return usualSettings;
  });
  const app = openApp({ services });
  await app.waitFor('Prepare EEG recordings');
  await app.press('p');
  await app.waitFor('prepare.yaml:4: rate is not valid');
  broken = false;
  await app.press('enter');
  await app.waitFor(/▸ referential/);
});
