"""The files that a manifest names: in a folder or in a ZIP archive, and never outside of it."""

import errno
import os
import re
import stat
import unicodedata
import zipfile
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

MAX_ENTRIES = 100_000
# Largest size of all files of an archive together, against its own size.
MOST_UNPACKED = 200
DRIVE = re.compile(r"[A-Za-z]:")


class FileRefused(ValueError):
    """The file is not there, is too large or lies where an import must not reach."""


def safe_parts(name):
    """The parts of a relative path. Raises :class:`FileRefused` for one that could lead elsewhere."""
    text = name.replace("\\", "/")
    if not text.isprintable():
        raise FileRefused(_("The file name has characters that cannot be shown."))
    if text.startswith("/") or DRIVE.match(text):
        raise FileRefused(_("Give the path relative to the folder of the files."))
    parts = [part for part in PurePosixPath(text).parts if part != "."]
    if not parts:
        raise FileRefused(_("The file name is empty."))
    if ".." in parts:
        raise FileRefused(_("The path leads out of the folder of the files."))
    return parts


def too_large(limit, setting):
    return FileRefused(
        _("The file has more than %(limit)d bytes (setting %(setting)s).")
        % {"limit": limit, "setting": setting}
    )


def _read(handle, limit, setting):
    data = handle.read(limit + 1)
    if len(data) > limit:
        raise too_large(limit, setting)
    return data


class Folder:
    """Files below a folder. Links are not followed, so that nothing outside of it is read."""

    def __init__(self, path):
        self.root = Path(path)
        if not self.root.is_dir():
            raise FileRefused(_("There is no folder “%(path)s”.") % {"path": path})

    def read(self, name, limit, setting="IMPORT_MAX_FIELD_BYTES"):
        """The bytes of a file. Raises :class:`FileRefused`."""
        parts = safe_parts(name)
        # Names typed on one system and written by another differ in how accents are composed.
        for form in (None, "NFC", "NFD"):
            tried = [unicodedata.normalize(form, part) for part in parts] if form else parts
            try:
                with self._open(tried) as handle:
                    return _read(handle, limit, setting)
            except FileNotFoundError:
                continue
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.ENOTDIR):
                    raise FileRefused(_("The path is a link or leads through one.")) from error
                raise FileRefused(
                    _("The file cannot be read: %(error)s") % {"error": error.strerror}
                ) from error
            except ValueError as error:
                if isinstance(error, FileRefused):
                    raise
                raise FileRefused(_("The file name has characters that cannot be shown.")) from error
        raise FileRefused(_("There is no such file."))

    def _open(self, parts):
        """Open the file part by part, so that no link anywhere in the path is followed."""
        # Not waiting, in case it is no file at all but a pipe.
        leaf = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        current = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in parts[:-1]:
                following = os.open(part, leaf | os.O_DIRECTORY, dir_fd=current)
                os.close(current)
                current = following
            opened = os.open(parts[-1], leaf, dir_fd=current)
        finally:
            os.close(current)
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            os.close(opened)
            raise FileRefused(_("This is not a file."))
        return os.fdopen(opened, "rb")

    def close(self):
        """Nothing stays open."""


class Archive:
    """Files in a ZIP archive, read in place: nothing is unpacked to disk."""

    def __init__(self, handle, *, limit):
        """``limit`` is the largest size of all files together, in bytes. Raises :class:`FileRefused`."""
        try:
            self._zip = zipfile.ZipFile(handle)
            entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
            raise FileRefused(_("The archive is damaged and cannot be read.")) from error
        size = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries)
        if len(entries) > MAX_ENTRIES:
            raise FileRefused(_("The archive has more than %(limit)d files.") % {"limit": MAX_ENTRIES})
        if size > limit or size > MOST_UNPACKED * max(packed, 1 << 20):
            raise FileRefused(_("The archive is too large when unpacked."))
        self._entries = {}
        for entry in entries:
            for name in _names_of(entry):
                self._entries.setdefault(unicodedata.normalize("NFC", name), entry)
        self._prefix = _common_folder(self._entries)

    def read(self, name, limit, setting="IMPORT_MAX_FIELD_BYTES"):
        """The bytes of a file. Raises :class:`FileRefused`."""
        path = unicodedata.normalize("NFC", "/".join(safe_parts(name)))
        entry = self._entries.get(path) or self._entries.get(self._prefix + path)
        if entry is None:
            raise FileRefused(_("There is no such file."))
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise FileRefused(_("The path is a link or leads through one."))
        if entry.flag_bits & 1:
            raise FileRefused(_("The file in the archive is encrypted."))
        if entry.file_size > limit:
            raise too_large(limit, setting)
        try:
            with self._zip.open(entry) as handle:
                return _read(handle, limit, setting)
        except FileRefused:
            raise
        except Exception as error:
            # The decompressors raise whatever the damaged part led to.
            raise FileRefused(_("The archive is damaged and cannot be read.")) from error

    def close(self):
        self._zip.close()


class NoFiles:
    """For a manifest that came without files."""

    def read(self, name, limit, setting=""):
        safe_parts(name)
        raise FileRefused(_("There is no such file."))

    def close(self):
        """Nothing is open."""


def _names_of(entry):
    """What the entry may be called: its name, and how a Chinese system wrote it without saying the encoding."""
    yield entry.filename.replace("\\", "/")
    if not entry.flag_bits & 0x800:
        for encoding in ("utf-8", "gb18030"):
            try:
                yield entry.filename.encode("cp437").decode(encoding).replace("\\", "/")
            except UnicodeError:
                continue


def _common_folder(names):
    """``folder/`` when everything in the archive stands in one folder; else empty."""
    first = {name.partition("/")[0] for name in names if not name.startswith("__MACOSX/")}
    only = first.pop() if len(first) == 1 else ""
    return f"{only}/" if only and f"{only}" not in names else ""
