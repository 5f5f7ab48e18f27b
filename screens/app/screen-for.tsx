import { Doctor } from '../doctor/doctor.tsx';
import { Selftest } from '../doctor/selftest.tsx';
import { Setup } from '../doctor/setup.tsx';
import { Home } from '../home/home.tsx';
import { SecretForm } from '../modal/secret-form.tsx';
import { Secrets } from '../modal/secrets.tsx';
import { SignIn } from '../modal/sign-in.tsx';
import { Costs } from '../run/costs.tsx';
import { Log } from '../run/log.tsx';
import { Monitor } from '../run/monitor.tsx';
import { Result } from '../run/result.tsx';
import { Runs } from '../run/runs.tsx';
import { Dataset } from '../wizard/dataset.tsx';
import { Hardware } from '../wizard/hardware.tsx';
import { Review } from '../wizard/review.tsx';
import { Where } from '../wizard/where.tsx';
import { Compare } from '../workloads/bench/compare.tsx';
import { CompareWith } from '../workloads/bench/compare-with.tsx';
import { Own } from '../workloads/bench/user-code.tsx';
import { What } from '../workloads/bench/what.tsx';
import type { Route } from './context.tsx';

/** The screen of a route. */
export const ScreenFor = ({ route }: { readonly route: Route }) => {
  switch (route.screen) {
    case 'home':
      return <Home />;
    case 'what':
      return <What />;
    case 'where':
      return <Where />;
    case 'hardware':
      return <Hardware />;
    case 'dataset':
      return <Dataset />;
    case 'review':
      return <Review />;
    case 'runs':
      return <Runs />;
    case 'costs':
      return <Costs />;
    case 'doctor':
      return <Doctor />;
    case 'own':
      return <Own />;
    case 'sign-in':
      return <SignIn />;
    case 'secrets':
      return <Secrets />;
    case 'secret':
      return <SecretForm key={route.name ?? ''} name={route.name} exists={route.exists} />;
    case 'selftest':
      return <Selftest key={route.target} target={route.target} />;
    case 'setup':
      return <Setup onward={route.onward} />;
    case 'monitor':
      return <Monitor key={route.run} run={route.run} />;
    case 'result':
      return <Result key={route.run} run={route.run} />;
    case 'log':
      return <Log key={route.run} run={route.run} />;
    case 'compare-with':
      return <CompareWith key={route.run} run={route.run} />;
    case 'compare':
      return <Compare key={route.runs.join()} runs={route.runs} />;
  }
};
