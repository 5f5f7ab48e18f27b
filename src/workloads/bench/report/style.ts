/** How a report of a benchmark looks. */
import { plotStyle } from '../../../report/plots/ink.ts';
import { baseStyle } from '../../../report/style.ts';

export const style = `${baseStyle}${plotStyle}
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1rem; align-items: start; }
.plots figure { margin: 0; }
.plots .whole { grid-column: 1 / -1; } .stack { display: grid; gap: 1rem; }
figcaption span { flex-basis: 100%; font-size: .9rem; }
.points td, .points th { white-space: nowrap; }
`;
