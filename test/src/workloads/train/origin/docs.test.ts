/** docs/coming-from-brain-go-brr.md; `npx vitest run test/src/workloads/train/origin/docs.test.ts --update` writes what is made of it anew. */
import { expect, test } from 'vitest';
import { loadHardware, usualShape } from '../../../../../src/config/hardware.ts';
import { loadPrices } from '../../../../../src/config/prices.ts';
import { containerLabel, containerPrice } from '../../../../../src/prices/container-price.ts';
import { originTable } from '../../../../../src/workloads/train/origin/doc.ts';
import { docPath, readDoc, withGenerated } from '../../../../support/generated.ts';

/** GPUs of the origin's own table, with the dollars an hour that it says. */
const told: Readonly<Record<string, string>> = { T4: '$0.59', L40S: '$3.99', 'A100-40GB': '$3.99', 'A100-80GB': '$5.59', H100: '$8.99' };

const dollars = (value: number): string => `$${value.toFixed(2)}`;

const priceTable = async (): Promise<string> => {
  const [{ value: rates }, { value: shapes }] = await Promise.all([loadPrices(), loadHardware()]);
  const rows = Object.entries(told).map(([gpu, said]) => {
    const shape = usualShape(shapes, gpu);
    if (shape === undefined) throw new Error(`no container has a ${gpu}`);
    const price = containerPrice(rates, shape);
    return `| ${gpu} | ${said} | ${dollars(price.gpu)} | ${dollars(price.total)} (${containerLabel({ ...shape, gpu: null })}) |`;
  });
  return ['| GPU | told there | the GPU alone | whole |', '|---|---|---|---|', ...rows, '', `As of ${rates.date}, before credits.`].join(
    '\n',
  );
};

test('docs/coming-from-brain-go-brr.md says what the fields and the prices say', async () => {
  const page = withGenerated(readDoc('coming-from-brain-go-brr.md'), { fields: originTable(), prices: await priceTable() });
  await expect(page).toMatchFileSnapshot(docPath('coming-from-brain-go-brr.md'));
});
