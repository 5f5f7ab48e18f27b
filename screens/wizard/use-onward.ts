import { useState } from 'react';
import { workloadOf } from '../../src/workloads/registry.ts';
import { useUi } from '../app/context.tsx';
import { dim } from '../app/text.ts';
import { kindOf } from './use-defaults.ts';

export const onwardWait = dim('· Looking whether this machine is set up');

/** The way to the last look, by set-up where this machine needs it first. */
export const useOnward = () => {
  const { services, draft, navigation } = useUi();
  const [checking, setChecking] = useState(false);

  /** `paid`: on Modal, where the containers bring their own environment. */
  const toReview = (paid: boolean): void => {
    if (checking) return;
    if (paid) {
      navigation.push({ screen: 'review' });
      return;
    }
    setChecking(true);
    const move = (ready: boolean) => {
      setChecking(false);
      navigation.push(ready ? { screen: 'review' } : { screen: 'setup', onward: 'review', runtime: 'core' });
    };
    // If the question itself fails, the review says why a run cannot start.
    services.setup.status('core').then(
      status => move(status.ready),
      () => move(true),
    );
  };

  /** Once where and on what are answered: on which data, where the workload needs any. */
  const toDataset = (paid: boolean): void => {
    if (workloadOf({ kind: kindOf(draft) }).usesDatasets) navigation.push({ screen: 'dataset' });
    else toReview(paid);
  };

  return { checking, toReview, toDataset };
};
