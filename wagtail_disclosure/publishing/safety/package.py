"""ZIP archives of hostile origin, read within limits: Office, OpenDocument and OFD files are such archives."""

import io
import zipfile

from defusedxml.ElementTree import iterparse

from . import limits
from .limits import TooMuch

BLOCK = 1 << 16
# One XML member; in memory it takes several times this.
MAX_XML = 64 * 1024 * 1024
DEEPEST = 500
ROWS = frozenset({"row", "table-row"})


class Broken(Exception):
    """The file cannot be read."""


class Encrypted(Exception):
    """The file is protected by a password."""


class Package:
    """The members of an archive. Raises :class:`Broken`, and :class:`TooMuch` for what is out of proportion."""

    def __init__(self, data, budget):
        self.budget = budget
        # Counted before the directory is read, which would take memory for each entry.
        if data.count(b"PK\x01\x02") > limits.MAX_ENTRIES:
            raise TooMuch("zip_bomb")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self.entries = [each for each in self._zip.infolist() if not each.is_dir()]
        except Exception as error:
            # Damaged directories of archives fail in many ways.
            raise Broken from error
        budget.count_entries(len(self.entries))
        size = sum(each.file_size for each in self.entries)
        if size > budget.unpacked or (size > limits.RATIO_FROM and size > limits.MAX_RATIO * len(data)):
            raise TooMuch("zip_bomb")
        self.names = {each.filename: each for each in self.entries}

    def __contains__(self, name):
        return name in self.names

    def matching(self, pattern):
        """Names that ``pattern`` matches as a whole, in order."""
        return sorted(name for name in self.names if pattern.fullmatch(name))

    @property
    def is_encrypted(self):
        return any(each.flag_bits & 1 for each in self.entries)

    def read(self, name, most=None):
        """The bytes of a member, ``most`` at most. What the archive says about sizes is not believed."""
        entry = self.names[name]
        if entry.flag_bits & 1:
            raise Encrypted
        parts, left = [], self.budget.unpacked if most is None else min(most, self.budget.unpacked)
        try:
            with self._zip.open(entry) as handle:
                while left >= 0:
                    block = handle.read(BLOCK)
                    if not block:
                        return b"".join(parts)
                    self.budget.spend(len(block))
                    parts.append(block)
                    left -= len(block)
        except TooMuch:
            raise
        except Exception as error:
            raise Broken from error
        if most is None:
            raise TooMuch("zip_bomb")
        return b"".join(parts)[:most]

    def elements(self, name):
        """Yield ``(local name, element)`` of the XML member ``name`` as each element ends. Empty if not there."""
        if name not in self.names:
            return
        if self.names[name].file_size > MAX_XML:
            raise TooMuch("not_checked", "limit")
        data = self.read(name)
        try:
            yield from _elements(data, self.budget)
        except TooMuch:
            raise
        except Exception as error:
            # Not well-formed, or with declarations of entities, which these formats do not have.
            raise Broken from error

    def text(self, name, wanted):
        """The text of all elements with a local name in ``wanted``, each followed by a line break."""
        found = [element.text or "" for tag, element in self.elements(name) if tag in wanted]
        return "\n".join(found)[: limits.MAX_TEXT]


def local(name):
    """The name of an element or attribute without its namespace."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def attribute(element, name):
    """The attribute with the local name ``name``, in whichever namespace; empty if there is none."""
    found = element.get(name)
    if found is not None:
        return found
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


def _elements(data, budget):
    """Elements as they end. A parent is cleared with its children, so the tree does not grow."""
    depth = 0
    for number, (event, element) in enumerate(iterparse(io.BytesIO(data), events=("start", "end"))):
        if number % 2000 == 0:
            budget.check_time()
        if event == "start":
            depth += 1
            if depth > DEEPEST:
                raise Broken
            continue
        depth -= 1
        yield local(element.tag), element
        if depth <= 2 or local(element.tag) in ROWS:
            # Paragraphs, rows of tables and the like: done with.
            element.clear()
