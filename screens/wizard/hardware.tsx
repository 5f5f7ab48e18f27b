import { Box } from 'ink';
import { ofKind } from '../../src/config/datasets.ts';
import type { HardwareRow } from '../../src/prices/container-price.ts';
import { money } from '../../src/text/format.ts';
import { knownPriceText } from '../../src/workloads/known-price-text.ts';
import { workloadOf } from '../../src/workloads/registry.ts';
import { useCommandCenter, useCommands } from '../app/commands.tsx';
import { demandsOf, useNow, useUi } from '../app/context.tsx';
import { bold, dim, leftRight, span, wrap } from '../app/text.ts';
import { useCursor } from '../app/use-cursor.ts';
import { useKept } from '../app/use-kept.ts';
import { usePrompt } from '../app/use-prompt.ts';
import { useResource } from '../app/use-resource.ts';
import { useWhenReady } from '../app/use-when-ready.ts';
import { failureLines } from '../components/failure.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { DataTable } from '../components/table/data-table.tsx';
import { waitLine } from '../components/wait.ts';
import { useContainers } from '../run/use-containers.ts';
import { screensOf } from '../workloads/registry.ts';
import type { PriceView } from '../workloads/workload-screens.ts';
import { gpuListOf } from './gpu-list.ts';
import {
  arrange,
  basisLine,
  cloudBasisLine,
  demandWords,
  machineRow,
  nextRegion,
  priceColumns,
  priceRow,
  type RowCost,
  recommend,
  sortsFor,
} from './price-rows.ts';
import { crumbOf, hardwareFor, kindOf, useDefaults } from './use-defaults.ts';
import { onwardWait, useOnward } from './use-onward.ts';
import { usePlan } from './use-plan.ts';
import { useRowEstimates } from './use-row-estimates.ts';

/** Rows of the middle from which the source of the prices is named, and columns from which there is a column of TFLOPS. */
const roomy = 20;
const wide = 90;
/** Rows that the list keeps before a workload's own words. */
const leastRows = 9;

/** "m measures 6 of them first, for ≈ $0.33" */
const measureWords = ({ measure }: PriceView): readonly string[] =>
  measure === undefined
    ? []
    : [`m measures ${measure.rows} of them first, a minute each, for ≈ ${money(measure.dollars)}: it asks before.`];

