import { Compare } from './compare.tsx';
import { CompareWith } from './compare-with.tsx';
import type { Route } from './context.tsx';
import { Costs } from './costs.tsx';
import { Dataset } from './dataset.tsx';
import { Doctor } from './doctor.tsx';
import { Hardware } from './hardware.tsx';
import { Home } from './home.tsx';
import { Log } from './log.tsx';
import { Monitor } from './monitor.tsx';
import { Own } from './own.tsx';
import { Result } from './result.tsx';
import { Review } from './review.tsx';
import { Runs } from './runs.tsx';
import { SecretForm } from './secret-form.tsx';
import { Secrets } from './secrets.tsx';
import { Selftest } from './selftest.tsx';
import { Setup } from './setup.tsx';
import { SignIn } from './sign-in.tsx';
import { What } from './what.tsx';
import { Where } from './where.tsx';

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
