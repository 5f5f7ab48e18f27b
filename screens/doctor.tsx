import { Box } from 'ink';
import { toFailure } from '../src/errors.ts';
import type { CheckResult } from '../src/services.ts';
import { useCommandCenter, useCommands } from './commands.tsx';
import { failureLines } from './components/failure.ts';
import { Frame } from './components/frame.tsx';
import { Lines } from './components/lines.tsx';
import type { TableCell, TableColumn } from './components/table/columns.ts';
import { DataTable } from './components/table/data-table.tsx';
import { waitLine } from './components/wait.ts';
import { useNow, useUi } from './context.tsx';
import { bold, dim, type LineLike, span, wrap } from './text.ts';
import { useCursor } from './use-cursor.ts';
import { useResource } from './use-resource.ts';

const columnsOfTable: readonly TableColumn[] = [
  { title: 'check', drop: 0 },
  { title: 'verdict', drop: 0 },
  { title: 'found', drop: 1, shrink: 12 },
];

const verdicts = {
  ok: { text: '✓ ok', role: 'ok' },
  warn: { text: '! could be better', role: 'warn' },
  fail: { text: '✗ missing', role: 'danger' },
} as const;

const toRow = ({ name, verdict, found }: CheckResult): readonly TableCell[] => [name, verdicts[verdict], found];

const summary = (checks: readonly CheckResult[]): LineLike => {
  const failing = checks.filter(({ verdict }) => verdict === 'fail').length;
  if (failing === 0) return [span('ok', '✓ '), bold('Nothing is missing')];
  return [span('danger', '✗ '), bold(failing === 1 ? 'One thing is missing' : `${failing} things are missing`)];
};

/** Every prerequisite, and what mends it. */
export const Doctor = () => {
  const { services, navigation } = useUi();
  const { setNote } = useCommandCenter();
  const [resource, reload] = useResource(() => services.doctor());
  const now = useNow(resource.state === 'loading');
  const checks = resource.state === 'ready' ? resource.value : [];
  const worst = checks.find(({ verdict }) => verdict === 'fail') ?? checks.find(({ verdict }) => verdict === 'warn');
  const cursor = useCursor(
    checks.map(({ name }) => name),
    worst?.name,
  );
  const current = checks[cursor.index];

  useCommands('doctor', {
    ...cursor.commands,
    'check-again': () => {
      reload();
      setNote('Checking again.');
    },
    'selftest-local': () => navigation.push({ screen: 'selftest', target: 'local' }),
    'selftest-modal': () => navigation.push({ screen: 'selftest', target: 'modal' }),
    mend: () => {
      if (resource.state === 'failed') reload();
      else if (current?.fix === undefined) setNote(current === undefined ? 'Still checking.' : 'Nothing to mend here.');
      else if (current.name.startsWith('Modal ') && /^ann-tui (setup|auth)$/.test(current.fix)) navigation.push({ screen: 'sign-in' });
      else if (current.fix === 'ann-tui setup') navigation.push({ screen: 'setup', onward: 'back' });
      else {
        const { fix } = current;
        services.mend(current).then(
          said => {
            setNote(said ?? `Type in a shell: ${fix}`);
            if (said !== undefined) reload();
          },
          error => setNote(toFailure(error).what),
        );
      }
    },
  });

  return (
    <Frame crumbs={['doctor']}>
      {({ columns, height }) => {
        if (resource.state === 'loading')
          return <Lines columns={columns} lines={[waitLine('Checking this machine', resource.since, now, '1 to 3 seconds')]} />;
        if (resource.state === 'failed')
          return <Lines columns={columns} lines={failureLines(resource.failure, 'enter tries again', columns)} />;
        const about = current === undefined ? [] : wrap(current.found, columns).slice(0, 2);
        const mend = wrap(current?.fix ?? '', columns - 'mend  '.length);
        const fix = current?.fix === undefined ? [] : mend.map((words, at) => [dim(at === 0 ? 'mend  ' : '      '), words]);
        return (
          <Box flexDirection="column">
            <Lines columns={columns} lines={[summary(checks), '']} />
            <DataTable
              columns={columnsOfTable}
              rows={checks.map(toRow)}
              cursor={cursor.index}
              room={columns}
              height={height - 3 - about.length - fix.length}
            />
            <Lines columns={columns} lines={['', ...about.map(dim), ...fix]} />
          </Box>
        );
      }}
    </Frame>
  );
};
