import { exitCodes, usageError } from '../../errors/errors.ts';
import { type Container, containerLabel, containerPrice, type HardwareRow } from '../../prices/container-price.ts';
import { checkedGpu, gpuNotes } from '../../prices/gpus.ts';
import { checkRegion } from '../../prices/regions.ts';
import * as format from '../../text/format.ts';
import { priceHardware } from '../../workloads/shared-plan.ts';
import type { Context, Invocation, Run } from '../command.ts';
import { positiveNumber } from '../parse.ts';
import { table } from '../text/table.ts';

/** Signed in, the rates of one's own workspace are asked for once a day; whoever is not waits for nothing. */
const renewRates = async ({ io }: Context): Promise<void> => {
  const [{ mayHaveToken }, { hasFreshRates }] = await Promise.all([
    import('../../accounts/account.ts'),
    import('../../accounts/live-rates.ts'),
  ]);
  if (hasFreshRates() || !mayHaveToken(io.env)) return;
  const { modalStatus } = await import('../../accounts/modal-status.ts');
  await modalStatus({}, 5);
};

/** The price of one container that a person describes. */
const printOne = async (invocation: Invocation, { out }: Context): Promise<number> => {
  const [{ currentPrices }, { loadHardware, usualShape }] = await Promise.all([
    import('../../accounts/live-rates.ts'),
    import('../../config/hardware.ts'),
  ]);
  const [{ value: rates, shownAs }, { value: shapes }] = await Promise.all([currentPrices(), loadHardware()]);
  const asked = invocation.text('gpu');
  const gpu = asked === undefined ? null : checkedGpu(asked, rates.gpu);
  const usual = gpu === null ? undefined : usualShape(shapes, gpu);
  const region = invocation.text('region');
  if (region !== undefined) checkRegion(region, 'ann-tui prices --help');
  const container: Container = {
    gpu,
    cores: positiveNumber(invocation, 'cpu') ?? usual?.cores ?? 1,
    memoryGiB: positiveNumber(invocation, 'memory') ?? usual?.memoryGiB ?? 1,
    ...(region === undefined ? {} : { region }),
    nonpreemptible: invocation.flag('nonpreemptible'),
  };
  if (container.nonpreemptible && gpu !== null)
    throw usageError('--nonpreemptible cannot be with a GPU', 'Modal has it for CPU containers only', `ann-tui prices --gpu ${asked}`);
  // Checks the limits.
  priceHardware(`${container.cores}x${container.memoryGiB}${gpu === null ? '' : `+${gpu}`}`, [], rates);
  const price = containerPrice(rates, container);
  const extra = [...(region === undefined ? [] : [`in ${region}`]), ...(container.nonpreemptible ? ['not preemptible'] : [])];
  const notes = gpu === null ? [] : gpuNotes(gpu, rates.gpu);
  out.line(`${[containerLabel(container), ...extra].join(' · ')}: ${format.rate(price.total)}`);
  out.line(`  GPU ${format.rate(price.gpu)} + cores ${format.rate(price.cores)} + memory ${format.rate(price.memory)}`);
  for (const note of notes) out.line(`  ${note}`);
  out.line(`  prices of ${rates.date}, ${shownAs}; before credits`);
  out.record({ type: 'price', ...container, dollars_per_hour: price, notes, prices_date: rates.date, prices_source: shownAs });
  return exitCodes.done;
};

const sorts: Readonly<Record<string, (a: HardwareRow, b: HardwareRow) => number>> = {
  price: (a, b) => a.dollarsPerHour - b.dollarsPerHour,
  cores: (a, b) => b.cores - a.cores,
  vram: (a, b) => (b.vramGiB ?? 0) - (a.vramGiB ?? 0),
  tflops: (a, b) => (b.tflops ?? 0) - (a.tflops ?? 0),
};

const arranged = (rows: readonly HardwareRow[], invocation: Invocation): readonly HardwareRow[] => {
  const sort = invocation.text('sort');
  const compare = sort === undefined ? () => 0 : sorts[sort];
  if (compare === undefined)
    throw usageError(`--sort ${sort} cannot be`, `it is one of ${Object.keys(sorts).join(', ')}`, 'ann-tui prices --sort price');
  const words = (invocation.text('filter') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ id, label, use }: HardwareRow) => words.every(word => `${id} ${label} ${use}`.toLowerCase().includes(word));
  return rows.filter(fits).toSorted(compare);
};

export const run: Run = async (invocation, context) => {
  await renewRates(context);
  if (['cpu', 'memory', 'gpu', 'region', 'nonpreemptible'].some(option => invocation.flag(option)))
    return await printOne(invocation, context);
  const { out } = context;
  const { createServices } = await import('../../services/create-services.ts');
  const { rows: all, date, source } = await createServices().plans.prices();
  const rows = arranged(all, invocation);
  const columns = [
    { head: 'id' },
    { head: 'whole container' },
    { head: 'VRAM', right: true },
    { head: 'TFLOPS', right: true },
    { head: '$/h', right: true },
    { head: 'good for' },
  ];
  const cells = rows.map(({ id, label, vramGiB, tflops, dollarsPerHour, use }) => [
    id,
    label,
    vramGiB === null ? '–' : `${vramGiB} GiB`,
    tflops ? String(tflops) : '–',
    dollarsPerHour.toFixed(2),
    use,
  ]);
  for (const line of table(columns, cells)) out.line(line);
  out.line();
  for (const { gpu, note } of rows) if (gpu !== null && note !== undefined) out.line(`${gpu} ${note}.`);
  out.line("TFLOPS: dense fp16 by the makers' data sheets; a job that waits for its data is no faster on more.");
  out.line(`Prices of ${date} from ${source}, before credits. Runs on this machine cost nothing.`);
  out.line('A region costs 1.5 to 1.75 times as much; a CPU container that may not be preempted three times: ann-tui prices --help');
  for (const row of rows) {
    const { id, label, gpu, vramGiB, cores, memoryGiB, dollarsPerHour, use, tflops, note } = row;
    out.record({
      type: 'hardware',
      id,
      label,
      gpu,
      vram_gib: vramGiB,
      cores,
      memory_gib: memoryGiB,
      dollars_per_hour: dollarsPerHour,
      use,
      tflops: tflops ?? null,
      note: note ?? null,
      prices_date: date,
      prices_source: source,
    });
  }
  return exitCodes.done;
};
