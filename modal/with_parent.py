"""Runs a command that ends with whoever started it, however that ends. Standard library only.

    python -I with_parent.py COMMAND...

The starter holds the other end of this process's stdin and writes nothing to it. A kill -9 lets go of it like any other end: the command is then
asked to leave, and the whole process group is ended when it has not left in time. Exit code and signal are the command's own.
"""

import os
import signal
import subprocess
import sys
import threading

POLITE = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# Seconds for the command to put down what it has.
GRACE = 5


def in_child():
    for number in POLITE:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, POLITE)


def end_with_stdin(child):
    while os.read(0, 4096):
        pass
    child.terminate()
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        pass
    # What the command started itself goes too, where the group is ours.
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    child.kill()


def main(command):
    # Those who end the group mean the command, whose end is waited for here.
    signal.pthread_sigmask(signal.SIG_BLOCK, POLITE)
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=in_child)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr, flush=True)
        return 127
    threading.Thread(target=end_with_stdin, args=(child,), daemon=True).start()
    status = child.wait()
    if status >= 0:
        return status
    number = -status
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
    os.kill(os.getpid(), number)
    return 128 + number


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    # At once: a thread is still waiting for stdin.
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
