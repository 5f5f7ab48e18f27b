/**
 * Where PyTorch comes from. PyPI's wheels for Linux are those for NVIDIA GPUs, gigabytes with what they need; the small ones for CPUs are told
 * by a local version, "2.13.0+cpu", which PyPI cannot have: asked for by that name, nothing large is ever fetched unawares.
 */
import { UserError } from '../../errors/errors.ts';
import { size } from '../../text/format.ts';
import { diagnose } from '../diagnose.ts';
import { byPip, mustEnd, setupLog, type Work } from '../making.ts';
import type { JobEnd } from '../setup-process.ts';
import { torchVersion } from './contents.ts';

/** Kinds of PyTorch that are installed; a third is that of somebody else's interpreter. */
export type Build = 'cpu' | 'cuda';

const cpuIndex = 'https://download.pytorch.org/whl/cpu';

type Platform = typeof process.platform;

/** Bytes of the wheels with all that is installed beside them, and on the disk afterwards; of version 2.13, roughly. */
export const sizesOf = (build: Build, platform: Platform = process.platform): { readonly download: number; readonly disk: number } => {
  if (build === 'cuda') return { download: 2.9e9, disk: 5.8e9 };
  return platform === 'linux' ? { download: 260e6, disk: 1.2e9 } : { download: 210e6, disk: 0.8e9 };
};

/** What pip is asked for. Elsewhere than on Linux PyPI has one build only. */
export const requirementOf = (build: Build, platform: Platform = process.platform): string => {
  const pinned = `torch==${torchVersion}`;
  if (platform !== 'linux') return pinned;
  return build === 'cpu' ? `${pinned}+cpu` : `${pinned},!=${torchVersion}+cpu`;
};

/** That of what lies on this machine already, in the order of tries the first. */
export const atHand = (build: Build, platform: Platform = process.platform): readonly string[] => [
  '--no-index',
  // What a CPU build needs is small and comes with the other packages; the libraries of CUDA are not.
  ...(build === 'cpu' ? ['--no-deps'] : []),
  requirementOf(build, platform),
];

export type Try = { readonly step: string; readonly args: readonly string[] };

/** The tries in their order: what is on this machine, what pip is configured with, PyTorch's own index. */
export const triesOf = (build: Build, platform: Platform = process.platform): readonly Try[] => {
  const wanted = requirementOf(build, platform);
  const here = { step: 'Looking for PyTorch on this machine', args: atHand(build, platform) };
  if (build === 'cuda') return [here, { step: 'Getting PyTorch for NVIDIA GPUs', args: [wanted] }];
  if (platform !== 'linux') return [here, { step: 'Getting PyTorch', args: ['--no-deps', wanted] }];
  const quick = ['--no-deps', '--retries=1', '--timeout=10'];
  return [
    here,
    { step: 'Asking the index of pip for PyTorch', args: [...quick, wanted] },
    { step: 'Getting PyTorch from its own index', args: [...quick, `--index-url=${cpuIndex}`, wanted] },
  ];
};

/** Whether an index answered: only then there is sense in asking it for another build. */
const answered = ({ tail }: JobEnd): boolean => !tail.some(line => /could not fetch url|connection (broken|error)/i.test(line));

/** The CPU build cannot be had where an index answered that has the other one. */
const onlyLarger = (why: string): UserError => {
  const { download, disk } = sizesOf('cuda');
  return new UserError({
    what: 'PyTorch for CPUs could not be fetched',
    why: `${why}; PyPI has the one for NVIDIA GPUs, which does without one too: ${size(download)} to fetch, ${size(disk)} on disk`,
    kept: `the full log: ${setupLog()}`,
    hint: 'ann-tui setup --training --torch cuda',
  });
};

/** Installs PyTorch into the environment, from the first place that has it. Throws a `UserError` when none has. */
export const installTorch = async (work: Work, build: Build): Promise<void> => {
  const ends: JobEnd[] = [];
  for (const { step, args } of triesOf(build)) {
    // Gigabytes in pip's cache would outlive an uninstall.
    const end = await byPip(work, 'Getting PyTorch', ['--no-cache-dir', ...args], '/', { step, fraction: 0.2 });
    if (end.code === 0) return;
    ends.push(end);
  }
  const [last, configured] = [ends.at(-1), ends.at(-2)];
  if (last === undefined || configured === undefined) throw new Error('There was nothing to try');
  if (ends.length === 3 && answered(configured) && !answered(last))
    throw onlyLarger(diagnose('Getting PyTorch', last.tail, setupLog(), work.command).why);
  mustEnd(work, last, 'Getting PyTorch');
};
