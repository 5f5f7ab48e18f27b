"""The command line: run, sync, remove, inventory, score, compare, predict, export, check-model,
models, curves, info.

Exit codes: 0 done, 1 failed, 2 wrong usage or a bad job, 130 SIGINT, 143 SIGTERM.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from jobkit import machine, signals
from jobkit.cloud.container.die_with_parent import die_with_parent
from jobkit.command import guarded
from jobkit.events import JOURNAL, Phase
from jobkit.fields import read_object
from jobkit.files import as_problem, write_json

from seizure import __version__, facts
from seizure.program import PROGRAM, Events


def _run(args: argparse.Namespace) -> int:
    try:
        args.out.mkdir(parents=True, exist_ok=True, mode=0o700)
        events = Events(journal=args.out / JOURNAL, stream=sys.stdout if args.stream else None)
    except OSError as e:
        print(f"seizure: {as_problem(e, 'The folder for results cannot be used')}", file=sys.stderr)
        return 1
    if args.part:
        die_with_parent()

    def work() -> None:
        from seizure.evaluation.run import run
        from seizure.job import PrepareJob, parse

        job = parse(read_object(args.job))
        if args.data is not None:
            far = {"recordings": job.data_dir} if isinstance(job, PrepareJob) else {}
            job = replace(job, data_dir=args.data, **far)
        run(job, args.out, events)

    return guarded(PROGRAM, events, work)


def _sync(args: argparse.Namespace) -> int:
    if args.out is not None:  # of a container's job runner
        events = Events(journal=args.out / JOURNAL, stream=sys.stdout)
    elif args.events:
        events = Events(stream=sys.stdout, human=sys.stderr)
    else:
        events = Events(human=sys.stdout)

    def work() -> None:
        from seizure.fetch.inventories import OWN, Decided
        from seizure.fetch.sync import sync
        from seizure.job import check_name, check_url

        begun = time.monotonic()
        name, url = check_name(args.name, "NAME"), check_url(args.url, "--url")
        source = args.source.absolute() if args.source else None
        decided = Decided(args.unlabelled, args.long_seizures)
        said = args.unlabelled or args.long_seizures
        events.emit("started", job="sync", pid=os.getpid(), machine=facts.describe())
        with Phase(events, "data", name) as phase:
            sync(
                name, args.data, phase, source, url, decided if said else None, args.timeless,
                args.called or OWN,
            )  # fmt: skip
        stamp = args.data / f"{name}.json"
        events.emit("result", seconds=round(time.monotonic() - begun, 3), file=str(stamp))

    return guarded(PROGRAM, events, work)


def _carried(args: argparse.Namespace) -> int:
    events = Events(human=sys.stderr)

    def work() -> None:
        from seizure.fetch.carried import carried
        from seizure.job import check_name

        args.out.mkdir(parents=True, exist_ok=True, mode=0o700)
        print(json.dumps(carried(check_name(args.name, "NAME"), args.data, args.out)))

    return guarded(PROGRAM, events, work)


def _remove(args: argparse.Namespace) -> int:
    events = Events(human=sys.stdout)

    def work() -> None:
        from seizure.fetch.remove import remove
        from seizure.job import check_name

        name = check_name(args.name, "NAME")
        with Phase(events, "data", name) as phase:
            remove(name, args.data, phase, args.prepared)

    return guarded(PROGRAM, events, work)


def _inventory(args: argparse.Namespace) -> int:
    events = Events(human=sys.stderr)

    def work() -> None:
        from seizure.evaluation.data import inventory_at
        from seizure.evaluation.words import inventory_lines

        with Phase(events, "inventory", args.what) as phase:
            found = inventory_at(args.what, args.data, phase)
        summary = found.summary()
        print(json.dumps(summary) if args.json else "\n".join(inventory_lines(found.name, summary)))

    return guarded(PROGRAM, events, work)


def _score(args: argparse.Namespace) -> int:
    events = Events(human=sys.stderr)

    def work() -> None:
        from seizure.scoring import command

        scores = command.score(args.truth, args.predicted)
        if args.json is not None:
            write_json(args.json, scores)
        print("\n".join(command.lines(scores)))

    return guarded(PROGRAM, events, work)


def _compare(args: argparse.Namespace) -> int:
    events = Events(human=sys.stderr)

    def work() -> None:
        from seizure.evaluation.comparison import compare

        print(json.dumps(compare(args.one, args.other)))

    return guarded(PROGRAM, events, work)


def _models(args: argparse.Namespace) -> int:
    events = Events(human=sys.stderr)

    def work() -> None:
        from seizure.torch_needed import require_torch

        require_torch()
        from seizure.model.counts import table

        print("\n".join(table(args.rate)))

    return guarded(PROGRAM, events, work)


def _predict(args: argparse.Namespace) -> int:
    events = (
        Events(stream=sys.stdout, human=sys.stderr) if args.events else Events(human=sys.stderr)
    )

    def work() -> None:
        from seizure.torch_needed import require_torch

        require_torch()
        from seizure.inference import command

        told = command.run(
            args.checkpoint, args.model, args.threshold, args.edf, args.out,
            args.workers or machine.cores(), events,
        )  # fmt: skip
        if args.json is not None:
            write_json(args.json, {"v": 1, "recordings": told})
        command.require_all(told)

    return guarded(PROGRAM, events, work)


def _export(args: argparse.Namespace) -> int:
    events = Events(human=sys.stderr)

    def work() -> None:
        from seizure.torch_needed import require_torch

        require_torch()
        if args.what == "szcore":
            from seizure.inference.szcore.export import export

            yaml = export(args.checkpoint, args.model, args.title, args.out)
            print(json.dumps({"folder": str(args.out), "yaml": str(yaml)}))
        else:
            from seizure.inference import onnx

            worst = onnx.export(args.checkpoint, args.model, args.out)
            print(json.dumps({"file": str(args.out), "difference": worst, "most": onnx.MOST}))

    return guarded(PROGRAM, events, work)


def _check_model(args: argparse.Namespace) -> int:
    events = Events(human=sys.stderr)
    bad = False

    def work() -> None:
        nonlocal bad
        from seizure.model.own import command

        verdict = command.check_model(
            args.file, args.options, args.channels, args.rate, args.seconds, args.limit, events.log
        )
        bad = verdict.word != "ok" and not args.json  # who reads JSON reads the word
        print(json.dumps(verdict.fields()) if args.json else "\n".join(verdict.lines()))

    return guarded(PROGRAM, events, work) or int(bad)


def _curves(args: argparse.Namespace) -> int:
    events = Events(human=sys.stderr)

    def work() -> None:
        from seizure.trackers.command import write_curves

        print(json.dumps(write_curves(args)))

    return guarded(PROGRAM, events, work)


def _info(_args: argparse.Namespace) -> int:
    print(json.dumps(facts.describe()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="seizure", description="EEG seizure detection: recordings prepared, detectors scored."
    )
    parser.add_argument("--version", action="version", version=f"seizure {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run a job, resuming what an earlier attempt left")
    run.add_argument(
        "job", type=Path, metavar="JOB.json", help="what to prepare, to train or to score"
    )
    run.add_argument("--out", type=Path, required=True, metavar="DIR",
                     help="for events and results; one that was begun is gone on with")  # fmt: skip
    run.add_argument("--stream", action="store_true", help="print each event on stdout as well")
    part_help = "a part of a larger job, run for the job runner of a container"
    run.add_argument("--part", action="store_true", help=part_help)
    data_help = "a folder of datasets in place of the job's own: a copy of it, in a container"
    run.add_argument("--data", type=Path, metavar="DIR", help=data_help)
    run.set_defaults(call=_run)

    sync = commands.add_parser("sync", help="make, fetch or take recordings, and verify them")
    sync.add_argument("name", metavar="NAME", help="what they are called from now on")
    sync.add_argument("--data", type=Path, required=True, metavar="DIR",
                      help="where datasets are kept")  # fmt: skip
    from_help = "a folder of recordings that is here already; it is left where it is"
    sync.add_argument("--from", dest="source", type=Path, metavar="PATH", help=from_help)
    sync.add_argument("--url", metavar="URL", help="where to fetch them")
    sync.add_argument("--unlabelled", action="store_true",
                      help="take recordings without annotation, as background")  # fmt: skip
    long_help = "seizures of more than 30 minutes: as they are, or without their recording"
    sync.add_argument("--long-seizures", choices=("keep", "leave-out"), help=long_help)
    sync.add_argument("--events", action="store_true", help="events as JSON lines on stdout")
    timeless_help = "on a volume or in a bucket, where times of files do not last"
    sync.add_argument("--timeless", action="store_true", help=timeless_help)
    sync.add_argument("--called", metavar="TEXT", help="what the folder of --from is called")
    sync.add_argument("--out", type=Path, metavar="DIR", help="events into a journal there")
    sync.set_defaults(call=_sync)

    export = commands.add_parser("carried", help="a dataset's inventory as it is on a volume")
    export.add_argument("name", metavar="NAME", help="of the dataset")
    export.add_argument("--data", type=Path, required=True, metavar="DIR",
                        help="where datasets are kept")  # fmt: skip
    export.add_argument("--out", type=Path, required=True, metavar="DIR",
                        help="for stamp, inventory, and the list of files to be sent")  # fmt: skip
    export.set_defaults(call=_carried)

    remove = commands.add_parser("remove", help="let a dataset go; folders of your own stay")
    remove.add_argument("name", metavar="NAME", help="of the dataset")
    remove.add_argument("--data", type=Path, required=True, metavar="DIR",
                        help="where datasets are kept")  # fmt: skip
    remove.add_argument("--prepared", action="store_true", help="what was prepared of it alone")
    remove.set_defaults(call=_remove)

    inventory = commands.add_parser("inventory", help="what a folder of recordings has")
    inventory.add_argument("what", metavar="FOLDER|NAME", help="recordings, or a dataset's name")
    inventory.add_argument("--data", type=Path, required=True, metavar="DIR",
                           help="where datasets are kept")  # fmt: skip
    inventory.add_argument("--json", action="store_true", help="one JSON object")
    inventory.set_defaults(call=_inventory)

    score = commands.add_parser("score", help="compare two folders of annotations")
    score.add_argument("truth", type=Path, metavar="TRUTH", help="a folder of *_events.tsv")
    score.add_argument("predicted", type=Path, metavar="PRED", help="the same, of a detector")
    score.add_argument("--json", type=Path, metavar="FILE", help="write the scores there as well")
    score.set_defaults(call=_score)

    compare = commands.add_parser("compare", help="two runs, patient by patient, as JSON")
    compare.add_argument("one", type=Path, metavar="DIR", help="a job's folder, with its scores")
    compare.add_argument("other", type=Path, metavar="DIR", help="that of another")
    compare.set_defaults(call=_compare)

    models = commands.add_parser("models", help="how many parameters each size of a model has")
    models.add_argument("--rate", type=int, default=256, metavar="HZ", help="of the signal")
    models.set_defaults(call=_models)

    predict = commands.add_parser("predict", help="find seizures in recordings without labels")
    predict.add_argument("edf", type=Path, nargs="+", metavar="EDF",
                         help="EDF files, or folders of them")  # fmt: skip
    predict.add_argument("--checkpoint", type=Path, required=True, metavar="DIR",
                         help="the folder of a trained model")  # fmt: skip
    model_help = "the Python file of a model of one's own, as it was in training: it is run"
    predict.add_argument("--model", type=Path, metavar="FILE", help=model_help)
    predict.add_argument("--out", type=Path, required=True, metavar="DIR",
                         help="for an event table of each recording")  # fmt: skip
    predict.add_argument("--threshold", type=float, metavar="P",
                         help="probability in place of the checkpoint's threshold")  # fmt: skip
    predict.add_argument(
        "--workers", type=int, default=0, metavar="N", help="threads; 0: all cores"
    )
    predict.add_argument("--json", type=Path, metavar="FILE", help="write what was found there too")
    predict.add_argument("--events", action="store_true", help="events as JSON lines on stdout")
    predict.set_defaults(call=_predict)

    export = commands.add_parser("export", help="a checkpoint for the leaderboard, or as ONNX")
    export.add_argument("what", choices=("szcore", "onnx"), help="a container's folder, or a file")
    export.add_argument("--checkpoint", type=Path, required=True, metavar="DIR",
                        help="the folder of a trained model")  # fmt: skip
    export.add_argument("--model", type=Path, metavar="FILE", help=model_help)
    export.add_argument("--title", default="ann-tui", metavar="TEXT", help="of the algorithm")
    export.add_argument("--out", type=Path, required=True, metavar="PATH",
                        help="folder or file that is not there yet")  # fmt: skip
    export.set_defaults(call=_export)

    check = commands.add_parser("check-model", help="try a model file of one's own, in a child")
    check.add_argument("file", type=Path, metavar="FILE.py", help="with its Model and Options")
    check.add_argument("--json", action="store_true", help="one JSON object")
    check.add_argument("--options", metavar="JSON", default="{}",
                       help="values of its Options in place of the defaults")  # fmt: skip
    check.add_argument("--channels", metavar="N", type=int, nargs="+", default=[19, 18],
                       help="numbers of channels that it has to take (19 18)")  # fmt: skip
    check.add_argument("--rate", metavar="HZ", type=int, default=256, help="(256)")
    check.add_argument("--seconds", metavar="S", type=int, default=30, help="of a window (30)")
    check.add_argument("--limit", metavar="S", type=float, help="for each step of the check (30)")
    check.set_defaults(call=_check_model)

    curves = commands.add_parser("curves", help="what a training's events say, for a tracker")
    curves.add_argument("tracker", choices=("tensorboard", "wandb"))
    curves.add_argument("job", type=Path, metavar="JOB", help="the folder that the training wrote")
    curves.add_argument("--run", required=True, metavar="NAME", help="what it is called there")
    curves.add_argument("--out", type=Path, required=True, metavar="DIR", help="where files go")
    curves.add_argument("--synthetic", action="store_true", help="its data are made up")
    curves.add_argument("--project", help="of Weights & Biases")
    curves.add_argument("--entity", help="of Weights & Biases: a person or a team")
    curves.add_argument("--online", action="store_true", help="send it there, as who is signed in")
    curves.set_defaults(call=_curves)

    info = commands.add_parser("info", help="one JSON object: versions, processor")
    info.set_defaults(call=_info)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Entry point of `python -m seizure`."""
    os.umask(0o077)  # what a run leaves behind is its owner's
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    args = _parser().parse_args(argv)
    signals.install()
    return args.call(args)  # type: ignore[no-any-return]
