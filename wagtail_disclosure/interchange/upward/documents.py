"""Messages in JSON and XML. Both say the same under the same names; their schemas lie in ``schemas/``."""

import hashlib
import json
from importlib.resources import files
from xml.etree import ElementTree as ET

from ...rules.characters import NOT_XML
from ..models.upward import UpwardPlatform, UpwardSubmission
from .records import records, rows_of, wanted, with_words_of

Kind = UpwardSubmission.Kind
NAMESPACE = "urn:wagtail-disclosure:upward-feed:1.0"
TYPES = {"json": "application/json", "xml": "application/xml"}
SCHEMAS = {"json": "upward-feed-1.0.schema.json", "xml": "upward-feed-1.0.xsd"}
# The name of one element of a list.
SINGULAR = {
    "items": "item",
    "keywords": "keyword",
    "files": "file",
    "results": "result",
    "findings": "finding",
}


def schema(kind):
    """The text of the schema for ``kind``, json or xml."""
    return files(__package__).joinpath("schemas", SCHEMAS[kind]).read_text(encoding="utf-8")


def item_of(submission, record):
    """One item of a message; a withdrawal, or one without ``record``, holds nothing but what names it."""
    found = {
        "key": str(submission.key),
        "action": submission.kind,
        "version": submission.serial,
        "id": f"{submission.translation_key}:{submission.language}",
        "indexNumber": submission.index_number,
        "url": submission.url,
    }
    if submission.kind == Kind.WITHDRAW or record is None:
        found["action"] = Kind.WITHDRAW.value
        return found
    return {**found, "digest": submission.digest, **with_words_of(submission.platform, record.data)}


def current(platform, submissions):
    """Pairs of each submission that still says what is public and its record (None for a withdrawal)."""
    submissions = list(submissions)
    for each in submissions:
        each.platform = platform
    keys = [each.page_id for each in submissions]
    public = rows_of(keys)
    chosen = wanted(platform).filter(pk__in=keys).values_list("pk", flat=True)
    made = records(platform, [public[key] for key in chosen])
    for each in submissions:
        record = made.get(each.page_id)
        if each.kind == Kind.WITHDRAW and record is None:
            yield each, None
        elif each.kind != Kind.WITHDRAW and record is not None and record.digest == each.digest:
            yield each, record


def message(platform, items, **more):
    """A message with ``items`` (from :func:`item_of`); the same items always give the same message."""
    agency = platform.agency
    return {
        "schema": f"upward-feed/{platform.schema_version}",
        "platform": platform.code,
        "agency": {
            "name": agency.name,
            "organisationCode": agency.organisation_code,
            "regionCode": agency.region_code,
            "siteIdentificationCode": agency.site_id_code,
        },
        **more,
        "items": items,
    }


def write(kind, data, root="message"):
    """``data`` as bytes in the format ``kind``."""
    if kind == UpwardPlatform.Format.XML:
        return as_xml(data, root)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode(errors="replace")


def fingerprint(body):
    return hashlib.sha256(body).hexdigest()[:40]


def as_xml(data, root="message"):
    """``data`` as XML: names become elements, and what XML cannot hold is left out."""
    element = ET.Element(root, {"xmlns": NAMESPACE})
    _fill(element, data)
    ET.indent(element, " ")
    return ET.tostring(element, encoding="utf-8", xml_declaration=True)


def _fill(element, value):
    if isinstance(value, dict):
        for name, each in value.items():
            _fill(ET.SubElement(element, name), each)
    elif isinstance(value, list):
        for each in value:
            _fill(ET.SubElement(element, SINGULAR[element.tag]), each)
    elif isinstance(value, bool):
        element.text = str(value).lower()
    else:
        element.text = NOT_XML.sub("", str(value))
