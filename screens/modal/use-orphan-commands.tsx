/** Stop and adopt what no run here looks after, with the question before and the word after. */
import { type ReactNode, useState } from 'react';
import { toFailure } from '../../src/errors/errors.ts';
import type { Orphan } from '../../src/orphans/orphan.ts';
import { stopWords } from '../../src/orphans/words.ts';
import { type Handler, useCommandCenter } from '../app/commands.tsx';
import { useUi } from '../app/context.tsx';
import type { Body } from '../components/frame.tsx';
import { Question } from '../components/question.tsx';

export type OrphanCommands = {
  readonly stop: Handler;
  readonly adopt: Handler;
  readonly question: ((body: Body) => ReactNode) | undefined;
};

const none = 'Select what stands under “At Modal, on its own” first; runs are stopped where they are opened.';

export const useOrphanCommands = (orphan: Orphan | undefined, now: number): OrphanCommands => {
  const { services, orphans, navigation } = useUi();
  const { setNote } = useCommandCenter();
  const [asked, setAsked] = useState<Orphan>();
  const tell = (error: unknown) => {
    const { what, why } = toFailure(error);
    setNote(`${what}: ${why}`);
  };
  const stop = (what: Orphan) => {
    setAsked(undefined);
    setNote(`Stopping ${what.name} …`, 'wait');
    services.orphans.stop(what).then(() => {
      setNote(`${what.name} is stopped; nothing of it is billed any more.`, 'done');
      orphans.ask();
    }, tell);
  };
  const adopt = (what: Orphan) => {
    setNote(`Taking up ${what.name} …`, 'wait');
    services.orphans.adopt(what).then(run => {
      setNote(undefined);
      orphans.ask();
      navigation.push({ screen: 'monitor', run });
    }, tell);
  };
  const adopting: Handler =
    orphan === undefined
      ? none
      : orphan.kind === 'unknown' && orphan.run !== undefined
        ? () => adopt(orphan)
        : orphan.kind === 'sync'
          ? 'It brings a dataset to Modal and ends by itself; ann-tui sync DATASET --target modal follows it.'
          : 'Its run is over here: there is nothing to follow. x stops it.';
  return {
    stop: orphan === undefined ? none : () => setAsked(orphan),
    adopt: adopting,
    question:
      asked === undefined
        ? undefined
        : body => (
            <Question
              {...body}
              scope="confirm"
              title={`Stop ${asked.name}?`}
              text={stopWords(asked, now)}
              handlers={{ 'confirm-yes': () => stop(asked), 'confirm-no': () => setAsked(undefined) }}
            />
          ),
  };
};
