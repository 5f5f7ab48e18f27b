import { useEffect, useRef, useState } from 'react';
import type { AccountChoice } from '../../src/accounts/account.ts';
import type { SignInOptions } from '../../src/accounts/sign-in.ts';
import { tokenParts, tokenProblem } from '../../src/accounts/token.ts';
import { environmentOf } from '../../src/accounts/words.ts';
import { toFailure } from '../../src/errors/errors.ts';
import { useCommandCenter, useCommands } from '../app/commands.tsx';
import { useNow, useUi } from '../app/context.tsx';
import { usePrompt } from '../app/use-prompt.ts';
import { useResource } from '../app/use-resource.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { addProgress } from '../doctor/setup.tsx';
import { signInLines, type Work } from './sign-in-lines.ts';
import { accountOf } from './use-modal.ts';

const after = (names: readonly string[], current: string | undefined): string | undefined =>
  names.length < 2 ? undefined : names[(names.indexOf(current ?? '') + 1) % names.length];

/** From nothing to "ready, so much left": the client, the account, what it may spend. */
export const SignIn = () => {
  const { services, navigation, modal, now: clock } = useUi();
  const { setNote } = useCommandCenter();
  const { status, askedAt, ask } = modal;
  const [work, setWork] = useState<Work>({ state: 'idle' });
  const controller = useRef<AbortController>(undefined);
  const [id, setId] = useState('');
  const busy = work.state === 'installing' || work.state === 'waiting' || work.state === 'checking';
  const now = useNow(busy || askedAt !== undefined);
  const [accounts, reload] = useResource(() => services.accounts.list(), `${status?.state}`);
  const account = accountOf(modal);
  const [data] = useResource(async () => (account === undefined ? undefined : await services.datasets.onVolume()), account ?? '');
  useEffect(ask, [ask]);
  // Leaving the screen ends what waits.
  useEffect(() => () => controller.current?.abort(), []);

  /** One thing at a time; its end is the next question to Modal. */
  const begin = (first: Work, act: (signal: AbortSignal) => Promise<unknown>) => {
    const abort = new AbortController();
    controller.current = abort;
    setWork(first);
    act(abort.signal).then(
      () => {
        if (abort.signal.aborted) return;
        setWork({ state: 'idle' });
        // What was said on the way is over.
        setNote(undefined);
        reload();
        ask();
      },
      error => !abort.signal.aborted && setWork({ state: 'failed', failure: toFailure(error) }),
    );
  };

  const install = () =>
    begin({ state: 'installing', steps: [] }, signal =>
      services.setup.installModalClient(
        progress =>
          setWork(old => ({ state: 'installing', steps: addProgress(old.state === 'installing' ? old.steps : [], progress, clock()) })),
        signal,
      ),
    );

  const onStep = (step: Parameters<SignInOptions['onStep']>[0]) =>
    setWork(old => {
      if ('step' in step) return { state: 'checking', since: clock() };
      if (old.state !== 'waiting') return old;
      if ('url' in step) return { ...old, page: step };
      const { lost: _lost, ...rest } = old;
      return step.contact === 'lost' ? { ...rest, lost: step.why } : rest;
    });

  const signIn = () => begin({ state: 'waiting', since: clock() }, signal => services.accounts.signIn({ onStep, signal }));

  const take = (text: string) => {
    const parts = tokenParts(text);
    const token = { id: parts.id ?? id, secret: parts.secret ?? '' };
    if (token.id !== '' && token.secret === '') {
      setId(token.id);
      prompt.open();
      setNote('And its secret (as-…).', 'wait');
      return;
    }
    setId('');
    const problem = tokenProblem(token.id, token.secret);
    if (problem !== undefined) return setNote(`This is no token: ${problem}.`);
    controller.current?.abort();
    begin({ state: 'checking', since: clock() }, signal => services.accounts.takeToken(token, { onStep, signal }));
  };
  const prompt = usePrompt({
    label: id === '' ? 'token id, or both parts' : 'token secret',
    secret: true,
    onAccept: take,
    onCancel: () => setId(''),
  });

  const choose = (choice: AccountChoice) => {
    services.accounts.choose(choice).then(() => {
      reload();
      ask();
    });
  };

  const ready = status?.state === 'ready' ? status : undefined;
  const known = accounts.state === 'ready' ? accounts.value : undefined;
  const page = work.state === 'waiting' ? work.page : undefined;

  const goOn = () => {
    if (busy) return setNote(work.state === 'waiting' ? 'Waiting for you at the page; esc leaves.' : 'It is under way.');
    if (status === undefined) return setNote('Modal has not answered yet.');
    if (status.state === 'ready' && work.state === 'idle') navigation.back();
    else if (status.state === 'client') install();
    else if (status.state === 'auth' || work.state === 'failed') signIn();
    else ask();
  };

  const whenFree = (act: () => void) => () => (busy ? setNote('It is under way; esc leaves it.') : act());

  useCommands('sign-in', {
    'sign-in-go': goOn,
    'sign-in-token': () => {
      if (status?.state === 'client') return setNote("Modal's client comes first: enter installs it.");
      if (work.state === 'installing' || work.state === 'checking') return setNote('It is under way.');
      prompt.open();
    },
    'sign-in-browser': () => {
      if (page === undefined) return setNote('There is no page yet: enter asks for one.');
      services.host
        .openInBrowser(page.url)
        .then(opened => (opened ? setNote('Opened in your browser.', 'done') : setNote('There is no browser here: copy the address.')));
    },
    'sign-in-new': whenFree(() => (status?.state === 'client' ? setNote("Modal's client comes first: enter installs it.") : signIn())),
    'sign-in-profile': whenFree(() => {
      const names = (known?.file.profiles ?? []).filter(({ token }) => token).map(({ name }) => name);
      const profile = after(names, ready?.profile);
      if (known?.environmentToken) setNote('MODAL_TOKEN_ID is set: profiles do not count.');
      else if (profile === undefined) setNote('There is no other profile: n signs in as somebody else.');
      else choose({ profile, environment: null });
    }),
    'sign-in-environment': whenFree(() => {
      const names = (ready?.environments ?? []).map(({ name }) => name);
      const environment = after(names, ready && environmentOf(ready)?.name);
      if (environment === undefined) setNote('There is no other environment.');
      else choose({ environment });
    }),
    'sign-in-ask': whenFree(() => {
      setWork({ state: 'idle' });
      reload();
      ask();
    }),
    'selftest-modal': whenFree(() =>
      ready === undefined ? setNote('Sign in first.') : navigation.push({ screen: 'selftest', target: 'modal' }),
    ),
    'sign-in-upgrade': whenFree(install),
    back: () => {
      if (!busy) return navigation.back();
      controller.current?.abort(new Error('left'));
      setWork({ state: 'idle' });
      setNote('Left; nothing was changed.', 'done');
    },
  });

  return (
    <Frame crumbs={['Modal']} prompt={prompt.line}>
      {({ columns, height }) => (
        <Lines
          columns={columns}
          lines={signInLines({
            work,
            status,
            askedAt,
            accounts: known,
            data: data.state === 'ready' ? data.value : undefined,
            now,
            columns,
          }).slice(0, height)}
        />
      )}
    </Frame>
  );
};
