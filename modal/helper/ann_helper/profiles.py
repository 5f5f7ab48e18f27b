"""The profile file, which the client reads once and shows nobody."""

from __future__ import annotations

import os
from typing import Any

import toml


def config_path() -> str:
    return os.environ.get("MODAL_CONFIG_PATH") or os.path.expanduser("~/.modal.toml")


def read_profiles() -> dict[str, dict[str, Any]]:
    """Every profile; none without a file."""
    try:
        with open(config_path(), encoding="utf-8") as file:
            found = toml.load(file)
    except FileNotFoundError:
        return {}
    return {name: values for name, values in found.items() if isinstance(values, dict)}


def active_profile() -> str:
    """The client's own rule: the variable, else the active one, else "default"."""
    if named := os.environ.get("MODAL_PROFILE"):
        return named
    return next((name for name, values in read_profiles().items() if values.get("active") is True), "default")
