"""Files of the site, looked into: at upload, when review starts, at each approval, and by ``disclosure_scan``.

What was found is kept by the bytes of the file, so the same bytes are looked into once.
"""

import hashlib
import zlib
from dataclasses import dataclass, field
from os.path import basename

from django.apps import apps
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from ... import conf
from ..manifest import file_field, own_files
from ..models import FileCheck
from . import inspect, kinds, words
from .child import Inspector
from .scanner import NotScanned, ScannerUnavailable, Session, message

BLOCK = 1 << 20
MISSING = "missing"


@dataclass(frozen=True)
class Examined:
    """A file with everything that is known about it. ``findings`` are plain data, see ``found.Found``."""

    sha256: str
    name: str
    title: str
    findings: list = field(default_factory=list)

    def refusals(self):
        """Why the file is accepted nowhere, in words."""
        refused = (each for each in self.findings if words.severity_of(each["code"]) == words.REFUSE)
        return [words.sentence(each["code"], each["params"]) for each in refused]


def accepted():
    """The endings that files may have."""
    return frozenset(each.lower() for each in conf.get("FILE_TYPES"))


def checker():
    """Which checks are in force: their version, and what they depend on."""
    settings = f"{sorted(accepted())} {conf.get('FILE_MAX_BYTES')}"
    # Without the package nothing is seen in a PDF; with it, those files are looked into again.
    return f"{inspect.VERSION}.{zlib.crc32(settings.encode()):08x}.{int(inspect.pdf.pypdf is not None)}"


class Examiner:
    """Examines a number of files with one scanner and one child process. Use it as a context manager.

    What was found is kept by the bytes of the file unless ``keeps`` is false: findings quote files, and those that a
    citizen sends belong to the case alone. Raises :class:`ScannerUnavailable` when a scanner is configured and does not answer.
    """

    def __init__(self, *, rescan=False, keeps=True):
        self.scanner, self.rescan, self.keeps = Session(), rescan, keeps
        self.inspector, self.checker, self.allowed = Inspector(accepted()), checker(), accepted()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        self.inspector.close()

    @property
    def scanned_by(self):
        return self.scanner.version.text[:255] if self.scanner else ""

    def data(self, data, name, title=""):
        """Examine the bytes ``data`` of a file called ``name``."""
        sha = hashlib.sha256(data).hexdigest()
        known = FileCheck.objects.filter(sha256=sha, extension=_ending(name)).first() if self.keeps else None
        return self._result(sha, name, title, self._up_to_date(known, sha, name, lambda: data))

    def stored(self, files, item=None):
        """Examine files as the digest of ``item`` names them, and yield an :class:`Examined` for each.

        Of one that storage does not hold nothing is found here.
        """
        own = {(path, basename(file.name)): file for path, file in own_files(item)} if item else {}
        files = [(each, *_file_of(each, own)) for each in files]
        hashes = {each["sha256"] for each, _name, _file in files}
        known = {
            (row.sha256, row.extension): row for row in FileCheck.objects.filter(sha256__in=sorted(hashes))
        }
        for each, name, file in files:
            sha, title = each["sha256"], each.get("title") or name
            if sha == MISSING or file is None:
                yield Examined(sha, name, title)
                continue
            check = known.get((sha, _ending(name)))
            try:
                check = self._up_to_date(check, sha, name, lambda file=file: _read(file))
            except OSError:
                yield Examined(sha, name, title)
                continue
            yield self._result(sha, name, title, check)

    def _up_to_date(self, check, sha, name, read):
        """``check``, or a new one, after the checks and the scan that are due. The file is read only if need be."""
        inspected = check is not None and check.checker == self.checker
        scanned = not self.scanner or (
            check is not None and check.scanner == self.scanned_by and not self.rescan
        )
        if inspected and scanned:
            return check
        data = read()
        values = {}
        if not inspected:
            values.update(self._inspected(data, name))
        if not scanned:
            values.update(self._scanned(data))
        if not self.keeps:
            return FileCheck(sha256=sha, extension=_ending(name), **values)
        return FileCheck.objects.update_or_create(sha256=sha, extension=_ending(name), defaults=values)[0]

    def _inspected(self, data, name):
        if len(data) > conf.get("FILE_MAX_BYTES"):
            # Refused for its size, which is judged apart.
            kind, findings = "", []
        else:
            kind, findings = self.inspector.inspect(data, name)
        return {
            "kind": kind[:20],
            "findings": findings,
            "size": len(data),
            "checker": self.checker,
            "checked_at": timezone.now(),
        }

    def _scanned(self, data):
        if len(data) > conf.get("FILE_MAX_BYTES"):
            return {}
        try:
            virus = self.scanner.scan(data) if data else ""
        except NotScanned:
            return {"virus": "", "scanner": ""}
        return {"virus": virus[:255], "scanner": self.scanned_by, "scanned_at": timezone.now()}

    def _result(self, sha, name, title, check):
        found = [*self._scan_findings(check), *self._name_findings(check, name)]
        return Examined(sha, name, title, [*found, *check.findings])

    def _scan_findings(self, check):
        if check.virus:
            yield _found("virus", signature=check.virus)
        if not self.scanner:
            return
        if check.scanner != self.scanned_by:
            yield _found("not_scanned", reason=self.scanner.limit)
        day, most = self.scanner.version.signatures_at, conf.get("VIRUS_SIGNATURES_MAX_DAYS")
        if day is not None and (timezone.now() - day).days > most:
            yield _found("stale_signatures", days=most, version=self.scanned_by)

    def _name_findings(self, check, name):
        """What the name, the size and the kind of the file have to do with each other."""
        extension, limit = kinds.extension_of(name), conf.get("FILE_MAX_BYTES")
        kind = kinds.called(check.kind)
        if check.size > limit:
            yield _found("too_large", size=filesizeformat(check.size), limit=filesizeformat(limit))
        elif not check.size:
            yield _found("empty_file")
        elif extension not in self.allowed or check.kind in kinds.DANGEROUS:
            yield _found("forbidden_type", kind=kind or extension.upper() or "?")
        elif not kinds.agrees(extension, check.kind) and check.kind:
            code = "type_mismatch" if kind else "unknown_content"
            yield _found(code, extension=extension, kind=kind)


