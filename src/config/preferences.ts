/** What a person chose last time, so that the next time begins there. Nothing else is kept here: no secret, no run. */
import { paths } from '../util/paths.ts';
import { isRecord } from '../util/shape.ts';

const words = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.every(item => typeof item === 'string') ? value : undefined;

const word = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const byKind = <T>(value: unknown, read: (value: unknown) => T | undefined): Readonly<Record<string, T>> | undefined => {
  if (!isRecord(value)) return undefined;
  const found = Object.entries(value).flatMap(([kind, of]): (readonly [string, T])[] => {
    const one = read(of);
    return one === undefined ? [] : [[kind, one]];
  });
  return Object.fromEntries(found);
};

/** `conf` is loaded on first use: after the first frame. */
const store = async () => {
  const { default: Conf } = await import('conf');
  return new Conf<Record<string, unknown>>({
    projectName: 'ann-tui',
    cwd: paths().config,
    configName: 'preferences',
    configFileMode: 0o600,
    // A damaged file costs a default, never a start.
    clearInvalidConfig: true,
  });
};

/** What is kept; whatever has the wrong form is passed over. Never throws: preferences are no reason to fail. */
export const readPreferences = async (): Promise<Preferences> => {
  try {
    const kept = (await store()).store;
    const what = byKind(kept.what, words);
    const datasets = words(kept.datasets);
    const hardware = byKind(kept.hardware, word);
    const profile = word(kept.profile);
    const environment = word(kept.environment);
    return {
      ...(what === undefined ? {} : { what }),
      ...(datasets === undefined ? {} : { datasets }),
      ...(hardware === undefined ? {} : { hardware }),
      ...(profile === undefined ? {} : { profile }),
      ...(environment === undefined ? {} : { environment }),
    };
  } catch {
    return {};
  }
};

/** Keeps what is given, forgets what is null, and leaves the rest. A disk that cannot be written loses a preference, not a run. */
export const savePreferences = async (preferences: Preferences): Promise<void> => {
  try {
    const conf = await store();
    for (const [name, value] of Object.entries(preferences)) {
      if (value === null) conf.delete(name);
      else if (value !== undefined) conf.set(name, value);
    }
  } catch {
    // As said above.
  }
};

export type Preferences = {
  /** What each workload's own question was answered with last. */
  readonly what?: Readonly<Record<string, readonly string[]>>;
  readonly datasets?: readonly string[];
  /** Likewise: what one needs is another's waste. */
  readonly hardware?: Readonly<Record<string, string>>;
  /** At Modal; null forgets it. */
  readonly profile?: string | null;
  readonly environment?: string | null;
};
