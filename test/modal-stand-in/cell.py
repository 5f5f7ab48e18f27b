"""Runs one program in a cell: mounts, processes and root folder of its own. A program by itself: `python -I -S cell.py SPEC.json`.

SPEC: {"mode": "root" | "user" | "none", "fs": DIR, "layers": [DIR, …], "work": DIR, "shared": [PATH], "links": {PATH: TARGET},
       "binds": [[SOURCE, TARGET, READ_ONLY]], "argv": […], "env": {…}, "cwd": PATH, "pid_file": PATH}
or     {"join": PID, "fs": DIR, "mode": …, "argv": […], "env": {…}, "cwd": PATH, "tty": BOOL}   for a second program in the cell of PID.

The program's exit code is the cell's; 128 + N after signal N; 125 when the cell could not be made. Everything in a cell dies with it,
and it dies with the process that started it. With "none" the program runs on the machine as it is.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import platform
import signal
import sys
import termios

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID = 0x20000, 0x10000000, 0x20000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
MNT_DETACH, PR_SET_PDEATHSIG = 2, 1
AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY, SYS_MOUNT_SETATTR = -100, 0x8000, 1, 442
SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}.get(platform.machine(), -1)

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def text(value):
    return None if value is None else os.fsencode(value)


def mount(source, target, kind, flags, data=None):
    check(libc.mount(text(source), text(target), text(kind), ctypes.c_ulong(flags), text(data)), f"mount {source} {target}")


def make_read_only(target):
    attributes = (ctypes.c_uint64 * 4)(MOUNT_ATTR_RDONLY, 0, 0, 0)
    if libc.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, text(target), AT_RECURSIVE, attributes, ctypes.sizeof(attributes)) == 0:
        return
    with contextlib.suppress(OSError):
        mount(None, target, None, MS_REMOUNT | MS_BIND | MS_RDONLY)


def bind(source, target, read_only):
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(target, os.O_CREAT | os.O_EXCL))
    mount(source, target, None, MS_BIND | MS_REC)
    if read_only:
        make_read_only(target)


def inside(fs, path):
    return os.path.join(fs, path.lstrip("/"))


def build(spec):
    """The root folder of the cell, then into it. The parent must not share the mounts: its root would move as well."""
    fs = spec["fs"]
    check(libc.unshare(CLONE_NEWNS), "unshare mounts")
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    if spec.get("layers"):
        options = f"lowerdir={':'.join(spec['layers'])},upperdir={spec['upper']},workdir={spec['work']}"
        mount("overlay", fs, "overlay", 0, options)
    else:
        mount(fs, fs, None, MS_BIND | MS_REC)
    for path in spec["shared"]:
        bind(path, inside(fs, path), path != "/dev")
    for path, target in spec["links"].items():
        with contextlib.suppress(FileExistsError):
            os.symlink(target, inside(fs, path))
    for source, target, read_only in spec["binds"]:
        bind(source, inside(fs, target), read_only)
    os.makedirs(inside(fs, "/proc"), exist_ok=True)
    try:
        mount("proc", inside(fs, "/proc"), "proc", 0)
    except OSError:
        bind("/proc", inside(fs, "/proc"), False)
    os.chdir(fs)
    if libc.syscall(SYS_PIVOT_ROOT, b".", b".") == 0:
        check(libc.umount2(b".", MNT_DETACH), "umount of the old root")
    else:
        os.chroot(".")
    os.chdir("/")


def become_root_of_own():
    """The maps of a user namespace in which this user is root."""
    user, group = os.getuid(), os.getgid()
    check(libc.unshare(CLONE_NEWUSER), "unshare user")
    with open("/proc/self/setgroups", "w") as file:
        file.write("deny")
    with open("/proc/self/uid_map", "w") as file:
        file.write(f"0 {user} 1")
    with open("/proc/self/gid_map", "w") as file:
        file.write(f"0 {group} 1")


def run(spec):
    with contextlib.suppress(OSError):
        os.chdir(spec.get("cwd") or "/")
    os.execvpe(spec["argv"][0], spec["argv"], spec["env"])


def wait_for(child):
    """The exit of the cell's first program."""
    while True:
        try:
            _, status = os.waitpid(child, 0)
            break
        except InterruptedError:
            continue
    code = os.waitstatus_to_exitcode(status)
    os._exit(128 - code if code < 0 else code)


def fork_into(prepare, spec, pid_file=None):
    """Forks; the child prepares and becomes the program, the parent waits for it."""
    child = os.fork()
    if child == 0:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        try:
            prepare()
            run(spec)
        except OSError as error:
            print(f"the container could not be started: {error}", file=sys.stderr, flush=True)
        os._exit(125)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if pid_file:
        with open(pid_file + ".part", "w") as file:
            file.write(str(child))
        os.rename(pid_file + ".part", pid_file)
    wait_for(child)


def start(spec):
    if spec["mode"] == "none":
        with open(spec["pid_file"], "w") as file:
            file.write(str(os.getpid()))
        run(spec)
    if spec["mode"] == "user":
        become_root_of_own()
    check(libc.unshare(CLONE_NEWPID), "unshare processes")
    fork_into(lambda: build(spec), spec, spec["pid_file"])


def join(spec):
    def prepare():
        os.setsid()
        if spec.get("tty"):
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    if spec["mode"] != "none":
        kinds = (["user"] if spec["mode"] == "user" else []) + ["mnt", "pid"]
        handles = [os.open(f"/proc/{spec['join']}/ns/{kind}", os.O_RDONLY) for kind in kinds]
        for kind, handle in zip(kinds, handles):
            check(libc.setns(handle, 0), f"setns {kind}")
            os.close(handle)
        if not os.path.isdir("/__modal"):
            os.chroot(spec["fs"])
    fork_into(prepare, spec)


def main():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    with open(sys.argv[1]) as file:
        spec = json.load(file)
    try:
        join(spec) if "join" in spec else start(spec)
    except OSError as error:
        print(f"the container could not be started: {error}", file=sys.stderr, flush=True)
        os._exit(125)


main()
