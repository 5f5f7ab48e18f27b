/** The terminal's size, followed while it changes. */
import { useStdout } from 'ink';
import { useEffect, useState } from 'react';

export type Size = { readonly columns: number; readonly rows: number };

/** Some ptys report nothing, or 0×0, until they are shown. */
const fallback: Size = { columns: 80, rows: 24 };

export const readSize = (stream: { readonly columns?: number; readonly rows?: number }): Size => ({
  columns: stream.columns || fallback.columns,
  rows: stream.rows || fallback.rows,
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
