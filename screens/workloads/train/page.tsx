import { useState } from 'react';
import { count, counted } from '../../../src/text/format.ts';
import { windowsOfStep } from '../../../src/workloads/train/cost.ts';
import type { ModelOffer, PresetOffer } from '../../../src/workloads/train/offers.ts';
import { useCommands } from '../../app/commands.tsx';
import { useNow, useUi } from '../../app/context.tsx';
import { accent, bold, cells, dim, type LineLike, textWidth, wrap } from '../../app/text.ts';
import { useCursor } from '../../app/use-cursor.ts';
import { useResource } from '../../app/use-resource.ts';
import { useWhenReady } from '../../app/use-when-ready.ts';
import { failureLines } from '../../components/failure.ts';
import { Frame } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { listLines } from '../../components/list.ts';
import { waitLine } from '../../components/wait.ts';
import { loadOffered, presetOf, seedCounts, type TrainAnswers } from './answers.ts';

const says = [
  'It learns from train; its best checkpoint and its threshold are chosen on dev; it is scored once on test, beside the baselines that need no training.',
  'Synthetic patients are made here, free and without an account. A config of your own: ann-tui train --config FILE.',
];

/** "40,000 steps" */
const stepsText = ({ config }: PresetOffer): string => counted(config.training.steps, 'step');

/** "40,000, each of 128 windows of 60 s" */
const sizeText = ({ config }: PresetOffer): string =>
  `${count(config.training.steps)}, each of ${counted(windowsOfStep(config), 'window')} of ${config.windows.seconds} s`;

/** First question of a training: which config, which model, how many seeds. */
export const TrainPage = () => {
  const { services, draft, setDraft, preferences, navigation } = useUi();
  const [resource, reload] = useResource(() => loadOffered(services));
  const now = useNow(resource.state === 'loading');
  const { presets, models } = resource.state === 'ready' ? resource.value : { presets: [], models: [] };
  // Answers of another workload are none to this question.
  const answers: TrainAnswers = draft.kind === 'train' ? (draft.answers ?? {}) : {};
  const cursor = useCursor(
    presets.map(({ name }) => name),
    presetOf(answers, preferences?.what?.train ?? [], presets)?.name,
  );
  const preset = presets[cursor.index];
  // Of each config its own, by the config's name: a model that was chosen for one is none of another.
  const [modelsOf, setModelsOf] = useState<Readonly<Record<string, string>>>(() => {
    const own = answers.model ?? answers.again?.source?.from;
    const config = answers.config ?? answers.again?.preset;
    return own === undefined || config === undefined ? {} : { [config]: own };
  });
  const model = preset === undefined ? undefined : modelsOf[preset.name];
  const [seeds, setSeeds] = useState(Math.max(0, seedCounts.indexOf(Number(answers.seeds ?? answers.again?.seeds.length ?? 1) as 1)));
  const wordOf = (wanted: string | undefined): string => wanted ?? preset?.config.model.name ?? '';
  const chosen: ModelOffer | undefined = models.find(({ word }) => word === wordOf(model));

  const said = (): TrainAnswers => {
    const times = seedCounts[seeds] ?? 1;
    return {
      ...(preset !== undefined && { config: preset.name }),
      ...(model !== undefined && { model }),
      ...(times > 1 && { seeds: String(times) }),
    };
  };

  const [next] = useWhenReady(resource.state !== 'loading', () => {
    if (resource.state === 'failed') reload();
    else {
      setDraft({
        kind: 'train',
        answers: said(),
        // A config is made for data of its own.
        ...(preset !== undefined && preset.datasets.length > 0 && { datasets: preset.datasets }),
        timeout: undefined,
      });
      navigation.push({ screen: 'where' });
    }
  });

  useCommands('train', {
    ...cursor.commands,
    next,
    'train-model':
      models.length === 0
        ? 'The models are still being read.'
        : () => {
            const next = models[(models.findIndex(({ word }) => word === wordOf(model)) + 1) % models.length]?.word;
            if (preset !== undefined && next !== undefined) setModelsOf({ ...modelsOf, [preset.name]: next });
          },
    'train-own': () => {
      setDraft({ kind: 'train', answers: said() });
      navigation.push({ screen: 'page', kind: 'train', page: 'model' });
    },
    'train-seeds': () => setSeeds((seeds + 1) % seedCounts.length),
  });

  return (
    <Frame crumbs={['training', 'what']}>
      {({ columns, height }) => {
        const name = Math.max(8, ...presets.map(one => one.name.length));
        const about = columns >= 90 ? 13 : 0;
        const room = Math.max(10, columns - name - about - 8);
        // What the list has no room for stands whole below it.
        const whole = preset !== undefined && textWidth(preset.says) > room ? wrap(preset.says, columns).map(dim) : [];
        const rows = presets.map(one =>
          cells(
            [one.name, ...(about > 0 ? [dim(stepsText(one))] : []), dim(one.says)],
            [{ width: name }, ...(about > 0 ? [{ width: about }] : []), { width: room }],
          ),
        );
        const times = seedCounts[seeds] ?? 1;
        const setting = (label: string, value: string, more: string): LineLike => [dim(label.padEnd(8)), bold(value), dim(`  ${more}`)];
        const below: readonly LineLike[] = [
          '',
          ...(whole.length === 0 ? [] : [...whole, '']),
          setting('steps', preset === undefined ? '' : sizeText(preset), ''),
          setting('model', chosen?.shown ?? wordOf(model), chosen?.says ?? ''),
          setting('seeds', String(times), times === 1 ? 'several show how much is luck' : 'mean ± sd; it takes as many times as long'),
          '',
          [accent('m'), dim(' another model   '), accent('n'), dim(' your own   '), accent('s'), dim(' more seeds')],
          ...(height < 16 ? [] : says.flatMap(text => ['', ...wrap(text, Math.min(columns, 96)).map(dim)])),
        ];
        const body: readonly LineLike[] =
          resource.state === 'loading'
            ? [waitLine('Reading the configs', resource.since, now, 'under a second')]
            : resource.state === 'failed'
              ? failureLines(resource.failure, 'enter tries again', columns)
              : [...listLines(rows, cursor.index, height - 2 - below.length), ...below];
        return <Lines columns={columns} lines={[bold('What shall be trained?'), '', ...body]} />;
      }}
    </Frame>
  );
};
