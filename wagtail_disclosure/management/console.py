"""What several commands say: how far they are, and which file they cannot open."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _


def cannot_open(path, error):
    """The :class:`CommandError` for a file that could not be opened (an ``OSError``)."""
    if isinstance(error, FileNotFoundError):
        return CommandError(_("There is no file or folder “%(path)s”.") % {"path": path})
    return CommandError(
        _("“%(path)s” cannot be opened: %(reason)s.") % {"path": path, "reason": error.strerror}
    )


class Progress:
    """Shows how far something is: a line that changes on a terminal, elsewhere a line for every tenth."""

    def __init__(self, output, what):
        # Past the wrapper of the command, which colours everything and ends every line.
        self._stream = getattr(output, "_out", output)
        self._what, self._tenth = what, 0
        self._on_terminal = getattr(self._stream, "isatty", lambda: False)()

    def __call__(self, done, total):
        share = min(100, 100 * done // total) if total else 100
        text = f"{self._what} {done}/{total} ({share} %)"
        if self._on_terminal:
            end = "\n" if done >= total else ""
            print(f"\r{text}", end=end, file=self._stream, flush=True)
        elif share // 10 > self._tenth and (self._tenth or done < total):
            print(text, file=self._stream, flush=True)
        self._tenth = share // 10
