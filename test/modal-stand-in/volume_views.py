"""What a container sees of a volume: a folder of its own, made from a snapshot, compared with it at each commit.

A view knows what was in its folder when it was last in step (`base`) and how the files looked then (`stamps`). `changes` says what the
container did since; `bring` brings what others committed. Both only block: call them in a thread.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path

from .volume_contents import ContentStore, WholeFile
from .volume_tree import File, Folder, Link, Node

# A file system's clock ticks every few milliseconds: a file written again within the tick may look the same, though it is not.
CLOCK_TICK_NS = 20_000_000

Stamp = tuple[int, int, int, int, int]


@dataclass
class Changes:
    """What a container did to its files since they were last in step."""

    put: dict[str, Node] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.put or self.gone)


class View:
    """The working tree of one container for one volume (or for `prefix`, a folder of it)."""

    def __init__(self, folder: Path, prefix: str, *, read_only: bool) -> None:
        self.folder = folder
        self.prefix = prefix
        self.read_only = read_only
        self.base: dict[str, Node] = {}
        self._stamps: dict[str, Stamp | None] = {}
        folder.mkdir(parents=True)

    def inside(self, nodes: dict[str, Node]) -> dict[str, Node]:
        """The part of a volume's nodes that this view shows, by path within the view."""
        if not self.prefix:
            return dict(nodes)
        start = self.prefix + "/"
        return {path[len(start) :]: node for path, node in nodes.items() if path.startswith(start)}

    def outside(self, path: str) -> str:
        """The volume's path of a path in the view."""
        return f"{self.prefix}/{path}" if self.prefix else path

    def changes(self, store: ContentStore) -> Changes:
        """New, changed and deleted files since the last time in step; from now on they count as in step."""
        changes = Changes()
        if self.read_only:
            return changes
        found: dict[str, Node] = {}
        for path, status in _walk(self.folder):
            node = self._node_now(path, status, store)
            if node is None:
                continue
            found[path] = node
            if node is not self.base.get(path):
                changes.put[path] = node
        changes.gone = [path for path in self.base if path not in found]
        for path in changes.gone:
            self._stamps.pop(path, None)
        self.base = found
        return changes

    def bring(self, nodes: dict[str, Node]) -> None:
        """Make the folder show these nodes (a part of a volume, see `inside`). Call `changes` before, or they are lost."""
        for path in sorted((path for path in self.base if path not in nodes), reverse=True):
            _remove(self.folder / path)
            self._stamps.pop(path, None)
        fresh: list[tuple[Path, Folder]] = []
        for path in sorted(nodes):
            node, known = nodes[path], self.base.get(path)
            if node is known:
                continue
            target = self.folder / path
            if isinstance(node, Folder):
                if not isinstance(known, Folder):
                    _remove(target)
                    target.mkdir(exist_ok=True)
                fresh.append((target, node))
                continue
            if isinstance(known, Folder):
                _remove(target)
            self._write(target, node)
            self._stamps[path] = _stamp(target.lstat())
        # Last, since making files in a folder touches it.
        for target, node in reversed(fresh):
            target.chmod(node.mode)
            os.utime(target, (node.mtime, node.mtime))
        self.base = dict(nodes)

    def drop(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _node_now(self, path: str, status: os.stat_result, store: ContentStore) -> Node | None:
        known = self.base.get(path)
        if stat.S_ISDIR(status.st_mode):
            mode = stat.S_IMODE(status.st_mode)
            return known if isinstance(known, Folder) and known.mode == mode else Folder(mode, status.st_mtime)
        stamp = self._stamps.get(path)
        if known is not None and stamp is not None and stamp == _stamp(status):
            return known
        try:
            if stat.S_ISLNK(status.st_mode):
                target = os.readlink(self.folder / path)
                node: Node = known if isinstance(known, Link) and known.target == target else Link(target, status.st_mtime)
            else:
                node = self._file_now(path, status, known, store)
        except FileNotFoundError:
            return None
        self._stamps[path] = _stamp(status)
        return node

    def _file_now(self, path: str, status: os.stat_result, known: Node | None, store: ContentStore) -> Node:
        mode = stat.S_IMODE(status.st_mode)
        same = (
            isinstance(known, File)
            and known.mode == mode
            and isinstance(known.content, WholeFile)
            and known.content.size == status.st_size
            and path in self._stamps
            and self._stamps[path] is None
            and filecmp.cmp(known.content.path, self.folder / path, shallow=False)
        )
        return known if same and known is not None else File(mode, status.st_mtime, store.copy(self.folder / path))

    def _write(self, target: Path, node: File | Link) -> None:
        # Beside it, then renamed: whoever still has the old file open goes on reading the old bytes.
        beside = target.with_name(f".{target.name[:200]}.{time.monotonic_ns()}")
        if isinstance(node, Link):
            os.symlink(node.target, beside)
            os.replace(beside, target)
            return
        if self.read_only and node.mode & 0o777 == 0o644:
            node.content.link_to(beside)
        else:
            node.content.write_to(beside)
            beside.chmod(node.mode)
        os.utime(beside, (node.mtime, node.mtime))
        if target.is_dir() and not target.is_symlink():
            _remove(target)
        os.replace(beside, target)


def open_in(folder: Path, task_id: str) -> bool:
    """Has a process of this container a file of the folder open, or its working directory in it? Linux only; elsewhere never."""
    proc = Path("/proc")
    if not proc.is_dir():
        return False
    inodes: set[tuple[int, int]] | None = None
    mark = f"MODAL_TASK_ID={task_id}".encode()
    for entry in proc.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if mark not in (entry / "environ").read_bytes().split(b"\0"):
                continue
            # Looked up by inode: a container may be in a mount namespace, where paths mean something else.
            if inodes is None:
                top = folder.stat()
                inodes = {(status.st_dev, status.st_ino) for _, status in _walk(folder)} | {(top.st_dev, top.st_ino)}
            for handle in [entry / "cwd", *(entry / "fd").iterdir()]:
                try:
                    status = handle.stat()
                except OSError:
                    continue
                if (status.st_dev, status.st_ino) in inodes:
                    return True
        except OSError:
            continue
    return False


def _walk(folder: Path, above: str = "") -> list[tuple[str, os.stat_result]]:
    """Folders, files and links below, each folder before what is in it; nothing else can be in a volume."""
    found: list[tuple[str, os.stat_result]] = []
    pending = [above]
    while pending:
        here = pending.pop()
        try:
            entries = list(os.scandir(folder / here))
        except (FileNotFoundError, NotADirectoryError):
            continue
        for entry in entries:
            path = f"{here}/{entry.name}" if here else entry.name
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if stat.S_ISDIR(status.st_mode):
                pending.append(path)
            elif not (stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode)):
                continue
            found.append((path, status))
    return found


def _stamp(status: os.stat_result) -> Stamp | None:
    if status.st_mtime_ns > time.time_ns() - CLOCK_TICK_NS:
        return None
    return (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_mode)


def _remove(path: Path) -> None:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError:
        # Something the container put there meanwhile; the next commit tells.
        return
