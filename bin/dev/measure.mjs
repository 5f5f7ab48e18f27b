// `npm run measure` lists every figure the project claims; `npm run measure -- NAME` reproduces one.
import { prepare } from './prepare.mjs';

/** Each script prints its report and, under --json, one object; it ends with 1 when the figure falls short of its bar. */
const measurements = {
  'hnsw-vs-hnswlib': {
    what: 'our HNSW against hnswlib at equal recall, fashion-mnist-784-euclidean, one thread, interleaved',
    bar: '≥ 1.0× QPS at recall 0.95, 0.99 and 0.995',
  },
  'ann-peers': {
    what: 'our index against libraries of others at equal recall, one core, in turns (--dataset NAME, --quick, --peers NAME,…; ANNBENCH_ISA=avx2)',
    bar: '≥ 1.7× the best at 0.95, 0.99, 0.999 on fashion-mnist; ≥ 1.4× at 0.9, 0.95 on glove-6b; others ≥ 1.3×; AVX2 ≥ 1.2×; build, bytes',
  },
  'ann-limit': {
    what: 'exact search of whole numbers against the products of bytes and the bandwidth that one core has; the graph on codes against random reads, and two threads on it against one',
    bar: '≥ 0.7 of the peak, all queries together; ≥ 0.7 of the bandwidth, one by one; two threads ≥ 1.8 × the QPS of one',
  },
  'recall-truth': {
    what: 'strict recall of naive, hnsw and constant answers against the ids of the nearest with ties, on six kinds of data',
    bar: 'off by ≤ 1e-6; naive 1.0000, constant answers ≤ 0.05',
  },
  'compare-agreement': {
    what: 'one spec run six times, every other time beside a process that computes: do the runs agree within their confidence?',
    bar: '≥ 95 % of the ratios contain 1',
  },
  forecast: {
    what: 'the end of a run against what was forecast on the way, over recorded runs under various loads',
    bar: '70–90 % of moments inside p10–p90; the range narrows',
  },
  'modal-launch': {
    what: 'from the word to the call on Modal, against bare `modal run --detach` of the same app, on the stand-in',
    bar: '≤ 0.5 s added',
  },
  'meter-vs-bill': {
    what: 'our meter against the bill of the stand-in over twenty varied runs, ten of them trainings; twenty runs under budgets they would exceed',
    bar: 'within 1 % or a second of the rate; none billed more than its budget and one look, each with its finished work',
  },
  startup: {
    what: 'start to first frame in a pseudo-terminal, against bare Ink showing one line',
    bar: '≤ 1.5× bare Ink',
  },
  'many-runs': {
    what: '2,000 runs: the list and home until a run is seen, against one run, in turns; and their memory',
    bar: '≤ 0.5 s beyond start-up, ≤ 100 MB',
  },
  'kill-matrix': {
    what: 'kill -9 of terminal, supervisor, wrapper, job and runner of a run, alone and in pairs, at random moments (--times N, --seed N)',
    bar: 'each run comes to its end, if need be by resume; no point, event or log line is lost',
  },
  'volume-upload': {
    what: "our upload of a GB to a v2 volume against modal's own of the same tree, in turns; killed at half and begun again",
    bar: "≥ 0.9× of modal volume put's speed; no more than what was on the line is sent again",
  },
  's3-upload': {
    what: 'our upload of a GB to a local S3 against aws s3 cp --recursive of the same tree, in turns; killed at half and begun again',
    bar: "≥ 0.9× of aws s3 cp's speed; no more than what was on the line is sent again",
  },
  'eeg-prepare': {
    what: 'days of EEG prepared by one worker: a day in hours, a day in one file, four sampling rates, both filters',
    bar: '≥ 200 × real time per core, ≤ 512 MB of memory',
  },
  'eeg-loader': {
    what: '60-s windows of 19 channels at 256 Hz out of a store, one core, cache warm and cold; a batch of 32 × 30 s at 128 Hz',
    bar: '≥ 5,000 windows/s warm; a batch ≤ 15 ms',
  },
  'eeg-laptop': {
    what: '`train --config laptop` from nothing, judged on 60 synthetic patients: three trainings on each of two draws of patients (--one: a single run, for its time)',
    bar: 'AUROC ≥ 0.88, lower bound ≥ 0.83, each kind ≥ 0.78; dev < 0.80 at a quarter; baselines ≤ 0.80, beaten; ≤ 300 CPU s; --one: ≤ 4 minutes',
  },
};

const [name] = process.argv.slice(2);
if (name === undefined || name.startsWith('-')) {
  if (process.argv.includes('--json')) console.log(JSON.stringify(measurements));
  else
    for (const [key, { what, bar }] of Object.entries(measurements)) console.log(`${key.padEnd(18)} ${what}\n${''.padEnd(18)} bar: ${bar}`);
} else if (!(name in measurements)) {
  console.error(`There is no measurement "${name}". The names: ${Object.keys(measurements).join(', ')}`);
  process.exitCode = 2;
} else {
  prepare();
  const { runTypeScript } = await import('./run-ts.mjs');
  await runTypeScript(`test/measure/${name}.ts`);
}
