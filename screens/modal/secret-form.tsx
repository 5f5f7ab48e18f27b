import { useState } from 'react';
import { toFailure } from '../../src/errors/errors.ts';
import type { Failure } from '../../src/errors/failure.ts';
import { keyProblem, secretNameProblem, valueProblem } from '../../src/secrets/check-words.ts';
import type { SecretKey } from '../../src/secrets/known.ts';
import { useCommandCenter, useCommands } from '../app/commands.tsx';
import { useNow, useUi } from '../app/context.tsx';
import { bold, dim, type LineLike, padEnd, span, wrap } from '../app/text.ts';
import { useCursor } from '../app/use-cursor.ts';
import { usePrompt } from '../app/use-prompt.ts';
import { failureLines } from '../components/failure.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { listLines } from '../components/list.ts';
import { Question } from '../components/question.tsx';
import { waitLine } from '../components/wait.ts';

type State =
  | { readonly at: 'form' }
  | { readonly at: 'overwrite' }
  | { readonly at: 'sending'; readonly since: number }
  | { readonly at: 'failed'; readonly failure: Failure };

const nameRow = ' name';

/** Says that something is there, and not how long it is once it is long. */
const maskOf = (text: string): string => '•'.repeat(Math.min(text.length, 12));

/** One secret to fill in. What is typed lives here until it is sent, and is drawn as dots. */
export const SecretForm = ({ name: given, exists }: { readonly name: string | undefined; readonly exists: boolean }) => {
  const { services, navigation, now: clock } = useUi();
  const { setNote } = useCommandCenter();
  const [name, setName] = useState(given ?? '');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [added, setAdded] = useState<readonly string[]>([]);
  const [state, setState] = useState<State>({ at: 'form' });
  const now = useNow(state.at === 'sending');
  const known = services.secrets.known().find(one => one.name === name)?.keys ?? [];
  const keys: readonly SecretKey[] = [
    ...known,
    ...added.filter(key => !known.some(one => one.key === key)).map(key => ({ key, required: true, says: '' })),
  ];
  const rows = [...(given === undefined ? [nameRow] : []), ...keys.map(({ key }) => key)];
  const cursor = useCursor(rows);
  const current = keys.find(({ key }) => key === cursor.id);

  const down = () => cursor.commands.down();
  const nameProblem = (text: string): boolean => {
    const problem = secretNameProblem(text);
    if (problem !== undefined) setNote(`Not a name: ${problem}.`);
    return problem !== undefined;
  };
  const namePrompt = usePrompt({
    label: 'name',
    onAccept: text => {
      if (nameProblem(text.trim())) return;
      setName(text.trim());
      down();
    },
  });
  const keyPrompt = usePrompt({
    label: 'key',
    onAccept: text => {
      const key = text.trim();
      const problem = keyProblem(key);
      if (problem !== undefined) return setNote(`Not a key: ${problem}.`);
      setAdded(old => (old.includes(key) ? old : [...old, key]));
      cursor.select(key);
    },
  });
  const onValue = (text: string) => {
    if (current === undefined) return;
    const value = text.trim();
    const problem = value === '' ? undefined : valueProblem(name, current.key, value);
    if (problem !== undefined) return setNote(`${current.key}: ${problem}.`);
    setValues(old => ({ ...old, [current.key]: value }));
    down();
  };
  const hidden = usePrompt({ label: current?.key ?? '', secret: true, onAccept: onValue });
  const open = usePrompt({ label: current?.key ?? '', onAccept: onValue });

  const missing = keys.filter(({ key, required }) => required && !values[key]).map(({ key }) => key);
  const send = (overwrite: boolean) => {
    setState({ at: 'sending', since: clock() });
    services.secrets.create(name, values, overwrite).then(
      () => {
        setNote(`${name} is at Modal.`, 'done');
        navigation.back();
      },
      error => setState({ at: 'failed', failure: toFailure(error) }),
    );
  };

  useCommands('secret', {
    ...cursor.commands,
    'secret-edit': () => {
      if (state.at === 'sending') return setNote('It is on its way.');
      if (state.at === 'failed') return setState({ at: 'form' });
      if (cursor.id === nameRow) namePrompt.open(name);
      else if (current === undefined) keyPrompt.open();
      // What was typed before is typed anew: it could not be seen while it is mended.
      else if (current.open) open.open(values[current.key] ?? '');
      else hidden.open();
    },
    'secret-key': () => keyPrompt.open(),
    'secret-save': () => {
      if (state.at !== 'form') return setNote(state.at === 'sending' ? 'It is on its way.' : 'Enter goes back to the form.');
      if (nameProblem(name)) return;
      if (keys.length === 0) return setNote('It has no key yet: a adds one.');
      if (missing.length > 0) return setNote(`Still missing: ${missing.join(', ')}.`);
      if (exists) setState({ at: 'overwrite' });
      else send(false);
    },
  });

  const shown = ({ key, open: visible, required }: SecretKey): string => {
    const value = values[key];
    if (value === undefined || value === '') return required ? 'empty' : 'empty, may stay so';
    return visible ? value : maskOf(value);
  };
  const rowLine = (id: string): LineLike => {
    if (id === nameRow) return [padEnd('name', 24), '  ', name === '' ? dim('empty') : name];
    const key = keys.find(one => one.key === id);
    if (key === undefined) return id;
    return [padEnd(id, 24), '  ', values[id] ? span('ok', '✓ ') : dim('· '), values[id] ? shown(key) : dim(shown(key))];
  };

  return (
    <Frame crumbs={['secrets', given ?? 'another']} prompt={namePrompt.line ?? keyPrompt.line ?? hidden.line ?? open.line}>
      {body => {
        const { columns, height } = body;
        if (state.at === 'overwrite')
          return (
            <Question
              {...body}
              scope="confirm"
              title={`Write over the secret ${name}?`}
              text={[
                'Every key that it has now is removed, and its old values cannot be had back.',
                'What is typed here takes their place.',
              ]}
              handlers={{ 'confirm-yes': () => send(true), 'confirm-no': () => setState({ at: 'form' }) }}
            />
          );
        if (state.at === 'sending')
          return <Lines columns={columns} lines={[waitLine(`Sending ${name} to Modal`, state.since, now, '1 to 3 seconds')]} />;
        if (state.at === 'failed')
          return <Lines columns={columns} lines={failureLines(state.failure, 'enter goes back to the form', columns)} />;
        const about = current?.says ? [`${current.key}: ${current.says}`, ''] : [];
        const prose = wrap(
          'Values go to Modal, and nowhere else: no file, no log, no list of processes has them. Nobody can see them again there.',
          Math.min(76, columns),
        );
        const rest = missing.length === 0 && keys.length > 0 ? [bold('s sends it')] : [];
        const lines: readonly LineLike[] = [
          bold(exists ? `${name} is there: everything in it is replaced` : given === undefined ? 'A new secret' : `A new secret, ${name}`),
          '',
          ...listLines(rows.map(rowLine), cursor.index, Math.max(1, height - 7 - about.length)),
          '',
          ...about,
          ...rest,
          ...prose.map(dim),
        ];
        return <Lines columns={columns} lines={lines} />;
      }}
    </Frame>
  );
};
