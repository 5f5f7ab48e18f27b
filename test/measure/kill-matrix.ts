/** kill -9 of each process of a run and of each pair, at random moments: does every run come to its end, with nothing lost? `--times N`, `--seed N`. */
import { cells, killOnce, prepareRun } from '../e2e/killed.ts';
import { Home } from '../e2e/program.ts';
import { report } from './report.ts';

const numberOf = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};

const times = numberOf('--times', 10);
const seed = numberOf('--seed', Date.now() % 1_000_000);

/** Uniform in [0, 1), the same for the same seed: a linear congruential generator of modulus 2^32. */
let drawn = seed >>> 0;
const random = (): number => {
  drawn = (Math.imul(drawn, 1664525) + 1013904223) >>> 0;
  return drawn / 2 ** 32;
};

/** Milliseconds: a run's job lives some seconds; a moment that comes too late is drawn again, from a shorter span. */
const longest = 4000;
const tries = 8;

type Cell = { readonly cell: string; hit: number; resumed: number; sound: number; readonly faults: string[] };

const home = new Home();
const rows: Cell[] = [];
try {
  await prepareRun(home);
  for (const victims of cells) {
    const row: Cell = { cell: victims.join(' + '), hit: 0, resumed: 0, sound: 0, faults: [] };
    rows.push(row);
    for (let round = 0; round < times; round += 1) {
      let span = longest;
      for (let at = 0; at < tries; at += 1, span /= 2) {
        const after = Math.round(random() * span);
        const { hit, resumes, faults } = await killOnce(home, victims, after).catch(error => ({
          hit: true,
          resumes: 0,
          faults: [String(error)],
        }));
        row.faults.push(...faults.map(fault => `after ${after} ms: ${fault}`));
        if (!hit) continue;
        row.hit += 1;
        row.resumed += resumes;
        if (faults.length === 0) row.sound += 1;
        break;
      }
    }
    if (!process.argv.includes('--json'))
      console.error(`  ${row.cell}: ${row.sound} of ${row.hit}${row.faults.map(fault => `\n    ${fault}`).join('')}`);
  }
} finally {
  await home.close();
}

const wanted = cells.length * times;
const sound = rows.reduce((sum, row) => sum + row.sound, 0);
report({
  name: 'kill-matrix',
  method: `kill -9 of each process of a run and of each pair, ${times} times each, seed ${seed}`,
  lines: rows.flatMap(({ cell, hit, resumed, sound: whole, faults }) => [
    `  ${cell.padEnd(22)} ${whole} of ${hit} whole, ${resumed} by resume`,
    ...faults.map(fault => `    ${fault}`),
  ]),
  figure: sound / wanted,
  bar: 'all come to their end, nothing lost',
  ok: sound === wanted && rows.every(({ faults }) => faults.length === 0),
  data: rows,
});
