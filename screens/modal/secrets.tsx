import { useState } from 'react';
import { toFailure } from '../../src/errors/errors.ts';
import { useCommandCenter, useCommands } from '../app/commands.tsx';
import { useNow, useUi } from '../app/context.tsx';
import { bold, dim, type LineLike, wrap } from '../app/text.ts';
import { useCursor } from '../app/use-cursor.ts';
import { useResource } from '../app/use-resource.ts';
import { failureLines } from '../components/failure.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { listLines } from '../components/list.ts';
import { Question } from '../components/question.tsx';
import { waitLine } from '../components/wait.ts';
import { secretAbout, secretLine, secretRows } from './secret-rows.ts';

/** What containers are given of a person's keys: names only, values are never here. */
export const Secrets = () => {
  const { services, navigation } = useUi();
  const { setNote } = useCommandCenter();
  const [resource, reload] = useResource(() => services.secrets.list());
  const [deleting, setDeleting] = useState<string>();
  const now = useNow(resource.state === 'loading');
  const rows = resource.state === 'ready' ? secretRows(resource.value, services.secrets.known()) : [];
  const cursor = useCursor(rows.map(({ name }) => name));
  const current = rows[cursor.index];

  const unanswered = resource.state === 'failed' ? `${resource.failure.what}.` : 'Modal has not answered yet.';
  useCommands('secrets', {
    ...cursor.commands,
    'secret-open':
      resource.state === 'failed'
        ? { label: 'ask again', run: reload }
        : current === undefined
          ? unanswered
          : () => navigation.push({ screen: 'secret', name: current.name, exists: current.found !== undefined }),
    'secret-new': resource.state === 'ready' ? () => navigation.push({ screen: 'secret', exists: false }) : unanswered,
    'secret-delete':
      resource.state !== 'ready'
        ? unanswered
        : current?.found === undefined
          ? 'There is no such secret at Modal.'
          : () => setDeleting(current.name),
    'secrets-again': () => {
      reload();
      setNote('Asking Modal again.', 'wait');
    },
  });

  const remove = (name: string) => {
    setDeleting(undefined);
    services.secrets.delete(name).then(
      () => {
        setNote(`${name} is deleted.`, 'done');
        reload();
      },
      error => setNote(`${toFailure(error).what}: ${toFailure(error).why}`),
    );
  };

  return (
    <Frame crumbs={['secrets']}>
      {body => {
        const { columns, height } = body;
        if (deleting !== undefined)
          return (
            <Question
              {...body}
              scope="confirm"
              title={`Delete the secret ${deleting}?`}
              text={['Its values cannot be had back: you would have to make it anew.', 'Runs and apps that use it fail from then on.']}
              handlers={{ 'confirm-yes': () => remove(deleting), 'confirm-no': () => setDeleting(undefined) }}
            />
          );
        if (resource.state === 'loading')
          return <Lines columns={columns} lines={[waitLine('Asking Modal for its secrets', resource.since, now, '2 to 5 seconds')]} />;
        if (resource.state === 'failed')
          return <Lines columns={columns} lines={failureLines(resource.failure, 'enter asks again', columns)} />;
        const about = current === undefined ? [] : secretAbout(current).flatMap(text => wrap(text, Math.min(76, columns)));
        const list = listLines(
          rows.map(row => secretLine(row, now, columns - 2)),
          cursor.index,
          Math.max(1, height - 4 - about.length),
        );
        const lines: readonly LineLike[] = [bold('Secrets: keys that containers on Modal are given'), '', ...list, '', ...about.map(dim)];
        return <Lines columns={columns} lines={lines} />;
      }}
    </Frame>
  );
};
