"""Limits within which a file is looked into: whoever made it may want to crash or to hang whoever opens it."""

import time
from dataclasses import dataclass, field

# A file counts as hostile when it grows beyond this on unpacking, or by more than this factor.
MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 200
# Below this size a high ratio is no danger: forms and tables repeat themselves.
RATIO_FROM = 16 * 1024 * 1024
MAX_ENTRIES = 5000
# Text that is searched for personal numbers, in characters.
MAX_TEXT = 4_000_000
# Seconds for one file.
MAX_SECONDS = 20
# Of one check in one file; the rest is counted.
MAX_SAME = 20


class TooMuch(Exception):
    """A limit was passed; what was not looked at yet stays unseen."""

    def __init__(self, code="not_checked", reason="limit"):
        super().__init__(code)
        self.code, self.reason = code, reason


@dataclass
class Budget:
    """What is left for one file, archives within it included."""

    seconds: float = MAX_SECONDS
    unpacked: int = MAX_UNPACKED
    entries: int = MAX_ENTRIES
    until: float = field(init=False)

    def __post_init__(self):
        self.until = time.monotonic() + self.seconds

    def check_time(self):
        """Raise :class:`TooMuch` when the time is up."""
        if time.monotonic() > self.until:
            raise TooMuch("not_checked", "time")

    def spend(self, size):
        """Count ``size`` unpacked bytes."""
        self.check_time()
        self.unpacked -= size
        if self.unpacked < 0:
            raise TooMuch("zip_bomb")

    def count_entries(self, number):
        self.entries -= number
        if self.entries < 0:
            raise TooMuch("zip_bomb")
