import { counted } from '../../../src/text/format.ts';
import { useCommandCenter, useCommands } from '../../app/commands.tsx';
import { useNow, useUi } from '../../app/context.tsx';
import { bold, cells, dim, type LineLike, span, wrap } from '../../app/text.ts';
import { useCursor } from '../../app/use-cursor.ts';
import { useKept } from '../../app/use-kept.ts';
import { useResource } from '../../app/use-resource.ts';
import { useWhenReady } from '../../app/use-when-ready.ts';
import { failureLines } from '../../components/failure.ts';
import { Frame } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { listLines } from '../../components/list.ts';
import { waitLine } from '../../components/wait.ts';
import { chosenNames } from './answers.ts';
import { choosable } from './choosable.ts';

/** First question: which implementations. */
export const What = () => {
  const { services, draft, setDraft, preferences, navigation } = useUi();
  const { setNote } = useCommandCenter();
  const [resource, reload] = useResource(() => choosable(services));
  const [picked, setPicked] = useKept<readonly string[] | undefined>('picked', undefined);
  const now = useNow(resource.state === 'loading');
  const all = resource.state === 'ready' ? resource.value : [];
  // Answers of another workload are none to this question.
  const answers = draft.kind === undefined || draft.kind === 'bench' ? (draft.answers ?? {}) : {};
  const chosen = picked ?? chosenNames(answers, preferences?.what?.bench ?? [], all);
  const cursor = useCursor(all.map(({ name }) => name));
  const points = all.reduce((sum, info) => sum + (chosen.includes(info.name) ? info.points : 0), 0);

  const [next] = useWhenReady(resource.state !== 'loading', () => {
    if (resource.state === 'failed') reload();
    else if (chosen.length === 0) setNote('Choose at least one: space.');
    else {
      // A question asked anew: what an earlier run had beside its answers is over.
      setDraft({ kind: 'bench', answers: { implementations: chosen }, timeout: undefined });
      navigation.push({ screen: 'where' });
    }
  });

  useCommands('what', {
    ...cursor.commands,
    toggle: () => {
      const { id } = cursor;
      if (id === undefined) return;
      // In the catalogue's order, whatever order they were chosen in.
      setPicked(all.map(({ name }) => name).filter(name => (name === id ? !chosen.includes(name) : chosen.includes(name))));
    },
    next,
  });

  return (
    <Frame crumbs={['benchmark', 'what']}>
      {({ columns, height }) => {
        const nameWidth = Math.max(8, ...all.map(({ shown }) => shown.length));
        const rows = all.map(info =>
          cells(
            [chosen.includes(info.name) ? span('ok', '[x]') : dim('[ ]'), info.shown, dim(info.title), dim(counted(info.points, 'point'))],
            [{ width: 3 }, { width: nameWidth }, { width: Math.max(10, columns - nameWidth - 21) }, { width: 9, align: 'right' }],
          ),
        );
        const body: readonly LineLike[] =
          resource.state === 'loading'
            ? [waitLine('Reading the implementations', resource.since, now, 'under a second')]
            : resource.state === 'failed'
              ? failureLines(resource.failure, 'enter tries again', columns)
              : [
                  ...listLines(rows, cursor.index, height - 6),
                  '',
                  [`${chosen.length} chosen, ${counted(points, 'point')} to measure`],
                  ...wrap('A point is one search setting: its recall, its queries per second, its latencies.', columns).map(dim),
                ];
        return <Lines columns={columns} lines={[bold('Which implementations shall be measured?'), '', ...body]} />;
      }}
    </Frame>
  );
};
