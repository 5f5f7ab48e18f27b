import { expect, test } from 'vitest';
import { keysDoc } from '../../../screens/app/keys-doc.ts';

test('docs/keys.md says what the key map says', async () => {
  await expect(keysDoc()).toMatchFileSnapshot('../../../docs/keys.md');
});
