import { useEffect, useState } from 'react';
import { roomWords, wasteWords } from '../../src/accounts/fleet.ts';
import { environmentOf } from '../../src/accounts/words.ts';
import { needsWords } from '../../src/datasets/needs.ts';
import { toFailure } from '../../src/errors/errors.ts';
import type { Failure } from '../../src/errors/failure.ts';
import type { Spec } from '../../src/runs/spec.ts';
import { parseMoney } from '../../src/text/parse-amount.ts';
import { workloadOf } from '../../src/workloads/registry.ts';
import type { Runtime } from '../../src/workloads/workload.ts';
import { useCommandCenter, useCommands } from '../app/commands.tsx';
import { useNow, useUi } from '../app/context.tsx';
import { bold, dim, type LineLike, line, span, wrap } from '../app/text.ts';
import { useKept } from '../app/use-kept.ts';
import { usePrompt } from '../app/use-prompt.ts';
import { useResource } from '../app/use-resource.ts';
import { useWhenReady } from '../app/use-when-ready.ts';
import { failureLines } from '../components/failure.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { Question } from '../components/question.tsx';
import { spendText } from '../components/spend-text.ts';
import { waitLine } from '../components/wait.ts';
import { accountOf } from '../modal/use-modal.ts';
import { useContainers } from '../run/use-containers.ts';
import { screensOf } from '../workloads/registry.ts';
import { reviewLines } from './review-lines.ts';
import { crumbOf, kindOf, useDefaults } from './use-defaults.ts';
import { type Plan, usePlan } from './use-plan.ts';

/** Rows of the middle from which all is said. */
const roomy = 20;

/** What is made on the set-up screen, by the command that makes it. */
const runtimes: Readonly<Record<string, Runtime>> = { 'ann-tui setup': 'core', 'ann-tui setup --training': 'training' };

