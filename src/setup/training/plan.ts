/** What a set-up of the training environment would do, fetch and fill, before anything of it is done. */
import { size } from '../../text/format.ts';
import { pythonIn, setupStatus } from '../python-env.ts';
import { ask, type Environ } from '../setup-process.ts';
import { type Extra, extras as every, packagesWith, torchVersion } from './contents.ts';
import { findNamed, type Named } from './named.ts';
import { isSound, type TrainingStamp, torchText, trainingStamps, type Variant } from './status.ts';
import { atHand, type Build, sizesOf } from './torch.ts';

export type TrainingWish = {
  /** "cpu", "cuda", "system", or a path of an interpreter; absent: what is there already, else what fits this machine. */
  readonly torch?: string | undefined;
  readonly extras?: readonly Extra[];
};

/** Bytes. `download`: of what is large; 0 when that is on this machine. */
export type Sizes = { readonly download: number; readonly disk: number };

export type TrainingPlan = Sizes & { readonly extras: readonly Extra[] } & (
    | { readonly what: 'fresh'; readonly build: Build }
    | { readonly what: 'beside'; readonly named: Named }
    /** To what is there; `missing` may be empty when it only has to be chosen. */
    | { readonly what: 'add'; readonly folder: string; readonly stamp: TrainingStamp; readonly missing: readonly string[] }
  );

const isBuild = (text: string | undefined): text is Build => text === 'cpu' || text === 'cuda';

/** Whether there is an NVIDIA GPU that answers. */
const hasGpu = async (env: Environ): Promise<boolean> => {
  if (process.platform !== 'linux') return false;
  const { code, stdout } = await ask('nvidia-smi', ['-L'], env);
  return code === 0 && /^GPU \d/m.test(stdout);
};

/** Whether pip finds that build on this machine. Asked of the core's environment: where there is none, or its pip is too old to say, it is not known. */
const isAtHand = async (build: Build, env: Environ): Promise<boolean> => {
  const { ready, folder } = setupStatus();
  if (!ready) return false;
  const args = ['-I', '-m', 'pip', 'install', '--dry-run', '--quiet', ...atHand(build)];
  return (await ask(pythonIn(folder), args, env, '', 60)).code === 0;
};

const megabytesOf = (extras: readonly Extra[]): number => extras.reduce((sum, name) => sum + every[name].megabytes * 1e6, 0);

/** What `--torch PATH` needs at most beside it. */
const besideBytes = 300e6;

/** The environment that is there and fits. */
const existing = (variant: Variant | undefined, named: Named | undefined) =>
  trainingStamps().find(
    ({ folder, stamp }) =>
      isSound(folder, stamp) &&
      (variant === undefined || stamp.variant === variant) &&
      (named === undefined || stamp.torchFolder === named.torchFolder),
  );

/** Throws a usage error where `torch` names what will not do: before anything is made. */
export const requireTorch = async (torch: string | undefined, env: Environ): Promise<void> => {
  if (torch !== undefined && !isBuild(torch)) await findNamed(torch, env);
};

/** Asks programs of this machine, and nothing else. Throws a `UserError` when the interpreter that was named will not do. */
export const planTraining = async ({ torch, extras = [] }: TrainingWish, env: Environ = process.env): Promise<TrainingPlan> => {
  const named = torch === undefined || isBuild(torch) ? undefined : await findNamed(torch, env);
  const there = existing(named === undefined ? (torch as Build | undefined) : 'system', named);
  if (there !== undefined) {
    const { stamp } = there;
    const wanted = [...new Set([...stamp.extras, ...extras])];
    const missing = packagesWith(wanted).filter(line => !stamp.packages.includes(line));
    const bytes = megabytesOf(wanted.filter(name => !stamp.extras.includes(name)));
    return { what: 'add', ...there, missing, extras: wanted, download: 0, disk: bytes };
  }
  const more = megabytesOf(extras);
  if (named !== undefined) return { what: 'beside', named, extras, download: 0, disk: besideBytes + more };
  const build = isBuild(torch) ? torch : (await hasGpu(env)) ? 'cuda' : 'cpu';
  const { download, disk } = sizesOf(build);
  return { what: 'fresh', build, extras, download: (await isAtHand(build, env)) ? 0 : download, disk: disk + more };
};

/** "1 to 3 minutes" */
const timeText = (plan: TrainingPlan): string => {
  if (plan.what !== 'fresh') return 'a minute or two';
  if (plan.download === 0) return '1 to 3 minutes';
  return plan.build === 'cpu' ? '2 to 5 minutes' : '5 to 30 minutes, as fast as the network is';
};

/** What it is, what it takes, how long: for a person to agree to. */
export const planText = (plan: TrainingPlan): string => {
  const fetched = plan.download === 0 ? 'nothing large to fetch' : `about ${size(plan.download)} to fetch`;
  const takes = `${fetched}, ${size(plan.disk)} on disk, ${timeText(plan)}`;
  if (plan.what === 'fresh') return `${torchText(torchVersion, plan.build)}: ${takes}`;
  if (plan.what === 'beside') return `${torchText(plan.named.torch, 'system')} (${plan.named.torchFolder}): ${takes}`;
  return plan.missing.length === 0 ? torchText(plan.stamp.torch, plan.stamp.variant) : `${plan.missing.join(', ')}: ${takes}`;
};

/** Free bytes without which there is no sense in beginning: what is fetched lies beside what is made of it for a while. */
export const neededBytes = ({ download, disk }: Sizes): number => download + disk;
