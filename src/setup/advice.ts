/** What to type when something is missing, in the words of this machine's own package manager. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import type { Environ } from './setup-process.ts';

/** The first file of that name on the PATH that may be run. */
export const onPath = (name: string, env: Environ): string | undefined => {
  for (const folder of (env.PATH ?? '').split(path.delimiter)) {
    if (folder === '') continue;
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Next folder.
    }
  }
  return undefined;
};

type Package = 'compiler' | 'python' | 'venv' | 'headers';
type Manager = { readonly program: string; readonly command: Readonly<Record<Package, string>> };

/** `VERSION` stands for "3.11". */
const managers: readonly Manager[] = [
  {
    program: 'apt-get',
    command: {
      compiler: 'sudo apt install g++',
      python: 'sudo apt install python3 python3-venv python3-dev',
      venv: 'sudo apt install pythonVERSION-venv',
      headers: 'sudo apt install pythonVERSION-dev',
    },
  },
  {
    program: 'dnf',
    command: {
      compiler: 'sudo dnf install gcc-c++',
      python: 'sudo dnf install python3 python3-devel',
      venv: 'sudo dnf install python3',
      headers: 'sudo dnf install python3-devel',
    },
  },
  {
    program: 'pacman',
    command: {
      compiler: 'sudo pacman -S gcc',
      python: 'sudo pacman -S python',
      venv: 'sudo pacman -S python',
      headers: 'sudo pacman -S python',
    },
  },
  {
    program: 'zypper',
    command: {
      compiler: 'sudo zypper install gcc-c++',
      python: 'sudo zypper install python312 python312-devel',
      venv: 'sudo zypper install python3-venv',
      headers: 'sudo zypper install python3-devel',
    },
  },
  {
    program: 'apk',
    command: {
      compiler: 'sudo apk add g++',
      python: 'sudo apk add python3 python3-dev',
      venv: 'sudo apk add python3',
      headers: 'sudo apk add python3-dev',
    },
  },
  {
    program: 'brew',
    command: {
      compiler: 'xcode-select --install',
      python: 'brew install python@3.13',
      venv: 'brew install python@3.13',
      headers: 'brew install python@3.13',
    },
  },
];

const mac: Readonly<Record<Package, string>> = {
  compiler: 'xcode-select --install',
  python: 'install Python from https://www.python.org/downloads',
  venv: 'install Python from https://www.python.org/downloads',
  headers: 'install Python from https://www.python.org/downloads',
};

const unknown: Readonly<Record<Package, string>> = {
  compiler: 'install g++ or clang++ with your package manager',
  python: 'install Python 3.10 or newer with your package manager',
  venv: "install Python's venv module with your package manager",
  headers: "install Python's development headers with your package manager",
};

/** The command that installs it here; `version` is the Python's, "3.11". `root`: nobody has to be asked. */
export const installCommand = (
  wanted: Package,
  env: Environ,
  version = '3',
  platform: string = process.platform,
  root: boolean = process.getuid?.() === 0,
): string => {
  // Only macOS' own tools bring its C++ headers, whatever Homebrew offers.
  if (platform === 'darwin' && (wanted === 'compiler' || onPath('brew', env) === undefined)) return mac[wanted];
  const manager = managers.find(({ program }) => onPath(program, env) !== undefined);
  const command = (manager?.command ?? unknown)[wanted].replace('VERSION', version);
  // Containers run as root and have no sudo.
  return root ? command.replace(/^sudo /, '') : command;
};
