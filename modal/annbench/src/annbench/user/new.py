"""A fresh implementation: one file that builds, passes and shows where to start."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from jobkit.errors import Problem

from annbench.job import REGISTERED

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
#: Words that are no names in C++ (those a person might think of).
_TAKEN = {
    "alignas", "alignof", "and", "asm", "auto", "bool", "break", "case", "catch", "char", "class",
    "concept", "const", "constexpr", "continue", "decltype", "default", "delete", "do", "double",
    "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend", "goto",
    "if", "inline", "int", "long", "mutable", "namespace", "new", "noexcept", "not", "nullptr",
    "operator", "or", "private", "protected", "public", "register", "requires", "return", "short",
    "signed", "sizeof", "static", "struct", "switch", "template", "this", "throw", "true", "try",
    "typedef", "typename", "union", "unsigned", "using", "virtual", "void", "volatile", "while",
    "xor", "ann", "std", "main",
}  # fmt: skip


def create(name: str, folder: Path) -> Path:
    """Writes NAME.cpp and returns its path; refuses what is there already."""
    what = f"{name!r} cannot be the name of an implementation"
    if not _NAME.fullmatch(name):
        raise Problem(what, "a name is letters, digits and '_', and starts with a letter",
                      "try: new my_index")  # fmt: skip
    if name in _TAKEN:
        raise Problem(what, "C++ uses this word itself", f"try: new {name}_index")
    if name in REGISTERED:
        raise Problem(what, "one that is built in has it", f"try: new my_{name}")
    text = files("annbench").joinpath("templates/new.cpp").read_text(encoding="utf-8")
    path = folder.absolute() / f"{name}.cpp"
    try:
        with open(path, "x", encoding="utf-8") as f:
            f.write(re.sub(r"\bNAME\b", name, text))
    except FileExistsError as e:
        raise Problem(f"{path} was not written", "there is such a file already",
                      "choose another name, or move the file away") from e  # fmt: skip
    return path
