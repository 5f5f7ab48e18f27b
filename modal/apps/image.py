"""The image of every app: what one has built, another need not.

PyTorch comes as a wheel that brings CUDA's libraries along: no compiler of CUDA is needed, and nothing of it is built. mamba-ssm compiles kernels of
its own, with nvcc, for minutes: it has an image of its own, upon NVIDIA's, for a training that asks for those kernels.

Modal puts an app's own file into its containers, and no other: this module, declare.py and fleet.py are added by name. Import them by these names.
"""

import json
from pathlib import Path

import modal

#: Sources that every app needs installed; what is built on them is installed after them.
SHARED = ("jobkit",)
#: What packages need beside numpy; apps without them build none of it. Sources are installed without their dependencies.
NEEDS = {"seizure": ("scipy==1.17.1", "edfio==0.4.18", "timescoring==0.0.7")}
#: Of NVIDIA's images the one whose CUDA is that of the wheel of PyTorch below, with nvcc.
CUDA_DEVEL = "nvidia/cuda:13.0.0-devel-ubuntu24.04"
LEFT_OUT = ["**/__pycache__", "**/*.py[co]", "**/.*", "**/build", "**/*.so", "**/*.egg-info"]


def _with_torch(kernels: str, sources: Path) -> modal.Image:
    """`kernels`: "torch", or "mamba-ssm" for those that are compiled."""
    pinned = json.loads((sources / "training-environment.json").read_text(encoding="utf-8"))["torch"]["version"]
    torch = (f"torch=={pinned}", "safetensors==0.8.0")
    if kernels != "mamba-ssm":
        return modal.Image.debian_slim(python_version="3.11").pip_install(*torch).apt_install("g++")
    devel = modal.Image.from_registry(CUDA_DEVEL, add_python="3.11").apt_install("g++", "git")
    # Its build looks for the PyTorch that is there.
    return devel.pip_install(*torch, "numpy==2.4.6", "packaging", "ninja==1.13.2", "setuptools", "wheel").run_commands(
        "python -m pip install --no-build-isolation causal-conv1d==1.7.0 mamba-ssm==2.3.2.post1"
    )


def image(*packages: str, torch: str | None = None, environment: dict[str, str] | None = None) -> modal.Image:
    """`packages`: folders beside this one that are installed too, in this order. What changes rarely comes first: after a change of ours only
    the last layers are built. `torch`: with PyTorch, and whose kernels it computes with: "torch" or "mamba-ssm". `environment`: of one app
    alone."""
    installed = (*SHARED, *packages)
    sources = Path(__file__).parent.parent
    base = modal.Image.debian_slim(python_version="3.11").apt_install("g++")
    built = (
        (_with_torch(torch, sources) if torch else base)
        .pip_install(
            "numpy==2.4.6",
            "h5py==3.16.0",
            "scikit-build-core==1.1.2",
            "nanobind==3.1.0",
            "cmake==4.4.4",
            "ninja==1.13.2",
        )
        # Volumes know no locks of files, and each file has one writer here.
        .env({"HDF5_USE_FILE_LOCKING": "BEST_EFFORT", "PYTHONUTF8": "1"})
    )
    needs = [one for name in installed for one in NEEDS.get(name, ())]
    if needs:
        built = built.pip_install(*needs)
    for name in installed:
        built = built.add_local_dir(sources / name, f"/opt/{name}", copy=True, ignore=LEFT_OUT)
    places = " ".join(f"/opt/{name}" for name in installed)
    built = built.run_commands(f"python -m pip install --no-deps --no-build-isolation {places}")
    if environment:
        built = built.env(environment)
    # Last: nothing can be built upon what is added when a container starts.
    return built.add_local_python_source("image", "declare", "fleet")
