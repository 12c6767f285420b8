"""Checked rows between the check and the writing: one JSON text a line, packed, in a temporary file."""

import base64
import gzip
import json
import tempfile

from ..models import ImportPart
from .rows import Row

PIECE = 512 * 1024
# What one transaction writes at the most, besides the number of rows.
MOST_BYTES = 8 * 1024 * 1024


class Spool:
    """Rows are added one after the other, then read as often as wanted. It goes when it is closed."""

    def __init__(self, file=None):
        self._file = file or tempfile.TemporaryFile()
        self._writer = None

    def add(self, row):
        """Append a :class:`Row`; its problems stay in the plan."""
        if self._writer is None:
            self._writer = gzip.open(self._file, "wb", compresslevel=1)
        kept = vars(row) | {"problems": [], "files": _packed(row.files)}
        self._writer.write(json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")

    def rows(self):
        """Yield every :class:`Row` in order."""
        self._finish()
        self._file.seek(0)
        if not self._file.read(1):
            return
        self._file.seek(0)
        with gzip.open(self._file, "rb") as reader:
            for text in reader:
                kept = json.loads(text.decode("utf-8", "surrogatepass"))
                yield Row(**kept | {"files": _unpacked(kept["files"])})

    def batches(self, count, outcome):
        """Yield lists of up to ``count`` rows of an outcome, fewer where they are large."""
        found, size = [], 0
        for row in self.rows():
            if row.outcome != outcome:
                continue
            if found and (len(found) >= count or size + row.size > MOST_BYTES):
                full, found, size = found, [], 0
                yield full
                del full
            found.append(row)
            size += row.size
        if found:
            yield found

    def _finish(self):
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def close(self):
        self._finish()
        self._file.close()

    # In the database

    def store(self, batch):
        """Keep a copy in the database, for an import that is confirmed later and perhaps elsewhere."""
        self._finish()
        self._file.seek(0)
        for position, data in enumerate(iter(lambda: self._file.read(PIECE), b"")):
            ImportPart.objects.create(batch=batch, position=position, data=data)

    @classmethod
    def restore(cls, batch):
        """The spool that was stored for ``batch``."""
        file = tempfile.TemporaryFile()
        for part in batch.parts.order_by("position").iterator(chunk_size=8):
            file.write(bytes(part.data))
        file.flush()
        return cls(file)


def _packed(files):
    return [[name, base64.b64encode(data).decode()] for name, data in files]


def _unpacked(files):
    return [(name, base64.b64decode(data)) for name, data in files]
