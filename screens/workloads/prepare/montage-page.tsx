import { bandText, type Montage, montages } from '../../../src/workloads/prepare/settings.ts';
import type { Answers } from '../../app/answers.ts';
import { useCommands } from '../../app/commands.tsx';
import { useNow, useUi } from '../../app/context.tsx';
import { bold, cells, dim, type LineLike, textWidth, wrap } from '../../app/text.ts';
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

/** A row of the list: a montage, or something that has one. */
export type MontageChoice = {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly answers: Answers;
  /** What happens when it is chosen, a paragraph each. Absent: as with every montage. */
  readonly says?: readonly string[];
};

export type MontagePageProps = {
  readonly kind: 'evaluate' | 'prepare';
  readonly crumb: string;
  readonly title: string;
  /** What happens with the recordings where a montage is chosen, a paragraph each. */
  readonly says: readonly string[];
  /** Below the montages. */
  readonly others?: readonly MontageChoice[];
  /** Of these the one to stand on. */
  readonly other?: string | undefined;
};

/** First question of a workload on recordings: which channels. */
export const MontagePage = ({ kind, crumb, title, says, others = [], other }: MontagePageProps) => {
  const { services, draft, setDraft, preferences, navigation } = useUi();
  const [usual, reload] = useResource(() => loadUsual(services));
  const now = useNow(usual.state === 'loading');
  const settings = usual.state === 'ready' ? usual.value : undefined;
  // Answers of another workload are none to this question.
  const answers = draft.kind === kind ? (draft.answers ?? {}) : {};
  const choices: readonly MontageChoice[] = [
    ...montages.map(name => ({
      id: name,
      name,
      about: `${others.length > 0 ? 'baselines: ' : ''}${about[name]}`,
      answers: { montage: name },
    })),
    ...others,
  ];
  const cursor = useCursor(
    choices.map(({ id }) => id),
    other ?? montageOf(answers, preferences?.what?.[kind], settings?.montage),
  );

  const [next] = useWhenReady(usual.state !== 'loading', () => {
    if (usual.state === 'failed') reload();
    else {
      // A question asked anew: what an earlier run had beside its answers is over.
      setDraft({ kind, answers: choices[cursor.index]?.answers ?? {}, timeout: undefined });
      navigation.push({ screen: 'where' });
    }
  });

  useCommands(kind, { ...cursor.commands, next });

  return (
    <Frame crumbs={[crumb, 'what']}>
      {({ columns, height }) => {
        const width = Math.max(...choices.map(({ name }) => textWidth(name)));
        const rows = choices.map(choice =>
          cells([choice.name, dim(choice.about)], [{ width }, { width: Math.max(10, columns - width - 4) }]),
        );
        const usualSays = settings === undefined ? says : [...says, `By configs/prepare.yaml: ${bandText(settings)}.`];
        const texts = choices[cursor.index]?.says ?? usualSays;
        const below: readonly LineLike[] = texts.flatMap(text => ['', ...wrap(text, Math.min(columns, 96)).map(dim)]);
        const body: readonly LineLike[] =
          usual.state === 'loading'
            ? [waitLine('Reading the settings', usual.since, now, 'under a second')]
            : usual.state === 'failed'
              ? failureLines(usual.failure, 'enter tries again', columns)
              : [...listLines(rows, cursor.index, Math.max(3, height - 2 - below.length)), ...below];
        return <Lines columns={columns} lines={[bold(title), '', ...body]} />;
      }}
    </Frame>
  );
};
