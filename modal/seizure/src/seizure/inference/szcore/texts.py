"""What stands in the files of a container's folder."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

from seizure.checkpoints.card import Card

#: What predicting needs beside torch, as it is here: versions can change a last bit.
PACKAGES = ("numpy", "scipy", "edfio", "timescoring", "safetensors")
#: A short title may have so many letters.
SHORT = 20

DOCKERFILE = """\
# The algorithm as epilepsybenchmarks.com runs it, without a network: it reads /data/$INPUT and
# writes /output/$OUTPUT.
FROM python:{python}-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONPATH=/app/packages
WORKDIR /app
RUN python -m pip install --no-cache-dir torch=={torch} --index-url https://download.pytorch.org/whl/cpu
COPY requirements.txt .
RUN python -m pip install --no-cache-dir -r requirements.txt
COPY packages packages
COPY checkpoint checkpoint
RUN useradd --no-create-home --uid 10001 algorithm
USER algorithm
VOLUME ["/data"]
VOLUME ["/output"]
ENV INPUT="" OUTPUT=""
CMD python3 -m seizure.inference.szcore checkpoint "/data/$INPUT" "/output/$OUTPUT"
"""

README = """\
# {title}, as the SzCORE leaderboard runs it

1. Fill in what is marked FILL IN in {yaml}: who made it, where the image will be, its licence.
2. Build and try it, without a network, on a recording of your own:

       docker build -t {image} .
       mkdir -p out && touch out/found.tsv && chmod 666 out/found.tsv
       docker run --network none -e INPUT=recording.edf -e OUTPUT=found.tsv \\
         -v FOLDER_OF_RECORDINGS:/data:ro -v "$PWD/out":/output {image}

3. Push the image to where {yaml} says, and open a pull request at https://github.com/esl-epfl/szcore
   that adds {yaml} to its folder algorithms/.

Recordings come with 19 electrodes against their average, at 256 Hz; the table has the events that
`ann-tui predict` finds in them.
"""


def dockerfile() -> str:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return DOCKERFILE.format(python=python, torch=version("torch").partition("+")[0])


def requirements() -> str:
    return "".join(f"{name}=={version(name)}\n" for name in PACKAGES)


def readme(title: str, yaml: str, image: str) -> str:
    return README.format(title=title, yaml=yaml, image=image)


def image_of(name: str) -> str:
    return f"ghcr.io/FILL-IN/{name}:1"


def algorithm(title: str, name: str, card: Card) -> str:
    """The leaderboard's description of an algorithm, by its schema (config/schema.json there).
    Texts are quoted as in JSON, which YAML reads."""
    own = {
        "title": title, "short_title": title[:SHORT], "image": image_of(name), "version": "1",
        "date_released": card.made[:10],
    }  # fmt: skip
    lines = [
        "# FILL IN: image, authors, licence. Then a copy of this belongs into algorithms/ of",
        "# https://github.com/esl-epfl/szcore",
        *(f"{key}: {json.dumps(value)}" for key, value in own.items()),
        "authors:",
        '  - given_names: "FILL IN"',
        '    family_names: "FILL IN"',
        '    affiliation: "FILL IN"',
        f"abstract: {json.dumps(abstract(card))}",
        'license: "FILL IN"',
        "datasets:",
        *(f"  - {json.dumps(f'{one.name} {one.version}')}" for one in card.data),
    ]  # fmt: skip
    return "\n".join([*lines, ""])


def abstract(card: Card) -> str:
    """What the card says, in sentences."""
    made_up = all(one.synthetic for one in card.data)
    area = card.metrics.get("dev_auroc")
    settings = card.settings
    told = [
        f"A neural network ({card.model.name}, {card.model.parameters:,} parameters) that gives a "
        f"probability of seizure for each second, from windows of {card.seconds} s.",
        f"Input: {card.channels} channels ({card.montage}), resampled to {settings.rate} Hz, "
        f"{settings.low:g} to {settings.high:g} Hz ({settings.filter}), each channel scaled by its "
        "own median and quartiles.",
        f"Trained on {', '.join(f'{one.name} (version {one.version})' for one in card.data)}"
        f"{': made-up patients, no recording of a person' if made_up else ''}; "
        f"seed {card.seed}, step {card.step:,}.",
        f"Events are where the probability is at least {card.threshold:.3g}, which was chosen on "
        f"{card.threshold_from}.",
    ]
    if area is not None:
        told.append(f"AUROC on dev, pooled at 1 Hz: {area:.3f}.")
    return " ".join(told)
