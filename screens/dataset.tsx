import { useState } from 'react';
import type { DatasetInfo } from '../src/services.ts';
import { useCommandCenter, useCommands } from './commands.tsx';
import { failureLines } from './components/failure.ts';
import { Frame } from './components/frame.tsx';
import { Lines } from './components/lines.tsx';
import { listLines, matches } from './components/list.ts';
import { waitLine } from './components/wait.ts';
import { useNow, useUi } from './context.tsx';
import { datasetLines, datasetRows, isThere, reachesModal } from './dataset-rows.ts';
import { SyncModal } from './sync-modal.tsx';
import { SyncOffer } from './sync-offer.tsx';
import { bold, dim, type LineLike } from './text.ts';
import { useCursor } from './use-cursor.ts';
import { defaultDataset } from './use-defaults.ts';
import { usePrompt } from './use-prompt.ts';
import { useResource } from './use-resource.ts';
import { useWhenReady } from './use-when-ready.ts';

/** Fourth question: on which data. A dataset that is not here can be fetched on the spot; on Modal the run fetches it there. */
export const Dataset = () => {
  const { services, draft, setDraft, preferences, navigation } = useUi();
  const { setNote } = useCommandCenter();
  const [resource, reload] = useResource(() => services.datasets());
  // Asked in the background: no row and no key waits for it.
  const [volume, reloadVolume] = useResource(() => services.volumeDatasets());
  const there = volume.state === 'ready' ? volume.value : undefined;
  const [filter, setFilter] = useState('');
  const [offered, setOffered] = useState<DatasetInfo>();
  const [checking, setChecking] = useState(false);
  const now = useNow(resource.state === 'loading');
  const all = resource.state === 'ready' ? resource.value : [];
  const rows = all.filter(info => matches(`${info.name} ${info.title} ${info.distance} ${info.state}`, filter));
  const names = rows.map(({ name }) => name);
  const remembered = [draft.dataset, preferences?.dataset].find(name => name !== undefined && names.includes(name));
  const cursor = useCursor(names, remembered ?? defaultDataset(rows));
  const current = rows[cursor.index];
  const prompt = usePrompt({ label: 'filter', onChange: setFilter, onAccept: setFilter, onCancel: () => setFilter('') });

  const paid = draft.target === 'modal';

  const goOn = (name: string) => {
    if (checking) return;
    if (paid) {
      // The containers bring their own environment.
      setDraft({ dataset: name });
      navigation.push({ screen: 'review' });
      return;
    }
    setChecking(true);
    setDraft({ dataset: name });
    const move = (ready: boolean) => {
      setChecking(false);
      navigation.push(ready ? { screen: 'review' } : { screen: 'setup', onward: 'review' });
    };
    // If the question itself fails, the review says why a run cannot start.
    services.setupStatus().then(
      status => move(status.ready),
      () => move(true),
    );
  };

  /** Fetching and checking need the Python environment. */
  const offer = (info: DatasetInfo) => {
    if (paid) {
      if (isThere(info, there)) setNote(`${info.name} is on Modal already, verified.`);
      else setOffered(info);
      return;
    }
    services.setupStatus().then(
      status => (status.ready ? setOffered(info) : navigation.push({ screen: 'setup', onward: 'back' })),
      () => setOffered(info),
    );
  };

  const [next] = useWhenReady(resource.state !== 'loading', () => {
    if (resource.state === 'failed') reload();
    else if (current === undefined) setNote('No dataset has these words: / changes the filter.');
    else if (paid && !reachesModal(current) && !isThere(current, there)) offer(current);
    // What needs no file is made by the run itself; what is published, the cloud fetches for itself.
    else if (paid) goOn(current.name);
    else if (current.state === 'verified' || current.made) goOn(current.name);
    else offer(current);
  });

  useCommands('dataset', {
    ...cursor.commands,
    filter: () => prompt.open(filter),
    sync: current === undefined ? 'No dataset is selected.' : () => offer(current),
    next,
    back: () => (filter === '' ? navigation.back() : setFilter('')),
  });

  return (
    <Frame crumbs={['benchmark', 'dataset']} prompt={prompt.line} {...(paid ? { cost: dim('nothing billed yet') } : {})}>
      {({ columns, height }) => {
        if (offered !== undefined) {
          const Offer = paid ? SyncModal : SyncOffer;
          const leave = () => {
            setOffered(undefined);
            reload();
            reloadVolume();
          };
          return <Offer columns={columns} height={height} dataset={offered} onLeave={leave} />;
        }
        const body: readonly LineLike[] =
          resource.state === 'loading'
            ? [waitLine('Looking at the datasets', resource.since, now, 'under a second')]
            : resource.state === 'failed'
              ? failureLines(resource.failure, 'enter tries again', columns)
              : [
                  ...listLines(datasetRows(rows, columns - 2, paid, there), cursor.index, Math.max(3, height - 8)),
                  '',
                  ...datasetLines(current, columns, paid, there),
                ];
        return (
          <Lines
            columns={columns}
            lines={[
              [bold('On which data?'), dim(filter === '' ? '' : `  with “${filter}”`)],
              '',
              ...body,
              ...(checking ? [dim('· Looking whether this machine is set up')] : []),
            ]}
          />
        );
      }}
    </Frame>
  );
};
