import { useEffect, useState } from 'react';
import { toFailure } from '../../../src/errors/errors.ts';
import type { Failure } from '../../../src/errors/failure.ts';
import { costRange } from '../../../src/metering/cloud-cost.ts';
import { duration, money, rate as perHour } from '../../../src/text/format.ts';
import { parseMoney } from '../../../src/text/parse-amount.ts';
import { useCommandCenter, useCommands } from '../../app/commands.tsx';
import { useNow, useUi } from '../../app/context.tsx';
import { bold, cells, dim, type LineLike, wrap } from '../../app/text.ts';
import { useCursor } from '../../app/use-cursor.ts';
import { usePrompt } from '../../app/use-prompt.ts';
import { useResource } from '../../app/use-resource.ts';
import { useWhenReady } from '../../app/use-when-ready.ts';
import { failureLines } from '../../components/failure.ts';
import { Frame } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { listLines } from '../../components/list.ts';
import { Question } from '../../components/question.tsx';
import { spendText } from '../../components/spend-text.ts';
import { waitLine } from '../../components/wait.ts';
import { accountOf } from '../../modal/use-modal.ts';
import type { PageProps } from '../workload-screens.ts';
import { measureChoices } from './answers.ts';
import { type MeasurePlan, planMeasuring } from './offer.ts';

/** Which GPUs shall be measured, and for how much. Whatever was answered for the training stays as it is. */
export const MeasurePage = ({ answered }: PageProps) => {
  const { services, navigation, modal, draft } = useUi();
  const { setNote } = useCommandCenter();
  const [marked, setMarked] = useState<readonly string[]>();
  const [budget, setBudget] = useState<number>();
  const [asked, setAsked] = useState<MeasurePlan>();
  const [launching, setLaunching] = useState<number>();
  const [failure, setFailure] = useState<Failure>();
  const [prices] = useResource(() => services.plans.prices());
  // A measurement that is run again was answered in the draft.
  const { answers, budget: ofDraft, region } = draft;
  const before = answered ?? {
    kind: 'measure',
    datasets: [],
    hardware: '',
    target: 'modal',
    ...answers,
    ...(region !== undefined && { region }),
  };
  const most = budget ?? (answered === undefined ? (ofDraft ?? undefined) : undefined);
  const choices = measureChoices(before, { ...(marked !== undefined && { gpus: marked }), ...(most !== undefined && { budget: most }) });
  const key = JSON.stringify(choices);
  const [planned, again] = useResource(async () => {
    const plan = await planMeasuring(services, choices);
    return { key, ...plan, obstacle: await services.plans.check(plan.spec) };
  }, key);
  const plan = planned.state === 'ready' && planned.value?.key === key ? planned.value : undefined;
  const spec = plan?.spec;
  const rows = (prices.state === 'ready' ? prices.value.rows : [])
    .filter(({ gpu }) => gpu !== null)
    .toSorted((a, b) => a.dollarsPerHour - b.dollarsPerHour);
  const taken = marked ?? spec?.machines.map(({ gpu }) => gpu.split(':')[0] ?? gpu) ?? [];
  const cursor = useCursor(
    rows.map(({ id }) => id),
    undefined,
  );
  const { status, ask } = modal;
  useEffect(() => {
    if (status === undefined) ask();
  }, [status, ask]);
  const wrong =
    failure ??
    (planned.state === 'failed' ? planned.failure : undefined) ??
    (prices.state === 'failed' ? prices.failure : undefined) ??
    plan?.obstacle ??
    (status !== undefined && status.state !== 'ready' ? status.failure : undefined);
  const now = useNow(plan === undefined || launching !== undefined);

  const start = (wanted: MeasurePlan) => {
    setAsked(undefined);
    setLaunching(Date.now());
    services.runs.launch(wanted.spec).then(
      run => navigation.reset({ screen: 'monitor', run }),
      error => {
        setLaunching(undefined);
        setFailure(toFailure(error));
      },
    );
  };
  const [next] = useWhenReady(plan !== undefined || wrong !== undefined, () => {
    if (launching !== undefined) return;
    if (wrong !== undefined) {
      setFailure(undefined);
      again();
      ask();
    } else if (plan !== undefined) setAsked(plan);
  });
  const prompt = usePrompt({
    label: 'budget in dollars',
    onAccept: text => {
      const dollars = parseMoney(text);
      if (dollars === undefined) setNote(`“${text}” is no amount: type 1, or $0.50.`);
      else setBudget(dollars);
    },
  });
  const mark = () => {
    const gpu = rows[cursor.index]?.gpu;
    if (gpu == null) return;
    const left = taken.includes(gpu) ? taken.filter(one => one !== gpu) : [...taken, gpu];
    if (left.length === 0) setNote('One of them at least is measured.');
    else setMarked(rows.flatMap(row => (row.gpu !== null && left.includes(row.gpu) ? row.gpu : [])));
  };

  useCommands('gpus', {
    ...cursor.commands,
    next,
    'gpus-mark': rows.length === 0 ? 'The prices are still being read.' : mark,
    'gpus-budget': () => prompt.open(String(budget ?? spec?.budget ?? '')),
  });

  const told = (columns: number): readonly LineLike[] => {
    if (launching !== undefined) return [waitLine('Starting the run', launching, now, 'a second')];
    if (wrong !== undefined) return failureLines(wrong, 'enter tries again', columns);
    if (plan === undefined || spec === undefined) {
      const since = planned.state === 'loading' ? planned.since : now;
      return [waitLine('Asking Modal whether it can start', since, now, '1 to 3 seconds')];
    }
    const { likely, high } = costRange(plan.spec, plan.estimate);
    const words = `${spec.machines.length === 1 ? 'It' : `All ${spec.machines.length}`}: ≈ ${money(likely)}, perhaps ${money(high)}, in ≈ ${duration(plan.estimate.seconds.likely)}; no more than the budget of ${money(spec.budget ?? 0)}.`;
    return [...wrap(words, columns), '', bold('enter asks once more, then starts it')];
  };
  const says = (columns: number): readonly LineLike[] =>
    wrap(
      `${spec?.seconds ?? 60} s of steps on each, with windows made in memory in the shape of this training; what is measured is used by its price table from then on.`,
      Math.min(columns, 96),
    ).map(dim);

  return (
    <Frame crumbs={['training', 'measure']} cost={dim('nothing billed yet')} prompt={prompt.line}>
      {body => {
        const { columns, height } = body;
        if (asked !== undefined)
          return (
            <Question
              {...body}
              scope="spend"
              title="Start it on Modal? This costs money."
              text={spendText(asked.spec, asked.estimate, accountOf(modal))}
              handlers={{ 'spend-no': () => setAsked(undefined), 'spend-yes': () => start(asked) }}
            />
          );
        const list = rows.map(({ gpu, dollarsPerHour, vramGiB }) =>
          cells(
            [
              gpu !== null && taken.includes(gpu) ? '✓' : ' ',
              gpu ?? '',
              dim(vramGiB === null ? '' : `${vramGiB} GiB`),
              perHour(dollarsPerHour),
            ],
            [{ width: 1 }, { width: 14 }, { width: 8, align: 'right' }, { width: 10, align: 'right' }],
          ),
        );
        const below = ['', ...told(columns), ...(height < 20 ? [] : ['', ...says(columns)])];
        return (
          <Lines
            columns={columns}
            lines={[
              bold('Which GPUs shall be measured?'),
              '',
              ...listLines(list, cursor.index, Math.max(3, height - 2 - below.length)),
              ...below,
            ]}
          />
        );
      }}
    </Frame>
  );
};