/** Third question: on Modal, which container and how many; on this machine it answers "what would it cost there?". */
export const Hardware = () => {
  const { services, draft, setDraft, navigation, preferences, runs } = useUi();
  const { setNote } = useCommandCenter();
  const { defaults, failure } = useDefaults();
  const demands = demandsOf(draft);
  const [prices, reload] = useResource(() => services.plans.prices(demands), JSON.stringify(demands));
  const [datasets] = useResource(() => services.datasets.list());
  const { checking, toDataset } = useOnward();
  const ready = defaults !== undefined;
  const paid = draft.target === 'modal';
  const { last: plan, resource: planned } = usePlan(defaults);
  const [sort, setSort] = useKept('sort', 0);
  const [filter, setFilter] = useKept('filter', '');
  const now = useNow(prices.state === 'loading');
  const table = prices.state === 'ready' ? prices.value : undefined;
  const offered = hardwareFor(table?.rows ?? [], paid ? 'modal' : 'local', kindOf(draft));
  const gpus = offered.some(({ gpu }) => gpu !== null);
  const sorts = sortsFor(gpus);
  const sorting = sorts[sort % sorts.length] ?? 'as listed';
  const { prices: viewOf } = screensOf({ kind: kindOf(draft) });
  const [viewed] = useResource(
    async () =>
      viewOf === undefined || plan === undefined || table === undefined || defaults === undefined
        ? undefined
        : await viewOf(services, plan.spec, table.rows, defaults.choices),
    JSON.stringify([plan?.key, table?.date]),
  );
  const view = viewed.state === 'ready' ? viewed.value : undefined;
  // Where it cannot be planned, the prices are what there is to say.
  const reckoning =
    viewOf !== undefined && view === undefined && [planned, viewed].every(({ state }) => state !== 'failed') && failure === undefined;
  const shown = offered.filter(({ id }) => view === undefined || view.rows.some(row => row.id === id));
  const rows = table === undefined ? [] : arrange({ ...table, rows: shown }, filter, sorting);
  const chosen = datasets.state === 'ready' ? datasets.value.filter(({ name }) => defaults?.draft.datasets.includes(name)) : [];
  const advice = recommend(offered, ofKind(chosen, 'vectors').toSorted((a, b) => b.bytes - a.bytes)[0]);
  // What was chosen, now or the last time; else the row that has the ★ beside it.
  const wasChosen = [draft.hardware, preferences?.hardware?.[kindOf(draft)]].some(
    id => id !== undefined && id === defaults?.draft.hardware,
  );
  const cursor = useCursor(
    rows.map(({ id }) => id),
    (wasChosen ? undefined : view?.recommended) ?? defaults?.draft.hardware,
  );
  const gpuList = usePrompt({
    label: 'GPUs, the first that is to be had',
    onAccept: text => {
      const found = gpuListOf(text, offered);
      if ('wrong' in found) setNote(found.wrong);
      else {
        setDraft({ hardware: found.id });
        toDataset(paid);
      }
    },
  });
  const prompt = usePrompt({ label: 'filter', onChange: setFilter, onAccept: setFilter, onCancel: () => setFilter('') });
  // What it takes here says nothing of a GPU that makes it faster.
  const seconds = workloadOf({ kind: kindOf(draft) }).usesGpu ? undefined : plan?.estimate.seconds.likely;
  const basis = plan?.estimate.basis;
  const parts = plan?.parts;
  const { containers, commands: containerCommands } = useContainers(parts);
  const estimates = useRowEstimates(defaults, offered);

  const { price } = workloadOf({ kind: kindOf(draft) });
  // Reads what earlier runs measured: once for a plan.
  const [priced] = useResource(
    async () =>
      price?.known === undefined || plan === undefined || table === undefined ? undefined : price.known(plan.spec, table.rows, runs ?? []),
    JSON.stringify([plan?.key, table?.date, demands, runs?.length]),
  );
  const known = priced.state === 'ready' && priced.value !== undefined && priced.value.rows.length > 0 ? priced.value : undefined;
  const pricedOn = (id: string) => known && (known.rows.find(({ hardware }) => hardware === id)?.dollars ?? null);

  const costOn = ({ id, dollarsPerHour }: HardwareRow): RowCost => {
    if (!paid) return seconds === undefined ? undefined : (seconds / 3600) * dollarsPerHour;
    return estimates === undefined ? 'reckoned' : estimates.get(id)?.dollars;
  };
  const marked = cursor.id === undefined ? undefined : estimates?.get(cursor.id);

  // The preselected row is known once the catalogues are read.
  const [next] = useWhenReady(prices.state === 'failed' || (prices.state === 'ready' && (ready || failure !== undefined)), () => {
    if (prices.state === 'failed') reload();
    else if (cursor.id === undefined) setNote('No row has these words: / changes the filter.');
    else {
      setDraft({ hardware: cursor.id });
      toDataset(paid);
    }
  });

  const measurable = view?.measure;
  const toMeasure = ({ kind, page }: NonNullable<PriceView['measure']>) =>
    navigation.push({ screen: 'page', kind, page, ...(defaults !== undefined && { answered: defaults.choices }) });

  useCommands('hardware', {
    ...cursor.commands,
    ...containerCommands,
    sort: () => setSort(n => n + 1),
    filter: () => prompt.open(filter),
    'gpu-list': gpus ? () => gpuList.open(rows[cursor.index]?.gpu ?? '') : 'It uses no GPU.',
    region: paid ? () => setDraft({ region: nextRegion(draft.region) }) : 'A region is asked for on Modal only: the run is here.',
    nonpreemptible: paid
      ? () => setDraft({ nonpreemptible: draft.nonpreemptible !== true })
      : 'Only containers on Modal are ever interrupted: the run is here.',
    measure:
      measurable === undefined
        ? reckoning
          ? 'The table is still being reckoned.'
          : 'Nothing here is measured before it is chosen.'
        : () => toMeasure(measurable),
    next,
    back: () => (filter === '' ? navigation.back() : setFilter('')),
  });

  return (
    <Frame
      crumbs={[crumbOf(draft), 'hardware']}
      cost={dim(
        paid
          ? `nothing billed yet${table === undefined ? '' : ` · prices of ${table.date}`}`
          : table === undefined
            ? '$0'
            : `$0 · prices of ${table.date}`,
      )}
      prompt={gpuList.line ?? prompt.line}
    >
      {({ columns, height }) => {
        if (prices.state === 'loading')
          return <Lines columns={columns} lines={[waitLine('Reading the prices', prices.since, now, 'under a second')]} />;
        if (reckoning) return <Lines columns={columns} lines={[waitLine('Reckoning what it would take', now, now, 'under a second')]} />;
        if (prices.state === 'failed')
          return <Lines columns={columns} lines={failureLines(prices.failure, 'enter tries again', columns)} />;
        const tflops = view === undefined && gpus && columns >= wide ? ' TFLOPS: dense fp16, the makers’ data sheets.' : '';
        const texts =
          view === undefined
            ? [
                ...(known === undefined || price === undefined ? [] : [knownPriceText(price.head, known, cursor.id, now)].filter(Boolean)),
                paid ? cloudBasisLine(marked?.seconds, basis, containers, parts ?? 1, height < roomy, gpus) : basisLine(seconds, basis),
              ]
            : [...measureWords(view), ...view.words];
        // The top line has their date; where there are few rows the list has them.
        const source = height < roomy ? [] : [`Prices of ${table?.date ?? '–'}, ${table?.source ?? ''}.${tflops}`];
        const recommended = offered.find(({ id }) => id === advice?.id);
        const starred = recommended === undefined || advice === undefined ? [] : wrap(`★ ${recommended.label}: ${advice.why}.`, columns);
        const cellsOf = (id: string | undefined) => view?.rows.find(row => row.id === id)?.cells;
        const current = rows[cursor.index];
        const note = current?.note === undefined ? [] : wrap(`${current.gpu ?? current.label} ${current.note}.`, columns);
        const asked = demandWords(demands);
        const paragraphs = [...texts, ...source].map(text => wrap(text, columns));
        // Of a workload's own words the last go first, where the list would be short for them.
        const roomOfWords = height - 4 - note.length - Math.min(leastRows, rows.length + 1);
        while (view !== undefined && paragraphs.length > 2 && paragraphs.flat().length > roomOfWords) paragraphs.pop();
        const words = paragraphs.flat();
        return (
          <Box flexDirection="column">
            <Lines
              columns={columns}
              lines={[
                leftRight(
                  paid
                    ? [
                        bold('On which container?'),
                        dim(columns < 70 ? '' : `  ${containers > 1 ? `${containers} of them` : 'One of them'}, and a small coordinator.`),
                      ]
                    : [bold('What would it cost there?'), dim(columns < 70 ? '' : '  The run is here, and free.')],
                  dim(`${asked === '' ? '' : `${asked}, `}${sorting}${filter === '' ? '' : `, with “${filter}”`}`),
                  columns,
                ),
                '',
              ]}
            />
            <DataTable
              columns={view?.columns ?? priceColumns(gpus, known && price && `${price.head} ${known.condition}`)}
              rows={[
                cellsOf(undefined) ?? machineRow(services.host.machine(), { paid, gpus, priced: known !== undefined }),
                ...rows.map(
                  row =>
                    cellsOf(row.id) ??
                    priceRow(row, { cost: costOn(row), gpus, recommended: row.id === advice?.id, priced: pricedOn(row.id) }),
                ),
              ]}
              cursor={rows.length === 0 ? -1 : cursor.index + 1}
              room={columns}
              height={height - 3 - (rows.length === 0 ? 2 : 0) - starred.length - note.length - words.length}
            />
            {rows.length === 0 && (
              <Lines columns={columns} lines={['', span('warn', `! None has “${filter}”: esc takes the filter away.`)]} />
            )}
            <Lines columns={columns} lines={['', ...starred, ...note, ...words.map(dim), ...(checking ? [onwardWait] : [])]} />
          </Box>
        );
      }}
    </Frame>
  );
};
