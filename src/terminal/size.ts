/** The room for a frame, followed while the terminal changes its size. */
import { useStdout } from 'ink';
import { useEffect, useState } from 'react';

export type Size = { readonly columns: number; readonly rows: number };

type Sized = {
  readonly columns?: number;
  readonly rows?: number;
  /** What `painter.ts` says a frame may take. */
  readonly frameRows?: number;
};

/** Some ptys report nothing, or 0×0, until they are shown. */
const fallback: Size = { columns: 80, rows: 24 };

/** On a stream that Ink paints by itself one row stays free: at full height Ink 6 wipes the scrollback on every frame. */
export const readSize = (stream: Sized): Size => ({
  columns: stream.columns || fallback.columns,
  rows: stream.frameRows ?? (stream.rows || fallback.rows) - 1,
});

export const useSize = (): Size => {
  const { stdout } = useStdout();
  const [size, setSize] = useState(() => readSize(stdout));
  useEffect(() => {
    const update = () => setSize(readSize(stdout));
    // It may have changed between the first frame and this subscription.
    update();
    stdout.on('resize', update);
    return () => {
      stdout.off('resize', update);
    };
  }, [stdout]);
  return size;
};
