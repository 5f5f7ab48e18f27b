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
import { Inventory } from '../wizard/inventory.tsx';
import { Review } from '../wizard/review.tsx';
import { Where } from '../wizard/where.tsx';
import { screensOf } from '../workloads/registry.ts';
import type { Route } from './context.tsx';

const compareOf = (route: { readonly kind: string }) => {
  const { compare } = screensOf(route);
  if (compare === undefined) throw new Error(`${route.kind} has nothing to compare`);
  return compare;
};

/** The screen of a route. */
export const ScreenFor = ({ route }: { readonly route: Route }) => {
  switch (route.screen) {
    case 'home':
      return <Home />;
    case 'where':
      return <Where />;
    case 'hardware':
      return <Hardware />;
    case 'dataset':
      return <Dataset />;
    case 'inventory':
      return <Inventory key={route.dataset} dataset={route.dataset} />;
    case 'review':
      return <Review starts={route.starts === true} />;
    case 'runs':
      return <Runs />;
    case 'costs':
      return <Costs />;
    case 'doctor':
      return <Doctor />;
    case 'sign-in':
      return <SignIn />;
    case 'secrets':
      return <Secrets />;
    case 'secret':
      return <SecretForm key={route.name ?? ''} name={route.name} exists={route.exists} />;
    case 'selftest':
      return <Selftest key={route.target} target={route.target} />;
    case 'setup':
      return <Setup onward={route.onward} runtime={route.runtime} />;
    case 'monitor':
      return <Monitor key={route.run} run={route.run} />;
    case 'result':
      return <Result key={route.run} run={route.run} />;
    case 'log':
      return <Log key={route.run} run={route.run} />;
    case 'page': {
      const Page = screensOf(route).pages[route.page];
      if (Page === undefined) throw new Error(`${route.kind} has no page "${route.page}"`);
      return <Page {...(route.answered !== undefined && { answered: route.answered })} />;
    }
    case 'compare-with': {
      const { With } = compareOf(route);
      return <With key={route.run} run={route.run} />;
    }
    case 'compare': {
      const { Page } = compareOf(route);
      return <Page key={route.runs.join()} runs={route.runs} />;
    }
  }
};
