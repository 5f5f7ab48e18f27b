/** A checkpoint of a tiny model that was never trained, and made-up recordings without labels: enough to predict in seconds. Needs PyTorch. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/util/paths.ts';
import { pythonBelow } from '../support/stand-in.ts';
import type { Home } from './program.ts';

const program = `
import hashlib, json, sys
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import torch
from cards import card_json
from safetensors.torch import save_file
from seizure.model.build import build
from seizure.store.settings import Settings
from seizure.synthetic.corpus import write_corpus
from seizure.synthetic.recipe import Recipe

folder = Path(sys.argv[1])
settings, options = Settings("referential", 64, 0.5, 20.0), {"filters": 2, "electrode_features": 2, "width": 4, "tcn_blocks": 1}
torch.manual_seed(0)
model = build("tiny", options, 19, 64, 5, None)
checkpoint = folder / "checkpoint"
checkpoint.mkdir()
save_file(model.state_dict(), checkpoint / "model.safetensors")
files = {"model.safetensors": hashlib.sha256((checkpoint / "model.safetensors").read_bytes()).hexdigest()}
described = {"name": "tiny", "options": options, "parameters": sum(p.numel() for p in model.parameters()), "sha256": None}
card = card_json(settings=asdict(settings), model=described, seconds=5, logits_hz=model.logits_hz, files=files)
(checkpoint / "card.json").write_text(json.dumps(card))

phase = SimpleNamespace(seconds=1.0, progress=lambda *_: None)
write_corpus(folder / "made", phase, Recipe(splits=(("train", 1, 60), ("dev", 1, 60), ("test", 1, 60))))
(folder / "nights").mkdir()
for n, edf in enumerate(sorted((folder / "made").rglob("*.edf"))[:2]):
    edf.rename(folder / "nights" / f"night-{n}.edf")
`;

/** `checkpoint`: its folder; `nights`: that of night-0.edf and night-1.edf. */
export const writeUntrained = async (home: Home): Promise<{ readonly checkpoint: string; readonly nights: string }> => {
  const sources = ['modal/jobkit/src', 'modal/seizure/src', 'test/python/seizure'].map(name => path.join(packageRoot, name));
  const env = { PYTHONPATH: sources.join(path.delimiter), PYTHONDONTWRITEBYTECODE: '1' };
  await execa(pythonBelow('training-'), ['-c', program, home.folder], { env });
  rmSync(path.join(home.folder, 'made'), { recursive: true });
  return { checkpoint: path.join(home.folder, 'checkpoint'), nights: path.join(home.folder, 'nights') };
};
