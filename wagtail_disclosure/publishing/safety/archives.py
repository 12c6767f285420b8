"""ZIP archives: each file within is looked into as if it stood alone. An archive in an archive is not."""

import re
import unicodedata

from . import kinds
from .found import Found
from .package import Encrypted

# What systems leave in archives.
LEFTOVERS = re.compile(r"(?:.*/)?(?:__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)", re.IGNORECASE)


def check(package, allowed, look_into):
    """Yield what is found; ``look_into(data, name, kind)`` yields what is found in a file within."""
    if package.is_encrypted:
        raise Encrypted
    for entry in package.entries:
        if LEFTOVERS.fullmatch(entry.filename):
            continue
        name = shown_name(entry)
        data = package.read(entry.filename)
        kind = kinds.kind_of(data, package.budget)
        extension = kinds.extension_of(name)
        place = ("member", name)
        if kind in kinds.DANGEROUS or extension in (
            "exe",
            "bat",
            "cmd",
            "js",
            "vbs",
            "scr",
            "lnk",
            "hta",
            "ps1",
        ):
            yield Found("dangerous_member", place, params={"kind": kinds.called(kind)})
        elif kind in kinds.ARCHIVES:
            yield Found("nested_archive", place, params={"kind": kinds.called(kind)})
        elif extension not in allowed or not kinds.agrees(extension, kind):
            yield Found("unknown_member", place, params={"kind": kinds.called(kind)})
        else:
            for each in look_into(data, name, kind):
                yield Found(each.code, (*place, *each.place), each.passage, each.params)


def shown_name(entry):
    """The name of a member; Chinese systems write it without saying the encoding."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        for encoding in ("utf-8", "gb18030"):
            try:
                name = entry.filename.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return "".join(each for each in unicodedata.normalize("NFC", name) if each.isprintable())
