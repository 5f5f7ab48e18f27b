"""Runs one attempt of a job and leaves word of how it ended. Standard library only.

    python -I job_wrapper.py FOLDER ATTEMPT COMMAND...

Whoever started this may be gone when the job ends, and a process can be waited for only by its parent: hence this small parent.
It leads a session of its own and makes two files in FOLDER, each appearing whole:

    wrapper-ATTEMPT.json   this process, before the job starts; whoever makes it runs the attempt, so no attempt runs twice
    exit-ATTEMPT.json      the job's exit code or signal, and when

Signals to the group end the job, not this wrapper; a job that vanished without the second file was killed from outside.
"""

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import time

try:
    import ctypes
except ImportError:  # a Python built without libffi
    ctypes = None

POLITE = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# A file gives no back-pressure: a job that prints without end must not fill the disk. Datasets fit well below this.
LARGEST_FILE = 16 << 30
RESERVED = 16 << 10
# Seconds between tries to say how the job ended; after the last one the job counts as killed from outside.
PAUSES = (0, 0.2, 1, 2, 5, 10, 20, 40, 80, 160, 300)


def own_identity():
    """The same three words that the program reads for a pid; they tell it from a later process of that number."""
    pid = os.getpid()
    if sys.platform == "linux":
        with open("/proc/self/stat", encoding="utf-8", errors="replace") as file:
            start = file.read().rpartition(")")[2].split()[19]
        try:
            with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
                boot = file.read().strip()
        except OSError:
            boot = ""
        return {"pid": pid, "start": start, "boot": boot}
    told = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)],
        env={"PATH": os.environ.get("PATH", "/bin:/usr/bin"), "LC_ALL": "C", "TZ": "UTC0"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return {"pid": pid, "start": " ".join(told.stdout.decode().split()), "boot": ""}


def write_beside(file, value):
    temporary = f"{file}.{os.getpid()}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(json.dumps(value) + "\n")
    except OSError:
        os.unlink(temporary)
        raise
    return temporary


def reserve(attempt):
    """A little room on this disk, for the last word: a file without a name, that goes when it is closed. None where there is none to be had."""
    file = f".reserve-{attempt}.{os.getpid()}"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        os.write(descriptor, os.urandom(RESERVED))
    except OSError:
        pass
    os.unlink(file)
    return descriptor


def leave_word(file, value, room):
    """Writes the last word; on a full disk with the room that was kept for it, else as soon as there is any."""
    for pause in (0, *PAUSES):
        time.sleep(pause)
        try:
            os.rename(write_beside(file, value), file)
            return
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                return  # the folder is gone: there is nobody to tell
        if room is not None:
            os.close(room)
            room = None


def claim(file, value):
    """True when the file did not exist and now holds the value."""
    temporary = write_beside(file, value)
    try:
        os.link(temporary, file)
        return True
    except FileExistsError:
        return False
    finally:
        os.unlink(temporary)


def limit(kind, most):
    hard = resource.getrlimit(kind)[1]
    value = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (value, value))


def die_with(parent):
    """Linux only: the job must not outlive a wrapper that was killed."""
    if sys.platform != "linux" or ctypes is None:
        return
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def in_child(parent):
    die_with(parent)
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_FSIZE, LARGEST_FILE)
    for number in POLITE:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, POLITE)


def run(command):
    """Exit code and signal of the command; one of them is None."""
    parent = os.getpid()
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=lambda: in_child(parent))
    except (OSError, subprocess.SubprocessError) as error:
        print(f"{command[0]}: {error}", file=sys.stderr, flush=True)
        return 127, None
    # A signal that came before there was a child to take it.
    if signal.SIGTERM in signal.sigpending():
        child.terminate()
    status = child.wait()
    return (None, -status) if status < 0 else (status, None)


def main(folder, attempt, command):
    # Blocked rather than ignored: a child starts with the signals it missed, not without them.
    signal.pthread_sigmask(signal.SIG_BLOCK, POLITE)
    if os.getsid(0) != os.getpid():
        os.setsid()
    os.chdir(folder)
    if not claim(f"wrapper-{attempt}.json", own_identity()):
        return 0
    room = reserve(attempt)
    code, number = run(command)
    leave_word(f"exit-{attempt}.json", {"code": code, "signal": number, "at": time.time()}, room)
    # Whatever the job left running in its session goes with it, this process included.
    os.killpg(0, signal.SIGKILL)
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 4 or not sys.argv[2].isdigit():
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
