import { Box } from 'ink';
import { toFailure } from '../../src/errors/errors.ts';
import type { CheckResult } from '../../src/setup/check-result.ts';
import { type Handler, useCommandCenter, useCommands } from '../app/commands.tsx';
import { useNow, useUi } from '../app/context.tsx';
import { bold, dim, type LineLike, span, wrap } from '../app/text.ts';
import { useCursor } from '../app/use-cursor.ts';
import { useResource } from '../app/use-resource.ts';
import { failureLines } from '../components/failure.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import type { TableCell, TableColumn } from '../components/table/columns.ts';
import { DataTable } from '../components/table/data-table.tsx';
import { waitLine } from '../components/wait.ts';

const verdicts = {
  ok: { mark: '✓', words: 'ok', role: 'ok' },
  warn: { mark: '!', words: 'could be better', role: 'warn' },
  fail: { mark: '✗', words: 'missing', role: 'danger' },
} as const;

/** Columns from which a verdict has words beside its mark: before that they are what is found. */
const wide = 100;

const tableOf = (columns: number): readonly TableColumn[] => [
  { title: 'check', drop: 0 },
  { title: columns < wide ? '  ' : 'verdict', drop: 0 },
  { title: 'found', drop: 1, shrink: 12 },
];

const toRow = ({ name, verdict, found }: CheckResult, columns: number): readonly TableCell[] => {
  const { mark, words, role } = verdicts[verdict];
  return [name, { text: columns < wide ? mark : `${mark} ${words}`, role }, found];
};

const summary = (checks: readonly CheckResult[]): LineLike => {
  const failing = checks.filter(({ verdict }) => verdict === 'fail').length;
  if (failing === 0) return [span('ok', '✓ '), bold('Nothing is missing')];
  return [span('danger', '✗ '), bold(failing === 1 ? 'One thing is missing' : `${failing} things are missing`)];
};

/** Every prerequisite, and what mends it. */
export const Doctor = () => {
  const { services, navigation } = useUi();
  const { setNote } = useCommandCenter();
  const [resource, reload] = useResource(() => services.setup.doctor());
  const now = useNow(resource.state === 'loading');
  const checks = resource.state === 'ready' ? resource.value : [];
  const worst = checks.find(({ verdict }) => verdict === 'fail') ?? checks.find(({ verdict }) => verdict === 'warn');
  const cursor = useCursor(
    checks.map(({ name }) => name),
    worst?.name,
  );
  const current = checks[cursor.index];

  const checking = resource.state === 'loading';
  const mend = (): Handler => {
    if (checking) return 'Still checking.';
    if (resource.state === 'failed') return { label: 'try again', run: reload };
    if (current?.fix === undefined) return 'Nothing to mend here.';
    const { fix } = current;
    if (current.name.startsWith('Modal ') && /^ann-tui (setup|auth)$/.test(fix)) return () => navigation.push({ screen: 'sign-in' });
    if (fix === 'ann-tui setup') return () => navigation.push({ screen: 'setup', onward: 'back', runtime: 'core' });
    if (fix === 'ann-tui setup --training') return () => navigation.push({ screen: 'setup', onward: 'back', runtime: 'training' });
    return () => {
      services.setup.mend(current).then(
        said => {
          setNote(said ?? `Type in a shell: ${fix}`, said === undefined ? 'warning' : 'done');
          if (said !== undefined) reload();
        },
        error => setNote(toFailure(error).what),
      );
    };
  };

  useCommands('doctor', {
    ...cursor.commands,
    'check-again': checking
      ? 'Still checking.'
      : () => {
          reload();
          setNote('Checking again.', 'wait');
        },
    'selftest-local': () => navigation.push({ screen: 'selftest', target: 'local' }),
    'selftest-modal': () => navigation.push({ screen: 'selftest', target: 'modal' }),
    mend: mend(),
  });

  return (
    <Frame crumbs={['doctor']}>
      {({ columns, height }) => {
        if (resource.state === 'loading')
          return <Lines columns={columns} lines={[waitLine('Checking this machine', resource.since, now, '1 to 3 seconds')]} />;
        if (resource.state === 'failed')
          return <Lines columns={columns} lines={failureLines(resource.failure, 'enter tries again', columns)} />;
        const about = current === undefined ? [] : wrap(current.found, columns).slice(0, 2);
        const mending = wrap(current?.fix ?? '', columns - 'mend  '.length);
        const fix = current?.fix === undefined ? [] : mending.map((words, at) => [dim(at === 0 ? 'mend  ' : '      '), words]);
        return (
          <Box flexDirection="column">
            <Lines columns={columns} lines={[summary(checks), '']} />
            <DataTable
              columns={tableOf(columns)}
              rows={checks.map(check => toRow(check, columns))}
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
