import { useEffect, useRef, useState } from 'react';
import { toFailure } from '../../../src/errors/errors.ts';
import type { Failure } from '../../../src/errors/failure.ts';
import { useCommandCenter, useCommands } from '../../app/commands.tsx';
import { useNow, useUi } from '../../app/context.tsx';
import { accent, bold, cells, dim, type LineLike, wrap } from '../../app/text.ts';
import { useCursor } from '../../app/use-cursor.ts';
import { usePrompt } from '../../app/use-prompt.ts';
import { useResource } from '../../app/use-resource.ts';
import { useWhenReady } from '../../app/use-when-ready.ts';
import { failureLines } from '../../components/failure.ts';
import { Frame } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { listLines } from '../../components/list.ts';
import { waitLine } from '../../components/wait.ts';
import type { TrainAnswers } from './answers.ts';
import { checkLines, type ModelCheck } from './model-verdict-lines.ts';

const fresh = 'fresh';

const says = {
  fresh: 'It is written into this folder: a small detector that works, in one file, with three lines marked to change first.',
  file: 'Open it in your editor; what has to stay stands at its top. Each run keeps a copy of it, so go on editing.',
} as const;

/** Models of one's own: a fresh file, those that are there, and whether each is sound. */
export const ModelFile = () => {
  const { services, draft, setDraft, navigation, now: clock } = useUi();
  const { train } = services.workloads;
  const { setNote } = useCommandCenter();
  const [resource, reload] = useResource(() => train.ownModels());
  const [name, setName] = useState(() => train.freeModelName());
  const [failure, setFailure] = useState<Failure>();
  const [checks, setChecks] = useState<ReadonlyMap<string, ModelCheck>>(new Map());
  const own = resource.state === 'ready' ? resource.value : [];
  const cursor = useCursor([...own.map(({ word }) => word), fresh]);
  const chosen = own[cursor.index];
  const checking = [...checks.values()].some(({ state }) => state === 'checking');
  const now = useNow(resource.state === 'loading' || checking);
  const controller = useRef<AbortController>(undefined);
  // Leaving the screen ends it.
  useEffect(() => () => controller.current?.abort(new Error('left')), []);

  const prompt = usePrompt({
    label: 'name',
    onAccept: text => {
      setFailure(undefined);
      setName(text.trim().replace(/\.py$/, '') || train.freeModelName());
      cursor.select(fresh);
    },
  });

  const write = () => {
    setFailure(undefined);
    train.createModel(name).then(
      ({ word, shown }) => {
        setNote(`${shown} is written.`, 'done');
        setName(train.freeModelName());
        cursor.select(word);
        reload();
      },
      error => setFailure(toFailure(error)),
    );
  };

  const check = (word: string) => {
    const put = (found: ModelCheck) => setChecks(old => new Map(old).set(word, found));
    const abort = new AbortController();
    controller.current = abort;
    put({ state: 'checking', since: clock() });
    train.checkModel(word, abort.signal).then(
      verdict => put({ state: 'judged', verdict }),
      error => abort.signal.aborted || put({ state: 'failed', failure: toFailure(error) }),
    );
  };

  const [next] = useWhenReady(resource.state !== 'loading', () => {
    if (resource.state === 'failed') return reload();
    if (chosen === undefined) return write();
    const answers: TrainAnswers = draft.kind === 'train' ? (draft.answers ?? {}) : {};
    setDraft({ kind: 'train', answers: { ...answers, model: chosen.word } });
    navigation.back();
  });

  useCommands('model', {
    ...cursor.commands,
    next,
    'model-name': () => prompt.open(name),
    'model-check': checking
      ? 'One is being checked.'
      : chosen === undefined
        ? 'It has to be written first: enter.'
        : () => check(chosen.word),
  });

  return (
    <Frame crumbs={['training', 'your own model']} prompt={prompt.line}>
      {({ columns, height }) => {
        const width = Math.max(10, ...own.map(({ shown }) => shown.length), name.length + 5);
        const row = (shown: string, about: string): LineLike =>
          cells([shown, dim(about)], [{ width }, { width: Math.max(10, columns - width - 6) }]);
        const verdictOf = (word: string): string => {
          const found = checks.get(word);
          return found?.state === 'judged' ? found.verdict.verdict : '';
        };
        const rows = [...own.map(({ word, shown }) => row(shown, verdictOf(word))), row(`./${name}.py`, 'a fresh one')];
        const prose = (text: string): readonly LineLike[] => wrap(text, Math.min(76, columns)).map(dim);
        const below: readonly LineLike[] =
          failure !== undefined
            ? failureLines(failure, 'e takes another name', columns)
            : chosen === undefined
              ? [...prose(says.fresh), '', [accent('enter'), ' writes it']]
              : [...checkLines(checks.get(chosen.word), now, columns), '', ...prose(says.file), '', [accent('enter'), ' takes it']];
        const body: readonly LineLike[] =
          resource.state === 'loading'
            ? [waitLine('Looking for models', resource.since, now, 'under a second')]
            : resource.state === 'failed'
              ? failureLines(resource.failure, 'enter tries again', columns)
              : [...listLines(rows, cursor.index, Math.max(1, height - 3 - below.length)), '', ...below];
        return <Lines columns={columns} lines={[bold('Your own model, in one Python file'), '', ...body]} />;
      }}
    </Frame>
  );
};
