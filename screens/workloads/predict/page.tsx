import { bold, wrap } from '../../app/text.ts';
import { Frame } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';

const says = 'It is said on the command line: ann-tui predict EDF… --checkpoint RUN --target modal';

/** Where a prediction that is run again is asked for other recordings. */
export const PredictPage = () => (
  <Frame crumbs={['prediction', 'what']}>
    {({ columns }) => <Lines columns={columns} lines={[bold('Which recordings, and which checkpoint?'), '', ...wrap(says, columns)]} />}
  </Frame>
);
