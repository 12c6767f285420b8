"""Files are looked into in a process of their own: one that hangs, crashes or eats memory takes nothing with it.

``python -m wagtail_disclosure.publishing.safety.child`` answers requests on its standard input until that ends.
"""

import contextlib
import json
import os
import struct
import subprocess
import sys
import threading

from . import kinds, limits
from .found import Found
from .inspect import inspect

MAX_MEMORY = 2 * 1024 * 1024 * 1024
# What the child may take beyond its own limit before it is ended.
GRACE = 10
LENGTHS = struct.Struct(">II")
# Read so little of, and by such simple means, that a process of its own would only take time.
SIMPLE = kinds.PICTURES | {"text"}


class Inspector:
    """Looks into files, one after another, in one child. Use it as a context manager."""

    def __init__(self, allowed=(), seconds=limits.MAX_SECONDS):
        self.allowed, self.seconds = sorted(allowed), seconds
        self._child = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                # What was not written yet is lost with the child.
                with contextlib.suppress(OSError):
                    pipe.close()
            self._child = None

    def inspect(self, data, name):
        """``(kind, findings)`` as plain data, like :func:`inspect.inspect`. Never raises."""
        try:
            kind = kinds.kind_of(data)
        except limits.TooMuch:
            kind = ""
        if kind in SIMPLE:
            kind, found = inspect(data, name, allowed=self.allowed)
            return kind, [each.as_data() for each in found]
        answer, hung = self._ask(data, name)
        if answer is None:
            self.close()
            found = Found("not_checked", params={"reason": "time"}) if hung else Found("unreadable")
            return kind, [found.as_data()]
        return answer["kind"], answer["found"]

    def _ask(self, data, name):
        """The child's answer, or None; and whether it was ended because it took too long."""
        hung = threading.Event()

        def end():
            hung.set()
            self._child.kill()

        request = json.dumps({"name": name, "allowed": self.allowed, "seconds": self.seconds}).encode()
        timer = None
        try:
            if self._child is None:
                self._child = _started()
            timer = threading.Timer(self.seconds + GRACE, end)
            timer.daemon = True
            timer.start()
            self._child.stdin.write(LENGTHS.pack(len(request), len(data)) + request)
            self._child.stdin.write(data)
            self._child.stdin.flush()
            line = self._child.stdout.readline()
            return (json.loads(line) if line.endswith(b"\n") else None), hung.is_set()
        except (OSError, ValueError):
            return None, hung.is_set()
        finally:
            if timer is not None:
                timer.cancel()


def _started():
    command = [_python(), "-m", __spec__.name if __name__ != "__main__" else __package__ + ".child"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def _python():
    """The interpreter; servers that embed one name themselves in ``sys.executable``."""
    if "python" in os.path.basename(sys.executable or ""):
        return sys.executable
    return os.path.join(sys.prefix, "bin", "python3")


def _limit_memory():
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main():
    """Answer requests: two lengths, the request as JSON, the file; each answer is a line of JSON."""
    _limit_memory()
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What libraries print is no answer.
    os.dup2(2, 1)
    while head := source.read(LENGTHS.size):
        length, size = LENGTHS.unpack(head)
        request = json.loads(source.read(length))
        data = source.read(size)
        budget = limits.Budget(seconds=request["seconds"])
        kind, found = inspect(data, request["name"], allowed=request["allowed"], budget=budget)
        answer = {"kind": kind, "found": [each.as_data() for each in found]}
        target.write(json.dumps(answer).encode() + b"\n")
        target.flush()


if __name__ == "__main__":
    main()
