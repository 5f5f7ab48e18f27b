import { useUi } from '../app/context.tsx';
import { Lines } from './lines.tsx';

export const smallest = { columns: 50, rows: 12 } as const;

/** Nothing is lost: it draws again as soon as there is room. */
export const TooSmall = () => {
  const { size } = useUi();
  return (
    <Lines
      columns={Math.max(1, size.columns - 1)}
      lines={[
        'Terminal too small',
        `${size.columns}×${size.rows}, needs ${smallest.columns}×${smallest.rows}`,
        'Runs go on. q leaves.',
      ].slice(0, Math.max(1, size.rows))}
    />
  );
};
