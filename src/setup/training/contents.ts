/** What the training environment holds: read from the one file that says so. */
import contents from '../../../modal/training-environment.json' with { type: 'json' };

export type Extra = keyof typeof contents.extras;

export const extraNames = Object.keys(contents.extras) as readonly Extra[];

export const extras: Readonly<Record<Extra, { readonly says: string; readonly packages: readonly string[]; readonly megabytes: number }>> =
  contents.extras;

/** Families of Python for which there are wheels of PyTorch: "3.10", "3.14". */
export const pythonRange = contents.python;

/** The version that is installed where a person names no other: "2.13.0". */
export const torchVersion = contents.torch.version;

/** ">=2.4,<3": what is worked with where it is there. */
export const torchRange = `>=${contents.torch.oldest},<${contents.torch.below}`;

/** What pip is asked for beside PyTorch, for these extras too. */
export const packagesWith = (wanted: readonly Extra[]): readonly string[] => [
  ...contents.packages,
  ...wanted.flatMap(name => extras[name].packages),
];

/** The first two numbers of "2.13.0+cpu" or "3.11". */
const numbers = (version: string): readonly [number, number] => {
  const [, major = '0', minor = '0'] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return [Number(major), Number(minor)];
};

/** Negative when `a` is older than `b`, by their first two numbers. */
const compare = (a: string, b: string): number => {
  const [[major, minor], [otherMajor, otherMinor]] = [numbers(a), numbers(b)];
  return major - otherMajor || minor - otherMinor;
};

/** "2.13.0+cpu" */
export const isTorchSupported = (version: string): boolean =>
  compare(version, contents.torch.oldest) >= 0 && compare(version, contents.torch.below) < 0;

/** "3.11" */
export const hasWheels = (family: string): boolean => compare(family, pythonRange.oldest) >= 0 && compare(family, pythonRange.newest) <= 0;
