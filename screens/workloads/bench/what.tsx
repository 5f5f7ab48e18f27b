import { counted } from '../../../src/text/format.ts';
import { sum } from '../../../src/util/numbers.ts';
import { recallLevels } from '../../../src/workloads/bench/compare/at-recall.ts';
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
import { asksRecalls, chosenNames } from './answers.ts';
import { type Choosable, choosable } from './choosable.ts';

const levels = `${recallLevels.slice(0, -1).join(', ')} and ${recallLevels.at(-1)}`;
const settingsWords = {
  swept: `Settings: those of the sweep. r finds those that reach recall ${levels} instead.`,
  found: `Settings: the least effort that reaches recall ${levels}, found on queries that do not judge it. r goes back to the sweep.`,
} as const;
const pointWords = 'A point is one search setting: its recall, its queries per second, its latencies.';

/** First question: which implementations, with which settings. */
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
  const [wanted, setWanted] = useKept('at-recall', asksRecalls(answers));
  const picks = all.filter(({ name }) => chosen.includes(name));
  const findable = picks.some(({ atRecall }) => atRecall !== undefined);
  const atRecall = wanted && findable;
  const pointsOf = (info: Choosable): number => (atRecall ? info.atRecall : undefined) ?? info.points;
  const points = sum(picks.map(pointsOf));

  const [next] = useWhenReady(resource.state !== 'loading', () => {
    if (resource.state === 'failed') reload();
    else if (chosen.length === 0) setNote('Choose at least one: space.');
    else {
      // A question asked anew: what an earlier run had beside its answers is over.
      setDraft({ kind: 'bench', answers: { implementations: chosen, ...(atRecall && { recalls: recallLevels }) }, timeout: undefined });
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
    'at-recall': findable ? () => setWanted(old => !old) : 'None of those chosen has a setting that can be found for a recall.',
    next,
  });

  return (
    <Frame crumbs={['benchmark', 'what']}>
      {({ columns, height }) => {
        const nameWidth = Math.max(8, ...all.map(({ shown }) => shown.length));
        const rows = all.map(info =>
          cells(
            [
              chosen.includes(info.name) ? span('ok', '[x]') : dim('[ ]'),
              info.shown,
              dim(info.title),
              dim(counted(pointsOf(info), 'point')),
            ],
            [{ width: 3 }, { width: nameWidth }, { width: Math.max(10, columns - nameWidth - 21) }, { width: 9, align: 'right' }],
          ),
        );
        const words = [...(findable ? [settingsWords[atRecall ? 'found' : 'swept']] : []), pointWords].flatMap(text => wrap(text, columns));
        const body: readonly LineLike[] =
          resource.state === 'loading'
            ? [waitLine('Reading the implementations', resource.since, now, 'under a second')]
            : resource.state === 'failed'
              ? failureLines(resource.failure, 'enter tries again', columns)
              : [
                  ...listLines(rows, cursor.index, height - 5 - words.length),
                  '',
                  [`${chosen.length} chosen, ${counted(points, 'point')} to measure`],
                  ...words.map(dim),
                ];
        return <Lines columns={columns} lines={[bold('Which implementations shall be measured?'), '', ...body]} />;
      }}
    </Frame>
  );
};
