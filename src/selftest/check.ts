/** What a check of the self-test is: an assumption of this program, and the way to find out. */
import { toFailure } from '../errors/errors.ts';

/** `warn`: not as assumed, but the program copes with it; `skipped`: it could not be tried. */
export type Finding = {
  readonly verdict: 'ok' | 'warn' | 'fail' | 'skipped';
  /** For a person: what was found. */
  readonly found: string;
  /** For a report: the figures behind it. JSON. */
  readonly facts?: Readonly<Record<string, unknown>>;
};

export type Check<Context> = {
  /** Told where it fails, and never changed: reports are compared by it. */
  readonly name: string;
  /** What the program takes for granted. */
  readonly assumes: string;
  /** Names of checks without which this one cannot be tried. */
  readonly needs?: readonly string[];
  /** Seconds after which it has failed; 60 without. */
  readonly limit?: number;
  /** Throws what stood in the way: that is told as its failure. */
  readonly run: (context: Context, signal: AbortSignal) => Promise<Finding>;
};

export type Checked = {
  readonly name: string;
  readonly assumes: string;
  readonly verdict: Finding['verdict'];
  readonly found: string;
  readonly facts?: Finding['facts'];
  readonly seconds: number;
};

export const ok = (found: string, facts?: Finding['facts']): Finding => ({ verdict: 'ok', found, ...(facts && { facts }) });
export const warn = (found: string, facts?: Finding['facts']): Finding => ({ verdict: 'warn', found, ...(facts && { facts }) });
export const fail = (found: string, facts?: Finding['facts']): Finding => ({ verdict: 'fail', found, ...(facts && { facts }) });
export const skipped = (found: string): Finding => ({ verdict: 'skipped', found });

export type RunOptions = {
  /** Only these, and what they need. */
  readonly only?: readonly string[];
  readonly onStart?: (name: string) => void;
  readonly onChecked?: (checked: Checked) => void;
  readonly signal: AbortSignal;
};

const usualLimit = 60;

/** What the named ones need too, in the order of the list. Throws `RangeError` for a name that is none. */
export const chosen = <C>(checks: readonly Check<C>[], only: readonly string[] | undefined): readonly Check<C>[] => {
  if (only === undefined) return checks;
  const wanted = new Set<string>();
  const add = (name: string): void => {
    const check = checks.find(one => one.name === name);
    if (check === undefined) throw new RangeError(`There is no check "${name}"`);
    if (wanted.has(name)) return;
    wanted.add(name);
    for (const need of check.needs ?? []) add(need);
  };
  for (const name of only) add(name);
  return checks.filter(({ name }) => wanted.has(name));
};

const tried = async <C>(check: Check<C>, context: C, signal: AbortSignal): Promise<Finding> => {
  const limit = check.limit ?? usualLimit;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Error('over')), limit * 1000);
  const either = AbortSignal.any([signal, over.signal]);
  const ended = new Promise<never>((_, reject) => either.addEventListener('abort', () => reject(either.reason), { once: true }));
  try {
    signal.throwIfAborted();
    return await Promise.race([check.run(context, either), ended]);
  } catch (error) {
    signal.throwIfAborted();
    if (over.signal.aborted) return fail(`no answer within ${limit} s`);
    const { what, why } = toFailure(error);
    return fail(`${what}: ${why}`);
  } finally {
    clearTimeout(timer);
  }
};

/** One after the other; what needs one that failed is skipped. Throws only the signal's reason. */
export const runChecks = async <C>(checks: readonly Check<C>[], context: C, options: RunOptions): Promise<readonly Checked[]> => {
  const { only, onStart, onChecked, signal } = options;
  const done: Checked[] = [];
  for (const check of chosen(checks, only)) {
    const { name, assumes, needs = [] } = check;
    const missing = needs.find(need => done.some(one => one.name === need && (one.verdict === 'fail' || one.verdict === 'skipped')));
    onStart?.(name);
    const begun = performance.now();
    const finding = missing === undefined ? await tried(check, context, signal) : skipped(`not tried: ${missing} failed`);
    const checked = { name, assumes, ...finding, seconds: Math.round(performance.now() - begun) / 1000 };
    done.push(checked);
    onChecked?.(checked);
  }
  return done;
};
