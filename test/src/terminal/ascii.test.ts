import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { toAscii } from '../../../src/terminal/ascii.ts';
import { capabilities } from '../../../src/terminal/capabilities.ts';

describe('ASCII twins', () => {
  test.each(['✓ ! ✗ ▸ · – … ≈ × ± ★ › “”', '● ◆ ■ ▲ ○ ↑↓←→', '█░ ─│┤├┼┬┴└┌┐┘', '⠀⠁⣿⡇', '日本語', 'ünïcode'])('%s keeps its width', text => {
    expect(toAscii(text)).toMatch(/^[\x20-\x7e]*$/);
    expect(stringWidth(toAscii(text))).toBe(stringWidth(text));
  });

  test('markers of different series stay different', () => {
    const markers = Array.from('●◆▲■○×', toAscii);
    expect(new Set(markers).size).toBe(markers.length);
  });
});

describe('capabilities', () => {
  test.each([
    [{ TERM: 'xterm-256color', LANG: 'en_US.UTF-8' }, true],
    [{ TERM: 'xterm', LC_ALL: 'C.utf8', LANG: 'C' }, true],
    [{ TERM: 'xterm', LANG: 'C' }, false],
    [{ TERM: 'xterm', LC_ALL: 'C', LANG: 'en_US.UTF-8' }, false],
    [{ TERM: 'xterm' }, false],
    [{ TERM: 'dumb', LANG: 'en_US.UTF-8' }, false],
    [{ TERM: 'linux', LANG: 'en_US.UTF-8' }, false],
    [{ TERM: 'linux', LANG: 'en_US.UTF-8', ANN_TUI_ASCII: '0' }, true],
    [{ TERM: 'xterm', LANG: 'en_US.UTF-8', ANN_TUI_ASCII: '1' }, false],
  ])('%j: Unicode %s', (env, unicode) => {
    expect(capabilities(env)).toEqual({ unicode });
  });
});