/** The last look: what, where, how long, what it costs. Enter starts what is free; what is paid for is asked about first. `starts`: Enter was pressed before. */
export const Review = ({ starts = false }: { readonly starts?: boolean }) => {
  const { services, navigation, draft, setDraft, modal, preferences } = useUi();
  const kind = kindOf(draft);
  const { usesDatasets } = workloadOf({ kind });
  const { setNote } = useCommandCenter();
  const { defaults, failure: unread, reload: readAgain } = useDefaults();
  const paid = draft.target === 'modal';
  const [launching, setLaunching] = useState<number>();
  const [failure, setFailure] = useState<Failure>();
  /** The plan that the question is about: what is said yes to is what is started. */
  const [asked, setAsked] = useState<Plan>();
  const { resource, latest, last: lastPlan, reload } = usePlan(defaults);
  const [check, checkAgain] = useResource(
    async () => (latest === undefined ? undefined : { key: latest.key, obstacle: await services.plans.check(latest.spec) }),
    latest?.key ?? '',
  );
  const checked = check.state === 'ready' && latest !== undefined && check.value?.key === latest.key ? check.value : undefined;
  const ready = checked === undefined ? undefined : latest;
  // Only now it is known what the run needs: what it lacks is made first.
  const lacks = runtimes[checked?.obstacle?.hint ?? ''];
  const runtime = paid && lacks === 'core' ? undefined : lacks;
  useEffect(() => {
    if (runtime !== undefined) navigation.replace({ screen: 'setup', onward: 'review', runtime });
  }, [runtime, navigation]);
  const shownFailure =
    failure ??
    unread ??
    (resource.state === 'failed' ? resource.failure : undefined) ??
    (check.state === 'failed' ? check.failure : checked?.obstacle) ??
    (paid && modal.status !== undefined && modal.status.state !== 'ready' ? modal.status.failure : undefined);
  const now = useNow(ready === undefined || launching !== undefined);
  const account = accountOf(modal);
  const unasked = paid && modal.status === undefined;
  const { ask } = modal;
  useEffect(() => {
    if (unasked) ask();
  }, [unasked, ask]);
  const [all] = useResource(() => services.datasets.list());
  // Asked in the background: no key waits for it.
  const [volume] = useResource(async () => (paid ? await services.datasets.onVolume() : undefined), String(paid));
  const { commands: containerCommands } = useContainers(lastPlan?.parts);

  const start = (spec: Spec) => {
    if (launching !== undefined || defaults === undefined) return;
    setAsked(undefined);
    setLaunching(Date.now());
    const { answers, datasets, hardware } = defaults.draft;
    const what = { ...preferences?.what, [spec.kind]: screensOf(spec).wizard.remember(answers) };
    services.preferences
      .save({ what, hardware: { ...preferences?.hardware, [spec.kind]: hardware }, ...(usesDatasets && { datasets }) })
      .catch(() => setNote('The choices could not be remembered.'));
    // A file of one's own is edited while this screen stands: here what it holds now is measured. What was said yes to is started as it was.
    const edited = spec.target === 'local' && screensOf(spec).review.isEdited(spec);
    const newest = edited ? services.plans.plan(defaults.choices) : Promise.resolve(spec);
    newest.then(services.runs.launch).then(
      run => navigation.reset({ screen: 'monitor', run }),
      error => {
        setLaunching(undefined);
        setFailure(toFailure(error));
      },
    );
  };

  // Enter before the plan stands counts for what is free only; for what is paid it does no more than ask.
  const [launch, wanted] = useWhenReady(ready !== undefined || shownFailure !== undefined, () => {
    if (launching !== undefined) return;
    if (shownFailure !== undefined) {
      setFailure(undefined);
      readAgain();
      reload();
      checkAgain();
      if (paid) modal.ask();
      return;
    }
    if (ready === undefined) return;
    if (ready.spec.target === 'local') start(ready.spec);
    else setAsked(ready);
  });

  // Once: who comes back to it looks first.
  const [unpressed, setUnpressed] = useKept('unpressed', starts && !paid);
  useEffect(() => {
    if (!unpressed) return;
    setUnpressed(false);
    launch();
  });

  const prompt = usePrompt({
    label: 'budget in dollars, or none',
    onAccept: text => {
      const dollars = parseMoney(text);
      if (dollars !== undefined) setDraft({ budget: dollars });
      else if (/^(none|no|0|\$0|)$/i.test(text.trim())) setDraft({ budget: null });
      else setNote(`“${text}” is no amount: type 2, $2.50, or none.`);
    },
  });
  const budget = () => {
    const current = lastPlan?.spec.budget;
    prompt.open(current === undefined || current === null ? '' : String(current));
  };

  useCommands('review', {
    launch,
    'change-what': () => navigation.push({ screen: 'page', kind, page: screensOf({ kind }).wizard.first }),
    'change-hardware': () => navigation.push({ screen: 'hardware' }),
    'change-dataset': usesDatasets ? () => navigation.push({ screen: 'dataset' }) : `No dataset is needed: a ${crumbOf(draft)} has none.`,
    ...containerCommands,
    budget: paid ? budget : 'Nothing is billed on this machine, so no budget is needed here.',
  });

  const shown = latest ?? lastPlan;
  const environment = modal.status?.state === 'ready' ? environmentOf(modal.status) : undefined;
  const warnings = shown === undefined ? [] : [...wasteWords(shown.spec), ...roomWords(shown.spec, environment)];
  const named = shown?.spec.datasets.map(({ name }) => name) ?? [];
  const data = all.state === 'ready' && paid ? all.value.filter(({ name }) => named.includes(name)) : [];
  const needs = needsWords(data, volume.state === 'ready' ? volume.value : undefined);
  /** `brief`: without what another screen says too. */
  const end = (columns: number, brief: boolean): readonly LineLike[] => {
    if (shownFailure !== undefined) return failureLines(shownFailure, 'enter tries again', columns);
    if (latest === undefined) {
      const what = wanted && !paid ? 'Planning the run, then starting it' : 'Planning the run';
      return [waitLine(what, resource.state === 'loading' ? resource.since : now, now, 'under a second')];
    }
    if (ready === undefined)
      return [
        waitLine(
          paid ? 'Asking Modal whether it can start' : 'Planning the run',
          check.state === 'loading' ? check.since : now,
          now,
          paid ? '1 to 3 seconds' : 'under a second',
        ),
      ];
    if (launching !== undefined) return [waitLine('Starting the run', launching, now, 'a second')];
    const stays = `It goes on when this terminal is closed. x stops it; finished ${workloadOf({ kind }).noun.many} are kept.`;
    if (!paid) return [bold('enter starts it'), ...(brief ? [] : wrap(stays, columns).map(dim))];
    const more = brief ? 'b budget, + - containers.' : `b budget, + - containers. ${stays}`;
    return [bold('enter asks once more, then starts it'), ...wrap(more, columns).map(dim)];
  };

  return (
    <Frame crumbs={[crumbOf(draft), 'review']} prompt={prompt.line} {...(paid ? { cost: dim('nothing billed yet') } : {})}>
      {body => {
        const { columns, height } = body;
        const rules =
          shown === undefined
            ? []
            : screensOf(shown.spec)
                .review.notes(shown.spec)
                .flatMap(text => wrap(text, columns).map(dim));
        const warned = warnings.flatMap(text => wrap(`! ${text}`, columns).map(words => line([span('warn', words)])));
        const brief = height < roomy;
        // The result says the rules again.
        const last = [...(brief ? [] : rules), ...warned, ...end(columns, brief)];
        if (asked !== undefined)
          return (
            <Question
              {...body}
              scope="spend"
              title="Start it on Modal? This costs money."
              text={spendText(asked.spec, asked.estimate, account, needs)}
              handlers={{ 'spend-no': () => setAsked(undefined), 'spend-yes': () => start(asked.spec) }}
            />
          );
        return (
          <Lines
            columns={columns}
            lines={[
              bold('Ready to run?'),
              '',
              ...(shown === undefined
                ? []
                : [
                    ...reviewLines(shown.spec, shown.estimate, services.host.machine(), {
                      account,
                      needs,
                      columns,
                      height: height - last.length - 3,
                    }),
                    '',
                  ]),
              ...last,
            ]}
          />
        );
      }}
    </Frame>
  );
};
