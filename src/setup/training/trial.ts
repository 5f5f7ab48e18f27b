/** What an environment with PyTorch says of itself: everything is imported once, and a product computed. */
import { pythonIn } from '../python-env.ts';
import { ask, type Environ } from '../setup-process.ts';

export type TorchFacts = {
  /** "2.13.0+cpu" */
  readonly torch: string;
  /** Its folder. */
  readonly folder: string;
  /** "13.0"; null for a build without it. */
  readonly cuda: string | null;
  /** Names of the GPUs that it can compute on. */
  readonly gpus: readonly string[];
};

export type Trial = { readonly facts: TorchFacts } | { readonly fault: readonly string[] };

const question = `
import importlib, json, os, sys
import torch
for name in sys.argv[1:]:
    importlib.import_module(name)
assert float((torch.ones(2, 2) @ torch.ones(2, 2)).sum()) == 8.0
gpus = [torch.cuda.get_device_name(n) for n in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
if torch.backends.mps.is_available():
    gpus.append("Apple GPU")
print(json.dumps({"torch": torch.__version__, "folder": os.path.dirname(torch.__file__), "cuda": torch.version.cuda, "gpus": gpus}))
`;

/** The name to import of "numpy>=1.23". */
const moduleOf = (requirement: string): string => /^[\w-]+/.exec(requirement)?.[0].replaceAll('-', '_') ?? requirement;

/** Seconds; a first import off a slow disk takes a while. */
const patience = 180;

/** `packages`: requirements that have to be importable too. */
export const tryTorch = async (folder: string, packages: readonly string[], env: Environ): Promise<Trial> => {
  // Isolated from the home of whoever asks; what lies on the path of a job is no matter here.
  const { code, stdout, stderr } = await ask(pythonIn(folder), ['-I', '-c', question, ...packages.map(moduleOf)], env, '', patience);
  const answer = stdout.trim().split('\n').at(-1) ?? '';
  if (code === 0) {
    try {
      return { facts: JSON.parse(answer) as TorchFacts };
    } catch {
      // Told below.
    }
  }
  return { fault: `${stdout}\n${stderr}`.split('\n') };
};
