import { bandText, type Montage, montages } from '../../../src/workloads/prepare/settings.ts';
import { useCommands } from '../../app/commands.tsx';
import { useNow, useUi } from '../../app/context.tsx';
import { bold, cells, dim, type LineLike, wrap } from '../../app/text.ts';
import { useCursor } from '../../app/use-cursor.ts';
import { useResource } from '../../app/use-resource.ts';
import { useWhenReady } from '../../app/use-when-ready.ts';
import { failureLines } from '../../components/failure.ts';
import { Frame } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { listLines } from '../../components/list.ts';
import { waitLine } from '../../components/wait.ts';
import { loadUsual, montageOf } from './answers.ts';

const about: Readonly<Record<Montage, string>> = {
  referential: '19 electrodes against their average',
  bipolar: '18 pairs of neighbours; all that CHB-MIT allows',
};

export type MontagePageProps = {
  readonly kind: 'evaluate' | 'prepare';
  readonly crumb: string;
  readonly title: string;
  /** What happens with the recordings, a paragraph each. */
  readonly says: readonly string[];
};

/** First question of a workload on recordings: which channels. */
export const MontagePage = ({ kind, crumb, title, says }: MontagePageProps) => {
  const { services, draft, setDraft, preferences, navigation } = useUi();
  const [usual, reload] = useResource(() => loadUsual(services));
  const now = useNow(usual.state === 'loading');
  const settings = usual.state === 'ready' ? usual.value : undefined;
  // Answers of another workload are none to this question.
  const answers = draft.kind === kind ? (draft.answers ?? {}) : {};
  const cursor = useCursor(montages, montageOf(answers, preferences?.what?.[kind], settings?.montage));

  const [next] = useWhenReady(usual.state !== 'loading', () => {
    if (usual.state === 'failed') reload();
    else {
      // A question asked anew: what an earlier run had beside its answers is over.
      setDraft({ kind, answers: { montage: montages[cursor.index] ?? 'referential' }, timeout: undefined });
      navigation.push({ screen: 'where' });
    }
  });

  useCommands(kind, { ...cursor.commands, next });

  return (
    <Frame crumbs={[crumb, 'what']}>
      {({ columns, height }) => {
        const rows = montages.map(name => cells([name, dim(about[name])], [{ width: 11 }, { width: Math.max(10, columns - 15) }]));
        const texts = settings === undefined ? says : [...says, `By configs/prepare.yaml: ${bandText(settings)}.`];
        const below: readonly LineLike[] = texts.flatMap(text => ['', ...wrap(text, Math.min(columns, 96)).map(dim)]);
        const body: readonly LineLike[] =
          usual.state === 'loading'
            ? [waitLine('Reading the settings', usual.since, now, 'under a second')]
            : usual.state === 'failed'
              ? failureLines(usual.failure, 'enter tries again', columns)
              : [...listLines(rows, cursor.index, height - 2 - below.length), ...below];
        return <Lines columns={columns} lines={[bold(title), '', ...body]} />;
      }}
    </Frame>
  );
};
