import { useState } from 'react';
import { toFailure } from '../../../src/errors/errors.ts';
import type { Failure } from '../../../src/errors/failure.ts';
import type { OwnImplementation } from '../../../src/workloads/bench/user-code/list.ts';
import { useCommands } from '../../app/commands.tsx';
import { useUi } from '../../app/context.tsx';
import { accent, bold, dim, type LineLike, wrap } from '../../app/text.ts';
import { usePrompt } from '../../app/use-prompt.ts';
import { failureLines } from '../../components/failure.ts';
import { Frame } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';

/** A file of one's own: a name, the file, and on to its first measurement. */
export const Own = () => {
  const { services, navigation, setDraft } = useUi();
  const [name, setName] = useState(() => services.workloads.bench.freeOwnName());
  const [made, setMade] = useState<OwnImplementation & { readonly header: string }>();
  const [failure, setFailure] = useState<Failure>();
  const prompt = usePrompt({
    label: 'name',
    onAccept: text => {
      setFailure(undefined);
      setMade(undefined);
      setName(text.trim().replace(/\.cpp$/, '') || services.workloads.bench.freeOwnName());
    },
  });

  useCommands('own', {
    'own-next': () => {
      if (made === undefined) {
        setFailure(undefined);
        services.workloads.bench.createOwn(name).then(setMade, error => setFailure(toFailure(error)));
        return;
      }
      setDraft({
        kind: 'bench',
        answers: { implementations: [made.file, 'naive', 'hnsw'] },
        datasets: ['quick'],
        target: 'local',
        timeout: undefined,
      });
      navigation.push({ screen: 'review' });
    },
    'own-name': () => prompt.open(name),
  });

  return (
    <Frame crumbs={['your own']} prompt={prompt.line}>
      {({ columns }) => {
        const prose = (text: string): readonly LineLike[] => wrap(text, Math.min(76, columns)).map(dim);
        const body: readonly LineLike[] =
          failure !== undefined
            ? failureLines(failure, 'e takes another name', columns)
            : made === undefined
              ? [
                  ['file  ', accent(`./${name}.cpp`)],
                  '',
                  ...prose(
                    'It is written into this folder: exact search, commented, complete. It builds and passes as it is; you make it faster.',
                  ),
                  '',
                  bold('enter writes it'),
                ]
              : [
                  ['written  ', accent(made.shown)],
                  ...wrap(made.header, columns - 9).map((part, n): LineLike => [n === 0 ? 'ann.h    ' : '         ', dim(part)]),
                  '',
                  ...prose(
                    'Open it in your editor. search() looks at every row: look at fewer of them, or at fewer bytes of each. What may be written stands at the top of ann.h.',
                  ),
                  '',
                  bold('enter measures it beside naive and hnsw, on quick'),
                  ...prose('Each run keeps a copy of the file, so go on editing.'),
                ];
        return <Lines columns={columns} lines={[bold('Your own algorithm, in one C++ file'), '', ...body]} />;
      }}
    </Frame>
  );
};
