import { expect, test } from 'vitest';
import { timesOfState } from '../../../src/metering/container-times.ts';
import { rateNews } from '../../../src/metering/drift.ts';
import { cloudSpec, spec } from '../../screens/support/states.ts';

test('a changed rate is told, with the one that the run was confirmed with', () => {
  const two = cloudSpec({ containers: 2 });
  expect(rateNews(two, { worker: 1.7654, coordinator: 0.0317 })).toBeUndefined();
  expect(rateNews(two, { worker: 1.766, coordinator: 0.0317 })).toBeUndefined();
  expect(rateNews(two, { worker: 2, coordinator: 0.0317 })).toEqual({
    was: expect.closeTo(3.5625, 10),
    is: expect.closeTo(4.0317, 10),
    frozen: '2026-10-30',
  });
  expect(rateNews(spec, { worker: 9, coordinator: 9 })).toBeUndefined();
});

test.each([
  ['queued', { queuedAt: 5 }],
  ['worker assigned', { assignedAt: 5 }],
  ['loading image', { assignedAt: 5 }],
  ['active', { assignedAt: 5 }],
  ['completed', {}],
  ['idle', {}],
])('a container that is told as "%s" has these times', (state, times) => expect(timesOfState(state, 5)).toEqual(times));
