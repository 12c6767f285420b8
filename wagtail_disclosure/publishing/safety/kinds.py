"""What a file is, by its content. Its name only says what it claims to be.

``filetype`` knows the signatures. It cannot tell the formats apart that come as ZIP or OLE2 containers, so for those
the container is opened; and it does not know texts.
"""

import io
import re

import filetype
import olefile

from .limits import Budget, TooMuch
from .package import Package, attribute

# What a file with this ending may be; others may only be what their ending says. WPS Office writes Microsoft's formats.
ACCEPTS = {
    "wps": {"doc", "docx"},
    "et": {"xls", "xlsx"},
    "dps": {"ppt", "pptx"},
    "doc": {"doc", "encrypted"},
    "docx": {"docx", "encrypted"},
    "xlsx": {"xlsx", "encrypted"},
    "pptx": {"pptx", "encrypted"},
    "txt": {"text"},
    "csv": {"text"},
    "jpeg": {"jpg"},
    "png": {"png", "apng"},
    "tiff": {"tif"},
}
# As people call them, where a kind is no usual ending.
NAMES = {"text": "TXT", "encrypted": "Office", "ole": "OLE2", "script": "script", "unknown": ""}
PICTURES = frozenset({"jpg", "png", "apng", "gif", "webp", "tif", "bmp", "avif", "heic"})
ARCHIVES = frozenset({"zip", "rar", "7z", "gz", "tar", "bz2", "xz", "cab", "lz", "zst", "jar"})
# Never inside an archive either.
DANGEROUS = frozenset(
    {"exe", "elf", "macho", "jar", "class", "script", "swf", "crx", "deb", "rpm", "wasm", "html", "apk"}
)
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
MACH_O = (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe")
# Main parts of Office Open XML, by what their content type ends with.
OOXML = (
    ("wordprocessingml.document.main+xml", "docx"),
    ("word.document.macroenabled.main+xml", "docm"),
    ("wordprocessingml.template.main+xml", "dotx"),
    ("word.template.macroenabledtemplate.main+xml", "dotm"),
    ("spreadsheetml.sheet.main+xml", "xlsx"),
    ("excel.sheet.macroenabled.main+xml", "xlsm"),
    ("spreadsheetml.template.main+xml", "xltx"),
    ("excel.template.macroenabled.main+xml", "xltm"),
    ("excel.sheet.binary.macroenabled.main", "xlsb"),
    ("presentationml.presentation.main+xml", "pptx"),
    ("powerpoint.presentation.macroenabled.main+xml", "pptm"),
    ("presentationml.slideshow.main+xml", "ppsx"),
    ("presentationml.template.main+xml", "potx"),
)
OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.oasis.opendocument.graphics": "odg",
    "application/epub+zip": "epub",
}
OLE_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("__properties_version1.0", "msg"),
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
MARKUP = re.compile(r"<(?:!doctype\s+html|html|head|body|script|iframe|meta|table|div)\b", re.IGNORECASE)
SVG = re.compile(r"<(?:\w+:)?svg\b", re.IGNORECASE)
# Characters looked at to tell markup and scripts from text.
BEGINNING = 4096


def extension_of(name):
    """The ending of a file name in lower case, without its dot; empty if there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def agrees(extension, kind):
    """Whether a file with this ending may have content of this kind."""
    return kind in ACCEPTS.get(extension, {extension})


def called(kind):
    """How a kind is written in messages."""
    return NAMES.get(kind, kind.upper())


def kind_of(data, budget=None):
    """The kind of the content ``data``: an ending such as ``docx``, or ``text``, ``encrypted``, ``unknown``.

    Never raises for a damaged file: what cannot be told is ``unknown``.
    """
    try:
        return _kind_of(data, budget or Budget())
    except TooMuch:
        raise
    except Exception:
        # Hostile files make readers fail in any way.
        return "unknown"


def _kind_of(data, budget):
    if not data:
        return "unknown"
    if data.startswith(ZIP_MAGIC):
        return _container(data, budget)
    if data.startswith(OLE_MAGIC):
        return _compound(data)
    if data.startswith(MACH_O) or data.startswith(b"\xca\xfe\xba\xbe"):
        return "macho"
    # A few bytes of anything before the signature are allowed to PDF, and readers look for it.
    if b"%PDF-" in data[:1024]:
        return "pdf"
    found = filetype.guess(data[:8192])
    if found is not None:
        return found.extension
    text = decoded(data)
    return "unknown" if text is None else _written(text)


def _container(data, budget):
    try:
        package = Package(data, budget)
    except TooMuch:
        raise
    except Exception:
        return "unknown"
    if "[Content_Types].xml" in package:
        types = {
            attribute(element, "ContentType").lower()
            for tag, element in package.elements("[Content_Types].xml")
            if tag in ("Override", "Default")
        }
        for ending, kind in OOXML:
            if any(each.endswith(ending) for each in types):
                return kind
    if "mimetype" in package:
        named = package.read("mimetype", 200).decode("ascii", "replace").strip()
        if named in OPEN_DOCUMENT:
            return OPEN_DOCUMENT[named]
    if "OFD.xml" in package:
        return "ofd"
    if "AndroidManifest.xml" in package:
        return "apk"
    if "META-INF/MANIFEST.MF" in package or any(name.endswith(".class") for name in package.names):
        return "jar"
    return "zip"


def _compound(data):
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        for stream, kind in OLE_STREAMS:
            if ole.exists(stream):
                return kind
    return "ole"


def decoded(data):
    """``data`` as text in one of the encodings in use here, or None if it is none."""
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    named = next((encoding for mark, encoding in marks if data.startswith(mark)), None)
    for encoding in [named] if named else ["utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        return None if CONTROL.search(text) else text
    return None


def _written(text):
    beginning = text[:BEGINNING].lstrip()
    if beginning.startswith("#!"):
        return "script"
    if SVG.search(beginning) and beginning.startswith("<"):
        return "svg"
    if MARKUP.search(beginning) and beginning.startswith("<") or re.search(r"<script\b", beginning, re.I):
        return "html"
    if beginning.startswith("<?xml"):
        return "xml"
    return "text"
