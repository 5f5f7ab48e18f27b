"""The tree of a volume as it was committed: paths and what is at them. Pure: no file is touched here.

Paths have no slash at either end; the root is "". Every folder above an entry has an entry of its own.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from .volume_contents import Content


class TreeError(Exception):
    """A path that cannot be had. `kind`: missing, exists, is_folder, not_folder, bad_path, limit."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Folder:
    """A folder; `mode` are permission bits, `mtime` unix seconds."""

    mode: int
    mtime: float


@dataclass(frozen=True)
class File:
    """A file with its bytes."""

    mode: int
    mtime: float
    content: Content


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    target: str
    mtime: float


Node = Folder | File | Link


def clean_path(path: str) -> str:
    """`/a//b/./c/` → `a/b/c`. Raises TreeError for a path that leaves the volume."""
    if "\0" in path:
        raise TreeError("bad_path", f"{path!r}: invalid path")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise TreeError("bad_path", f"{path}: path must not contain '..'")
    return "/".join(parts)


class Tree:
    """A mutable tree of nodes."""

    def __init__(self, nodes: dict[str, Node] | None = None) -> None:
        self.nodes: dict[str, Node] = nodes if nodes is not None else {}

    def copy(self) -> Tree:
        return Tree(dict(self.nodes))

    def get(self, path: str) -> Node | None:
        return self.nodes.get(path)

    def is_folder(self, path: str) -> bool:
        return path == "" or isinstance(self.nodes.get(path), Folder)

    def bytes(self) -> int:
        """What the files hold together."""
        return sum(node.content.size for node in self.nodes.values() if isinstance(node, File))

    def put(self, path: str, node: Node, *, overwrite: bool = True) -> None:
        """Put a node, with the folders above it. A folder is never replaced by a file."""
        if not path:
            raise TreeError("is_folder", "/: is a directory")
        known = self.nodes.get(path)
        if known is not None and not (isinstance(known, Folder) and isinstance(node, Folder)):
            if isinstance(known, Folder):
                raise TreeError("exists", f"/{path}: is a directory")
            if not overwrite:
                raise TreeError("exists", f"/{path}: already exists")
        self.make_folders(posixpath.dirname(path), node.mtime)
        self.nodes[path] = node

    def make_folders(self, path: str, mtime: float) -> None:
        """The folder and all above it."""
        if not path:
            return
        known = self.nodes.get(path)
        if isinstance(known, Folder):
            return
        if known is not None:
            raise TreeError("not_folder", f"/{path}: not a directory")
        self.make_folders(posixpath.dirname(path), mtime)
        self.nodes[path] = Folder(0o755, mtime)

    def remove(self, path: str, *, recursive: bool = False) -> None:
        """Remove a file, or a folder with all below it when `recursive`. The root is emptied."""
        node = self.nodes.get(path)
        if path and node is None:
            raise TreeError("missing", f"/{path}: no such file or directory")
        if path and not isinstance(node, Folder):
            del self.nodes[path]
            return
        if not recursive:
            raise TreeError("is_folder", f"/{path}: is a directory; pass recursive to delete it")
        for name in [name for name, _ in self.below(path)]:
            del self.nodes[name]
        self.nodes.pop(path, None)

    def discard(self, path: str) -> None:
        """Remove whatever is at a path, and all below it; nothing there is fine."""
        if self.nodes.pop(path, None) is None:
            return
        for name in [name for name, _ in self.below(path)]:
            del self.nodes[name]

    def below(self, path: str) -> Iterator[tuple[str, Node]]:
        """Everything below a folder, at any depth."""
        prefix = path + "/" if path else ""
        for name, node in self.nodes.items():
            if name.startswith(prefix) and name != path:
                yield name, node

    def listing(self, path: str, *, recursive: bool) -> list[tuple[str, Node]]:
        """What `ls` of a path shows, sorted: the file itself, or what is in the folder."""
        if not self.is_folder(path):
            node = self.nodes.get(path)
            if node is None:
                raise TreeError("missing", f"/{path}: no such file or directory")
            return [(path, node)]
        depth = path.count("/") + 1 if path else 0
        return sorted((name, node) for name, node in self.below(path) if recursive or name.count("/") == depth)

    def file(self, path: str) -> File:
        """The file at a path, through links within the volume."""
        for _ in range(16):
            node = self.nodes.get(path)
            if isinstance(node, File):
                return node
            if not isinstance(node, Link):
                break
            path = clean_path(posixpath.normpath(posixpath.join(posixpath.dirname(path), node.target)))
        if self.is_folder(path):
            raise TreeError("is_folder", f"/{path}: is a directory")
        raise TreeError("missing", f"/{path}: no such file or directory")

    def copy_paths(self, sources: list[str], target: str, *, into_folder: bool, recursive: bool, mtime: float) -> None:
        """Unix `cp`: several sources need a folder as target; a folder as source needs `recursive`."""
        into_folder = into_folder or self.is_folder(target)
        if len(sources) > 1 and not self.is_folder(target):
            raise TreeError("not_folder", f"/{target}: not a directory")
        for source in sources:
            destination = posixpath.join(target, posixpath.basename(source)) if into_folder else target
            node = self.nodes.get(source)
            if node is None:
                raise TreeError("missing", f"/{source}: no such file or directory")
            if isinstance(node, Folder):
                if not recursive:
                    raise TreeError("is_folder", f"/{source}: is a directory; pass recursive to copy it")
                if destination == source or destination.startswith(source + "/"):
                    raise TreeError("bad_path", f"/{source}: cannot copy a directory into itself")
                copies = list(self.below(source))
                self.make_folders(destination, mtime)
                for name, below in copies:
                    self.put(destination + name[len(source) :], _touched(below, mtime))
                continue
            self.put(destination, _touched(node, mtime))


def _touched(node: Node, mtime: float) -> Node:
    if isinstance(node, File):
        return File(node.mode, mtime, node.content)
    if isinstance(node, Folder):
        return Folder(node.mode, mtime)
    return Link(node.target, mtime)