def _found(code, **params):
    return {"code": code, "place": [], "passage": "", "params": params}


def _ending(name):
    return kinds.extension_of(name)[:20]


def _file_of(each, own):
    """Name and field of a file that a digest names; ``own`` are those in fields of the item itself."""
    if "field" in each:
        return each["title"], own.get((each["field"], each["title"]))
    model = apps.get_model(each["content_type"])
    row = model._base_manager.filter(pk=each["object_id"]).first()
    if row is None:
        return "", None
    file = getattr(row, file_field(model).name)
    return basename(file.name), file


def _read(file):
    with file.storage.open(file.name) as handle:
        # One byte more tells that it is too large.
        return handle.read(conf.get("FILE_MAX_BYTES") + 1)


def known_findings(file):
    """What was found in a stored file when it was looked into last; it is not looked into again for this."""
    try:
        sha = hashlib.sha256(_read(file)).hexdigest()
    except OSError:
        return []
    check = FileCheck.objects.filter(sha256=sha, extension=_ending(basename(file.name))).first()
    return check.findings if check else []


def examine_upload(file, name=None):
    """Examine an uploaded file before it is kept. Raises ``ValidationError`` with every reason against it."""
    name = basename(name or file.name)
    file.seek(0)
    if getattr(file, "size", 0) > conf.get("FILE_MAX_BYTES"):
        limit = filesizeformat(conf.get("FILE_MAX_BYTES"))
        raise ValidationError(
            words.sentence("too_large", {"size": filesizeformat(file.size), "limit": limit})
        )
    data = file.read()
    file.seek(0)
    refuse_data(data, name)


def refuse_data(data, name, *, keeps=True):
    """The same for bytes. Returns the :class:`Examined` file."""
    try:
        with Examiner(keeps=keeps) as examiner:
            examined = examiner.data(data, name)
    except ScannerUnavailable as error:
        raise ValidationError(message(), code="scanner") from error
    if reasons := examined.refusals():
        raise ValidationError([f"{name}: {reason}" for reason in reasons])
    return examined
