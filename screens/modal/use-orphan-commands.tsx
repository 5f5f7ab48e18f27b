/** Stop and adopt what no run here looks after, with the question before and the word after. */
import { type ReactNode, useState } from 'react';
import { toFailure } from '../../src/errors/errors.ts';
import type { Stranger } from '../../src/orphans/orphan.ts';
import { stopWords } from '../../src/orphans/words.ts';
import { type Handler, useCommandCenter } from '../app/commands.tsx';
import { useUi } from '../app/context.tsx';
import type { Body } from '../components/frame.tsx';
import { Question } from '../components/question.tsx';

export type StrangerCommands = {
  readonly stop: Handler;
  readonly adopt: Handler;
  readonly question: ((body: Body) => ReactNode) | undefined;
};

const none = 'Select what stands under “At Modal, on its own” first; runs are stopped where they are opened.';

export const useStrangerCommands = (stranger: Stranger | undefined, now: number): StrangerCommands => {
  const { services, strangers, navigation } = useUi();
  const { setNote } = useCommandCenter();
  const [asked, setAsked] = useState<Stranger>();
  const tell = (error: unknown) => {
    const { what, why } = toFailure(error);
    setNote(`${what}: ${why}`);
  };
  const stop = (what: Stranger) => {
    setAsked(undefined);
    setNote(`Stopping ${what.name} …`);
    services.orphans.stop(what).then(() => {
      setNote(`${what.name} is stopped; nothing of it is billed any more.`);
      strangers.ask();
    }, tell);
  };
  const adopt = (what: Stranger) => {
    setNote(`Taking up ${what.name} …`);
    services.orphans.adopt(what).then(run => {
      setNote(undefined);
      strangers.ask();
      navigation.push({ screen: 'monitor', run });
    }, tell);
  };
  const adopting: Handler =
    stranger === undefined
      ? none
      : stranger.kind === 'unknown' && stranger.run !== undefined
        ? () => adopt(stranger)
        : stranger.kind === 'sync'
          ? 'It brings a dataset to Modal and ends by itself; ann-tui sync DATASET --target modal follows it.'
          : 'Its run is over here: there is nothing to follow. x stops it.';
  return {
    stop: stranger === undefined ? none : () => setAsked(stranger),
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
