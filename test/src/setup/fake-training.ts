/** A Python whose environments have PyTorch without any: what pip is asked for is noted, and the trial answers as it is told. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { untied } from '../../support/untied.ts';
import { type FakePath, pythonScript } from './fake-path.ts';

type Playing = {
  /** What installing does, "$@" as pip got it; by default all goes well. */
  readonly pip?: string;
  /** What the trial says of PyTorch; JSON without its folder. */
  readonly facts?: object;
  /** In place of the trial. */
  readonly trial?: string;
  readonly version?: readonly number[];
  readonly name?: string;
};

export const playTraining = (
  fake: FakePath,
  { pip = 'exit 0', facts = {}, trial, version = [3, 11, 2], name = 'python3' }: Playing = {},
): void => {
  const told = JSON.stringify({ torch: '2.13.0+cpu', cuda: null, gpus: [], ...facts }).slice(0, -1);
  const answer = trial ?? `mkdir -p "$here/torch"; echo '${told},"folder":"'"$here"'/torch"}'; exit 0`;
  const family = version.slice(0, 2).join('.');
  fake.script(
    name,
    pythonScript(
      path.join(fake.folder, 'bin', name),
      { version, headers: false },
      `
if [ "$3" = venv ]; then
  mkdir -p "$4/bin" "$4/lib/python${family}/site-packages"
  cat > "$4/bin/python" <<'INNER'
#!/bin/sh
here="$(dirname "$0")/.."
${untied}
if [ "$3" = pip ]; then
  echo "$@" >> "$HOME/pip"
  echo Installing collected packages: torch
${pip}
fi
case "$3" in
  *import_module*)
${answer} ;;
  *sysconfig*) echo '{"version":[${version.join(',')}],"executable":"'"$HOME"'/bin/${name}","implementation":"cpython","venv":true,"headers":false}' ;;
  *) echo "$PYTHONPATH $@" >> "$HOME/modules" ;;
esac
INNER
  chmod +x "$4/bin/python"
  exit 0
fi
echo "ModuleNotFoundError: No module named 'torch'" >&2
exit 1`,
    ),
  );
};

/** What pip was asked to install, one line a time. */
export const pipLines = (fake: FakePath): readonly string[] => {
  const said = readFileSync(path.join(fake.folder, 'pip'), 'utf8').trim().split('\n');
  return said.map(line => line.replace('-I -m pip install --progress-bar=off ', ''));
};
