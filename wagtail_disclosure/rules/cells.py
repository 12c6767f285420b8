"""Text in the cells of files that spreadsheet programs open: nothing that they would take for a formula."""

import re

FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_TO_ESCAPE = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
# A number, also as a share or with its thousands apart: a spreadsheet program may take it for what it is.
_PLAIN_NUMBER = re.compile(r"[-+]?\d+(,\d{3})*(\.\d+)?( ?%)?\Z", re.ASCII)


def neutralise(value):
    """``value`` for a cell of an export: text that looks like a formula gets an apostrophe in front."""
    if isinstance(value, str) and _TO_ESCAPE.match(value) and not _PLAIN_NUMBER.match(value):
        return "'" + value
    return value


def restore(text):
    """Undo :func:`neutralise` on a cell that was read."""
    return text[1:] if _ESCAPED.match(text) and not _PLAIN_NUMBER.match(text[1:]) else text
