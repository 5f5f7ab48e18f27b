import { useState } from 'react';
import { toFailure } from '../../../src/errors/errors.ts';
import type { Failure } from '../../../src/errors/failure.ts';
import { rival } from '../../../src/workloads/bench/implementations.ts';
import { useCommandCenter, useCommands } from '../../app/commands.tsx';
import { useNow, useUi } from '../../app/context.tsx';
import { bold, cells, dim, type LineLike, wrap } from '../../app/text.ts';
import { useCursor } from '../../app/use-cursor.ts';
import { usePrompt } from '../../app/use-prompt.ts';
import { useResource } from '../../app/use-resource.ts';
import { useWhenReady } from '../../app/use-when-ready.ts';
import { failureLines } from '../../components/failure.ts';
import { Frame } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { listLines } from '../../components/list.ts';
import { waitLine } from '../../components/wait.ts';

const fresh = 'fresh';
const dataset = 'quick';

const says = {
  fresh: 'It is written into this folder: exact search, commented, complete. It builds and passes as it is; you make it faster.',
  edit: 'Open it in your editor: look at fewer rows, or at fewer bytes of each. What may be written stands at the top of ann.h.',
  start: 'Nothing is billed here. r looks first, and changes what, where or the data. Each run keeps a copy of the file, so go on editing.',
} as const;

/** ", beside qg, naive and hnsw" */
const besideWords = (names: readonly string[]): string =>
  names.length === 0 ? '' : `, beside ${new Intl.ListFormat('en-GB').format(names)}`;

/** Files of one's own: a fresh one, those that are there, and the way to how each does beside what is built in. */
export const Own = () => {
  const { services, navigation, setDraft } = useUi();
  const { bench } = services.workloads;
  const { setNote } = useCommandCenter();
  const [resource, reload] = useResource(async () => {
    const [builtIn, own] = await Promise.all([bench.implementations(), bench.ownImplementations()]);
    // Our index first: it is what is to be beaten.
    const beside = builtIn.filter(info => info.default).map(({ name }) => name);
    return { own, beside: beside.toSorted((a, b) => Number(b === rival) - Number(a === rival)) };
  });
  const [name, setName] = useState(() => bench.freeOwnName());
  const [header, setHeader] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const { own, beside } = resource.state === 'ready' ? resource.value : { own: [], beside: [] };
  // Files of earlier runs that lie elsewhere are there to be chosen; by itself it is one of this folder.
  const cursor = useCursor([...own.map(({ file }) => file), fresh], own.find(({ shown }) => shown.startsWith('./'))?.file ?? fresh);
  const chosen = own[cursor.index];
  const now = useNow(resource.state === 'loading');

  const prompt = usePrompt({
    label: 'name',
    onAccept: text => {
      setFailure(undefined);
      setName(text.trim().replace(/\.cpp$/, '') || bench.freeOwnName());
      cursor.select(fresh);
    },
  });

  const write = () => {
    setFailure(undefined);
    bench.createOwn(name).then(
      made => {
        setNote(`${made.shown} is written.`, 'done');
        setHeader(made.header);
        setName(bench.freeOwnName());
        cursor.select(made.file);
        reload();
      },
      error => setFailure(toFailure(error)),
    );
  };

  /** `starts`: without another Enter. */
  const measure = (file: string, starts: boolean) => {
    setDraft({ kind: 'bench', answers: { implementations: [file, ...beside] }, datasets: [dataset], target: 'local', timeout: undefined });
    navigation.push({ screen: 'review', starts });
  };

  const [next] = useWhenReady(resource.state !== 'loading', () => {
    if (resource.state === 'failed') reload();
    else if (chosen === undefined) write();
    else measure(chosen.file, true);
  });

  useCommands('own', {
    ...cursor.commands,
    next: { label: chosen === undefined ? 'write it' : 'measure it', run: next },
    'own-name': () => prompt.open(name),
    'own-review': chosen === undefined ? 'It has to be written first: enter.' : () => measure(chosen.file, false),
  });

  return (
    <Frame crumbs={['your own']} prompt={prompt.line}>
      {({ columns, height }) => {
        const prose = (text: string): readonly LineLike[] => wrap(text, Math.min(76, columns)).map(dim);
        const width = Math.min(columns - 16, Math.max(10, name.length + 6, ...own.map(({ shown }) => shown.length)));
        const row = (shown: string, about: string): LineLike => cells([shown, dim(about)], [{ width }, { width: 12 }]);
        const rows = [...own.map(({ shown }) => row(shown, '')), row(`./${name}.cpp`, 'a fresh one')];
        const below: readonly LineLike[] =
          failure !== undefined
            ? failureLines(failure, 'e takes another name', columns)
            : chosen === undefined
              ? [...prose(says.fresh), '', bold('enter writes it')]
              : [
                  ...(header === undefined ? [] : wrap(`ann.h is ${header}`, columns).map(dim)),
                  ...prose(says.edit),
                  '',
                  ...wrap(`enter measures it here, on ${dataset}${besideWords(beside)}`, columns).map(bold),
                  ...prose(says.start),
                ];
        const body: readonly LineLike[] =
          resource.state === 'loading'
            ? [waitLine('Looking for your files', resource.since, now, 'under a second')]
            : resource.state === 'failed'
              ? failureLines(resource.failure, 'enter tries again', columns)
              : [...listLines(rows, cursor.index, Math.max(1, height - 3 - below.length)), '', ...below];
        return <Lines columns={columns} lines={[bold('Your own algorithm, in one file'), '', ...body]} />;
      }}
    </Frame>
  );
};
