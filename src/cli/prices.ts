import { exitCodes } from '../errors.ts';
import * as format from '../money/format.ts';
import { containerLabel, containerPrice } from '../money/prices.ts';
import { priceHardware } from '../plan.ts';
import type { Context, Invocation, Run } from './command.ts';
import { positiveNumber } from './parse.ts';
import { table } from './table.ts';

/** The price of one container that a person describes. */
const printOne = async (invocation: Invocation, { out }: Context): Promise<number> => {
  const [{ loadPrices }, { loadHardware }] = await Promise.all([import('../config/prices.ts'), import('../config/hardware.ts')]);
  const [{ value: rates, shownAs }, { value: shapes }] = await Promise.all([loadPrices(), loadHardware()]);
  const gpu = invocation.text('gpu') ?? null;
  const usual = shapes.find(shape => shape.gpu === gpu);
  const region = invocation.text('region');
  const container = {
    gpu,
    cores: positiveNumber(invocation, 'cpu') ?? usual?.cores ?? 1,
    memoryGiB: positiveNumber(invocation, 'memory') ?? usual?.memoryGiB ?? 1,
    ...(region === undefined ? {} : { region }),
    nonpreemptible: invocation.flag('nonpreemptible'),
  };
  // Checks the limits and the GPU's name.
  priceHardware(`${container.cores}x${container.memoryGiB}${gpu === null ? '' : `+${gpu}`}`, [], rates);
  const price = containerPrice(rates, container);
  const extra = [...(region === undefined ? [] : [`in ${region}`]), ...(container.nonpreemptible ? ['not preemptible'] : [])];
  out.line(`${[containerLabel(container), ...extra].join(' · ')}: ${format.rate(price.total)}`);
  out.line(`  GPU ${format.rate(price.gpu)} + cores ${format.rate(price.cores)} + memory ${format.rate(price.memory)}`);
  out.line(`  prices of ${rates.date}, ${shownAs}; before credits`);
  out.record({ type: 'price', ...container, dollars_per_hour: price, prices_date: rates.date });
  return exitCodes.done;
};

export const run: Run = async (invocation, context) => {
  if (['cpu', 'memory', 'gpu', 'region', 'nonpreemptible'].some(option => invocation.flag(option)))
    return await printOne(invocation, context);
  const { out } = context;
  const { createServices } = await import('../create-services.ts');
  const { rows, date, source } = await createServices().prices();
  const columns = [
    { head: 'id' },
    { head: 'whole container' },
    { head: 'VRAM', right: true },
    { head: '$/h', right: true },
    { head: 'good for' },
  ];
  const cells = rows.map(({ id, label, vramGiB, dollarsPerHour, use }) => [
    id,
    label,
    vramGiB === null ? '–' : `${vramGiB} GiB`,
    dollarsPerHour.toFixed(2),
    use,
  ]);
  for (const line of table(columns, cells)) out.line(line);
  out.line();
  out.line(`Prices of ${date} from ${source}, before credits. Runs on this machine cost nothing.`);
  for (const row of rows) {
    const { id, label, gpu, vramGiB, cores, memoryGiB, dollarsPerHour, use } = row;
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
      prices_date: date,
    });
  }
  return exitCodes.done;
};
