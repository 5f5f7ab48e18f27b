/** The plots of a panel, drawn: for the page in two widths, and for a file. */
import { alone } from '../../../report/plots/alone.ts';
import { sizes } from '../../../report/plots/frame.ts';
import { page, paper } from '../../../report/plots/ink.ts';
import { svgOf } from '../../../report/plots/svg.ts';
import type { Plot } from './plots.ts';

export type Drawn = {
  readonly plot: Plot;
  /** Within the page, whose colours they take. */
  readonly wide: string;
  readonly narrow: string;
  /** Alone, on white. */
  readonly file: string;
};

/** By this the program knows a report, and a drawing, of its own again. */
export const generator = 'ann-tui, a benchmark';

/** `parts`: of which data, machine and run they are. */
export const draw = async (plots: readonly Plot[], parts: readonly string[]): Promise<readonly Drawn[]> =>
  await Promise.all(
    plots.map(async (plot): Promise<Drawn> => {
      const { title, told, shape } = plot;
      const [wide, narrow, file] = await Promise.all([
        svgOf(plot.spec({ ink: page, size: shape === 'whole' ? sizes.whole : sizes.half })),
        svgOf(plot.spec({ ink: page, size: sizes.narrow })),
        svgOf(plot.spec({ ink: paper, size: sizes.file })),
      ]);
      return { plot, wide, narrow, file: alone(file, { title, parts, told: `${generator}. ${title}. ${told}` }, paper) };
    }),
  );
