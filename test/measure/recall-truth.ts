/** Strict recall against recall by ids with ties, on six kinds of data, for naive, hnsw and an index of constant answers. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/util/paths.ts';
import { harness } from './harness.ts';
import { report } from './report.ts';

const python = await harness();

type Point = { kind: string; impl: string; strict: number; tolerant: number; by_ids: number };

const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-recall-'));
try {
  const script = path.join(packageRoot, 'test/measure/recall_truth.py');
  const { stdout } = await execa(python, [script, '--folder', folder], { stderr: 'inherit' });
  const { points } = JSON.parse(stdout) as { points: readonly Point[] };
  const off = (some: readonly Point[]) => Math.max(...some.map(({ strict, by_ids }) => Math.abs(strict - by_ids)));
  const range = (values: readonly number[]) => {
    const [low, high] = [Math.min(...values), Math.max(...values)].map(value => value.toFixed(4));
    return low === high ? `${low}` : `${low}–${high}`;
  };
  const kinds = [...new Set(points.map(({ kind }) => kind))];
  const impls = [...new Set(points.map(({ impl }) => impl))];
  const lines = kinds.flatMap(kind =>
    impls.map(impl => {
      const own = points.filter(point => point.kind === kind && point.impl === impl);
      return `  ${kind.padEnd(11)} ${impl.padEnd(9)} ${own.length} points  strict ${range(own.map(({ strict }) => strict))}  tolerant ${range(own.map(({ tolerant }) => tolerant))}  off by ${off(own).toExponential(1)}`;
    }),
  );
  const worst = off(points);
  const exact = points.filter(({ impl }) => impl === 'naive').every(({ strict }) => strict === 1);
  const constant = points.filter(({ impl, strict }) => impl === 'constant' && strict > 0.05);
  report({
    name: 'recall-truth',
    method: `strict recall@10 of ${points.length} points against ids of the nearest with ties, in long double by code of its own, six kinds of data`,
    lines,
    figure: worst,
    bar: 'off by ≤ 1e-6 everywhere; naive 1.0000, constant answers ≤ 0.05',
    ok: worst <= 1e-6 && exact && constant.length === 0 && kinds.length === 6 && impls.length === 3,
    data: points,
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
