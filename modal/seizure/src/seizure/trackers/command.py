"""`curves`: the folder of a training in, one JSON object about what was written out."""

from __future__ import annotations

import argparse
from typing import Any

from jobkit.files import made

from seizure.trackers import tensorboard, wandb
from seizure.trackers.about import About
from seizure.trackers.read import read_config, read_tracks


def write_curves(args: argparse.Namespace) -> dict[str, Any]:
    """`written`: folders, or addresses of what was sent, one a seed."""
    tracks = read_tracks(args.job, args.synthetic)
    about = About(args.run, read_config(args.job), args.synthetic)
    with made(args.out):
        out = args.out.resolve()
        if args.tracker == "tensorboard":
            written = [str(folder) for folder in tensorboard.write(tracks, about, out)]
        else:
            project = args.project or wandb.PROJECT
            written = wandb.write(tracks, about, out, project, args.entity, args.online)
    return {
        "tracker": args.tracker,
        "written": written,
        "seeds": [track.seed for track in tracks],
        "steps": [track.rows[-1].step for track in tracks],
    }
