/** How things stand with Modal: asked in the background, for every screen together. */
import { useCallback, useMemo, useRef, useState } from 'react';
import type { ModalStatus } from '../../src/accounts/modal-status.ts';
import { environmentOf } from '../../src/accounts/words.ts';
import { toFailure } from '../../src/errors/errors.ts';
import type { Services } from '../../src/services/services.ts';

export type Modal = {
  /** Absent until the first answer. */
  readonly status: ModalStatus | undefined;
  /** Since when an answer is awaited, unix milliseconds; undefined when none is. */
  readonly askedAt: number | undefined;
  /** Asks anew; an answer that is awaited already is not asked for twice. */
  readonly ask: () => void;
};

export const useModal = (services: Services, now: () => number): Modal => {
  const [status, setStatus] = useState<ModalStatus>();
  const [askedAt, setAskedAt] = useState<number>();
  const underWay = useRef(false);
  const ask = useCallback(() => {
    if (underWay.current) return;
    underWay.current = true;
    setAskedAt(now());
    const answered = (answer: ModalStatus) => {
      underWay.current = false;
      setStatus(answer);
      setAskedAt(undefined);
    };
    services.accounts.status().then(answered, error => answered({ state: 'refused', failure: toFailure(error) }));
  }, [services, now]);
  return useMemo(() => ({ status, askedAt, ask }), [status, askedAt, ask]);
};

/** "acme/main"; undefined when nobody is signed in, or nobody asked. */
export const accountOf = ({ status }: Pick<Modal, 'status'>): string | undefined => {
  if (status?.state !== 'ready') return undefined;
  const environment = environmentOf(status)?.name ?? status.environment;
  return environment === '' ? status.workspace : `${status.workspace}/${environment}`;
};
