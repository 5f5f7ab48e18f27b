/** docs/keys.md, from the key map. Pure. */

import { type Entry, type Scope, scopeTitles } from './entry.ts';
import { keyLabel, keymap, modalScopes } from './keymap.ts';

const keysOf = ({ keys }: Entry): string => keys.map(key => `\`${keyLabel(key)}\``).join(' ');

const section = (scope: Scope): string => {
  const rows = (keymap as readonly Entry[])
    .filter(({ scopes }) => scopes.includes(scope))
    .map(entry => `| ${keysOf(entry)} | ${entry.help} |`);
  return [`## ${scopeTitles[scope]}`, '', '| keys | what they do |', '|---|---|', ...rows, ''].join('\n');
};

export const keysDoc = (): string => {
  const scopes = Object.keys(scopeTitles) as Scope[];
  return [
    '# Keys',
    '',
    'Made from `screens/app/keymap.ts`; after a change there, `npx vitest run test/screens/app/keys-doc.test.ts --update` writes it anew.',
    '',
    'The bottom line of every screen shows the keys that matter most there. `?` shows all of them; type to search, `Enter` runs the selected one.',
    `The keys under “${scopeTitles.anywhere}” work on every screen, but for questions and typing, where only \`ctrl-c\` and \`ctrl-z\` do.`,
    '',
    ...[...scopes.filter(scope => !modalScopes.has(scope)), ...scopes.filter(scope => modalScopes.has(scope))].map(section),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
};
