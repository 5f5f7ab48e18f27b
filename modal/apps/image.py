"""The image of every app: what one has built, another need not.

Modal puts an app's own file into its containers, and no other: this module, declare.py and fleet.py are added by name. Import them by these names.
"""

from pathlib import Path

import modal

#: Sources that every app needs installed; what is built on them is installed after them.
SHARED = ("jobkit",)
#: What packages need beside numpy; apps without them build none of it. Sources are installed without their dependencies.
NEEDS = {"seizure": ("scipy==1.17.1", "edfio==0.4.18", "timescoring==0.0.7")}
LEFT_OUT = ["**/__pycache__", "**/*.py[co]", "**/.*", "**/build", "**/*.so", "**/*.egg-info"]


def image(*packages: str, environment: dict[str, str] | None = None) -> modal.Image:
    """`packages`: folders beside this one that are installed too, in this order. What changes rarely comes first: after a change of ours only
    the last layers are built. `environment`: of one app alone."""
    installed = (*SHARED, *packages)
    sources = Path(__file__).parent.parent
    built = (
        modal.Image.debian_slim(python_version="3.11")
        .apt_install("g++")
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
