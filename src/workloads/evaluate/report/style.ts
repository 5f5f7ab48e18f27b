/** How a report of an evaluation looks: curves and traces, beside what every report has. */
import { baseStyle } from '../../../report/style.ts';

export const style = `${baseStyle}:root { --truth: #1a7f37; --missed: #c62828; --alarm: #9a6700; --trace: #24303c; }
@media (prefers-color-scheme: dark) { :root { --truth: #56c271; --missed: #ff7b72; --alarm: #e3b341; --trace: #c3ccd5; } }
figure { content-visibility: auto; contain-intrinsic-size: auto 34rem; }
figcaption strong.miss { color: var(--missed); } figcaption strong.alarm { color: var(--alarm); }
figure path { fill: none; stroke: var(--trace); stroke-width: .8; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
figure path.score { stroke: var(--text); stroke-width: 1.2; }
figure line { stroke: var(--line); } figure line.threshold { stroke: var(--quiet); stroke-dasharray: 4 3; }
figure rect.truth { fill: var(--truth); } figure rect.prediction { fill: var(--alarm); }
figure rect.ground-truth { fill: var(--truth); opacity: .1; } figure rect.ground-prediction { fill: var(--alarm); opacity: .12; }
figure text { fill: var(--quiet); font-size: 11px; font-family: inherit; }
figure.curve { margin: 0; content-visibility: visible; } .curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1rem; }
path.curve { fill: none; stroke-width: 1.6; } figure path.raw { stroke-width: .8; opacity: .35; } figure text.at { text-anchor: end; } figure text.under { text-anchor: middle; }
.seed-0 { stroke: var(--link); } .seed-1 { stroke: var(--alarm); stroke-dasharray: 7 3; } .seed-2 { stroke: var(--ok); stroke-dasharray: 2 3; }
.seed-3 { stroke: var(--missed); stroke-dasharray: 10 3 2 3; } .seed-4 { stroke: var(--trace); stroke-dasharray: 4 4; } figure circle { fill: none; stroke-width: 1.6; }
svg.key { display: inline-block; width: 2rem; height: .7rem; vertical-align: middle; }
figure .controls { display: flex; gap: .35rem; flex-wrap: wrap; margin-bottom: .4rem; }
button { font: inherit; font-size: .85rem; color: var(--text); background: var(--ground); border: 1px solid var(--line); border-radius: .35rem;
  padding: .1rem .6rem; min-height: 1.9rem; cursor: pointer; }
button:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
@media print { :root { --trace: #000; --truth: #1a7f37; --missed: #c62828; --alarm: #9a6700; --ok: #1a7f37; }
  figure .controls { display: none; } figure { content-visibility: visible; } }
`;
