import { useState } from 'react';
import { ofKind } from '../../src/config/datasets.ts';
import type { DatasetInfo } from '../../src/datasets/dataset-info.ts';
import { isThere, reachesModal } from '../../src/datasets/needs.ts';
import { workloadOf } from '../../src/workloads/registry.ts';
import { useCommandCenter, useCommands } from '../app/commands.tsx';
import { useNow, useUi } from '../app/context.tsx';
import { bold, dim, type LineLike, span } from '../app/text.ts';
import { useCursor } from '../app/use-cursor.ts';
import { useKept } from '../app/use-kept.ts';
import { useMarks } from '../app/use-marks.ts';
import { usePrompt } from '../app/use-prompt.ts';
import { useResource } from '../app/use-resource.ts';
import { useWhenReady } from '../app/use-when-ready.ts';
import { failureLines } from '../components/failure.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { listLines, matches } from '../components/list.ts';
import { waitLine } from '../components/wait.ts';
import { SyncModal } from '../modal/sync-modal.tsx';
import { datasetLines, datasetRoom, datasetRows } from './dataset-rows.ts';
import { shapeWords } from './dataset-shape.ts';
import { SyncOffer } from './sync-offer.tsx';
import { crumbOf, defaultDataset, kindOf } from './use-defaults.ts';
import { onwardWait, useOnward } from './use-onward.ts';

/** Fourth question: on which data. A dataset that is not here can be fetched on the spot; on Modal the run fetches it there. */
export const Dataset = () => {
  const { services, draft, setDraft, preferences, navigation } = useUi();
  const { setNote } = useCommandCenter();
  const [resource, reload] = useResource(() => services.datasets.list());
  // Asked in the background: no row and no key waits for it.
  const [volume, reloadVolume] = useResource(() => services.datasets.onVolume());
  const there = volume.state === 'ready' ? volume.value : undefined;
  const [filter, setFilter] = useKept('filter', '');
  const [offered, setOffered] = useState<DatasetInfo>();
  const { checking, toReview } = useOnward();
  const now = useNow(resource.state === 'loading');
  // Only what the workload can work on.
  const all: readonly DatasetInfo[] =
    resource.state === 'ready' ? ofKind(resource.value, workloadOf({ kind: kindOf(draft) }).usesDatasets) : [];
  const rows = all.filter(info => matches(`${info.name} ${info.title} ${shapeWords(info)} ${info.state}`, filter));
  const names = rows.map(({ name }) => name);
  const remembered = [...(draft.datasets ?? []), ...(preferences?.datasets ?? [])].find(name => names.includes(name));
  const cursor = useCursor(names, remembered ?? defaultDataset(rows));
  const current = rows[cursor.index];
  // Several are marked; without a mark it is the one with the cursor.
  const marks = useMarks(
    all.map(({ name }) => name),
    draft.datasets !== undefined && draft.datasets.length > 1 ? draft.datasets : [],
  );
  // In the catalogue's order.
  const marked = all.filter(({ name }) => marks.marked.includes(name));
  const wanted = marked.length > 0 ? marked : current === undefined ? [] : [current];
  const prompt = usePrompt({ label: 'filter', onChange: setFilter, onAccept: setFilter, onCancel: () => setFilter('') });

  const paid = draft.target === 'modal';

  const goOn = () => {
    if (checking) return;
    setDraft({ datasets: wanted.map(({ name }) => name) });
    toReview(paid);
  };

  /** Fetching and checking need the Python environment. */
  const offer = (info: DatasetInfo) => {
    if (paid) {
      if (isThere(info, there)) setNote(`${info.name} is on Modal already, verified.`);
      else setOffered(info);
      return;
    }
    services.setup.status('core').then(
      status => (status.ready ? setOffered(info) : navigation.push({ screen: 'setup', onward: 'back', runtime: 'core' })),
      () => setOffered(info),
    );
  };

  /** What needs no file is made by the run itself; what is published, the cloud fetches for itself. */
  const isMissing = (info: DatasetInfo): boolean =>
    paid ? !reachesModal(info) && !isThere(info, there) : info.state !== 'verified' && info.made !== true;

  // Of the marked ones each is offered, one after the other.
  const absent = marked.find(info => (paid ? !isThere(info, there) : info.state !== 'verified'));

  const [next] = useWhenReady(resource.state !== 'loading', () => {
    if (resource.state === 'failed') reload();
    else if (wanted.length === 0) setNote('No dataset has these words: / changes the filter.');
    else {
      const missing = wanted.find(isMissing);
      if (missing === undefined) goOn();
      else offer(missing);
    }
  });

  useCommands('dataset', {
    ...cursor.commands,
    filter: () => prompt.open(filter),
    'mark-dataset':
      current === undefined
        ? 'There is no dataset to mark.'
        : () => {
            marks.toggle(current.name);
            cursor.commands.down();
          },
    sync:
      current === undefined
        ? 'No dataset is selected.'
        : marked.length === 0
          ? () => offer(current)
          : absent === undefined
            ? `${marked.length === 1 ? 'The marked one is' : `All ${marked.length} that are marked are`} there already.`
            : () => offer(absent),
    inventory: current === undefined ? 'No dataset is selected.' : () => navigation.push({ screen: 'inventory', dataset: current.name }),
    next,
    back: () => (filter === '' ? navigation.back() : setFilter('')),
  });

  return (
    <Frame crumbs={[crumbOf(draft), 'dataset']} prompt={prompt.line} {...(paid ? { cost: dim('nothing billed yet') } : {})}>
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
                  ...listLines(
                    datasetRows(rows, columns - 2 - marks.columns, paid, there).map((row, n) => marks.boxed(row, names[n] ?? '')),
                    cursor.index,
                    Math.max(3, height - 3 - datasetRoom(rows, columns, paid, there)),
                  ),
                  '',
                  ...datasetLines(current, columns, paid, there),
                ];
        return (
          <Lines
            columns={columns}
            lines={[
              [
                bold('On which data?'),
                dim(filter === '' ? '' : `  with “${filter}”`),
                marked.length > 0 && span('accent', `  ${marked.length} marked: enter takes them`),
              ],
              '',
              ...body,
              ...(checking ? [onwardWait] : []),
            ]}
          />
        );
      }}
    </Frame>
  );
};
