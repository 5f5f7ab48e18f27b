/** What Modal's program is given. */
import { expect, test } from 'vitest';
import { modalEnvironment } from '../../../src/modal-client/index.ts';

test('it gets what is on the list, and nothing of a person’s own that would lead it astray', () => {
  const env = modalEnvironment(
    { profile: 'work', environment: null },
    {
      PATH: '/bin',
      HOME: '/me',
      FORCE_COLOR: '1',
      PYTHONPATH: '/mine',
      MODAL_IS_REMOTE: '1',
      MODAL_TOKEN_ID: 'ak-1',
      AWS_SECRET_ACCESS_KEY: 'x',
    },
  );
  expect(env).toEqual({
    PATH: '/bin',
    HOME: '/me',
    MODAL_TOKEN_ID: 'ak-1',
    MODAL_PROFILE: 'work',
    COLUMNS: '1000',
    NO_COLOR: '1',
    PYTHONUNBUFFERED: '1',
    PYTHONUTF8: '1',
    PYTHONNOUSERSITE: '1',
    MODAL_LOGS_TIMEOUT: '0',
  });
});
