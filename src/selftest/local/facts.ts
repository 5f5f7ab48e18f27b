/** What `python -m annbench.selftest PART` finds on this machine, asked once a part. Shapes: modal/annbench/src/annbench/selftest. */
import { UserError } from '../../errors/errors.ts';
import { ask } from '../../setup/setup-process.ts';

export type CoreFacts = {
  readonly python: string;
  readonly annbench: string;
  readonly numpy: string;
  readonly h5py: string;
  readonly isa: string;
  readonly compiler: string;
  readonly cores: number;
};

export type NoiseFacts = {
  readonly repeats: number;
  readonly median_seconds: number;
  readonly spread: number;
  readonly others_busy_cores: number | null;
  readonly noisy: boolean;
  readonly cores: number;
  readonly load?: number;
  readonly steal?: number;
};

/** Of one thing that the tiny C++ file tried. `could`: nothing stopped it. */
export type Act = { readonly verdict: string; readonly why: string; readonly could: boolean };

export type SealFacts = {
  readonly acts: Readonly<Record<string, Act>>;
  readonly compile_seconds: number | null;
  readonly seconds: number;
  readonly compiler: string | null;
  readonly said?: string;
};

export type Facts = { readonly core: CoreFacts; readonly noise: NoiseFacts; readonly seal: SealFacts };

/** Seconds; compiling on a busy machine takes its time. */
const patience = 300;

export const selftestArguments = (part: string): readonly string[] => ['-I', '-B', '-u', '-m', 'annbench.selftest', part];

export type Asked = <P extends keyof Facts>(part: P) => Promise<Facts[P]>;

/** Each part is asked once, however many checks look at it. Rejects with a `UserError` where Python says nothing. */
export const createAsked = (python: () => string, env: NodeJS.ProcessEnv): Asked => {
  const asked = new Map<keyof Facts, Promise<unknown>>();
  const askNow = async (part: keyof Facts): Promise<unknown> => {
    const { code, stdout, stderr } = await ask(python(), selftestArguments(part), env, '', patience);
    const line = stdout.trim().split('\n').at(-1) ?? '';
    if (code === 0 && line.startsWith('{')) return JSON.parse(line);
    const why = stderr.trim().split('\n').at(-1) || `exit code ${code}`;
    throw new UserError({ what: `The part "${part}" ended without an answer`, why, hint: 'ann-tui setup' });
  };
  return async <P extends keyof Facts>(part: P): Promise<Facts[P]> => {
    const known = asked.get(part) ?? askNow(part);
    asked.set(part, known);
    return (await known) as Facts[P];
  };
};
