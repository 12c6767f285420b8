"""Looks into a file and tells what a reader would not see. It always tells something: what could not be read as well."""

from . import archives, kinds, ole, opendocument, pdf, pictures, plain, sheets, slides, word
from .found import Found, bounded
from .limits import Budget, TooMuch
from .package import Encrypted, Package

# Higher whenever the checks find more than before: what was found by older ones is found again.
VERSION = 1

PACKAGES = {
    **dict.fromkeys(("docx", "docm", "dotx", "dotm"), word.check),
    **dict.fromkeys(("xlsx", "xlsm", "xltx", "xltm", "xlsb"), sheets.check),
    **dict.fromkeys(("pptx", "pptm", "ppsx", "potx"), slides.check),
    **dict.fromkeys(("odt", "ods", "odp", "odg"), opendocument.check),
    "ofd": opendocument.check_ofd,
}


def inspect(data, name, *, allowed=(), budget=None):
    """Return ``(kind, findings)`` of the file ``data`` called ``name``. Never raises."""
    budget = budget or Budget()
    try:
        kind = kinds.kind_of(data, budget)
    except TooMuch as error:
        return "zip", [Found(error.code, params={"reason": error.reason})]
    return kind, list(_guarded(data, name, kind, allowed, budget))


def _guarded(data, name, kind, allowed, budget):
    """What is found, and why the looking ended early."""
    try:
        yield from _checks(data, name, kind, allowed, budget)
    except TooMuch as error:
        yield Found(error.code, params={"reason": error.reason})
    except Encrypted:
        yield Found("encrypted")
    except (RecursionError, MemoryError):
        yield Found("unreadable")
    except Exception:
        # Hostile files make readers fail in any way; that is a finding as well.
        yield Found("unreadable")


def _checks(data, name, kind, allowed, budget):
    if kind in PACKAGES:
        yield from _package(data, kind, budget)
    elif kind == "zip":

        def look_into(inner, inner_name, inner_kind):
            return _guarded(inner, inner_name, inner_kind, allowed, budget)

        yield from bounded(archives.check(Package(data, budget), allowed, look_into))
    elif kind in kinds.PICTURES:
        yield from pictures.check(data)
    elif kind in FORMATS:
        yield from FORMATS[kind](data, name, budget)
    else:
        yield Found("not_checked", params={"reason": "format"})
    if kind in kinds.PICTURES | {"pdf"} and _ends_as_archive(data):
        yield Found("two_formats")


def _package(data, kind, budget):
    package = Package(data, budget)
    if package.is_encrypted:
        raise Encrypted
    yield from PACKAGES[kind](package)
    if kind == "xlsb":
        yield Found("not_checked", params={"reason": "format"})


def _svg(data, name, budget):
    if plain.is_scripted_svg(data):
        yield Found("scripted_svg")


FORMATS = {
    "pdf": lambda data, name, budget: pdf.check(data, budget),
    "text": lambda data, name, budget: plain.check_text(data, kinds.extension_of(name), budget),
    "rtf": lambda data, name, budget: plain.check_rtf(data),
    "svg": _svg,
    **{
        kind: lambda data, name, budget, kind=kind: ole.check(data, budget, kind)
        for kind in ("doc", "xls", "ppt", "encrypted")
    },
}


def _ends_as_archive(data):
    """A file that is a picture to one program and an archive to another."""
    end = data.rfind(b"PK\x05\x06", -66000)
    return end >= 0 and b"PK\x01\x02" in data[:end]
