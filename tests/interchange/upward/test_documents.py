"""JSON and XML say the same, as their schemas have it, whatever a text holds."""

import json
import re

import pytest
from lxml import etree

from tests import factories
from wagtail_disclosure.interchange.models import UpwardSubmission
from wagtail_disclosure.interchange.upward import documents
from wagtail_disclosure.interchange.upward.planning import plan
from wagtail_disclosure.publishing import actions

SCHEMA = json.loads(documents.schema("json"))
XSD = etree.XMLSchema(etree.fromstring(documents.schema("xml").encode()))
KINDS = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
# Keywords that the checker below knows; another one in the schema would go unchecked.
KNOWN = set(
    "$ref $defs oneOf const enum type required properties additionalProperties items pattern minimum maxLength "
    "title description $schema $id".split()
)


def faults(data, schema, place="$"):
    """What in ``data`` is not as ``schema`` has it; of JSON Schema it knows what ours uses."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "oneOf" in schema:
        fitting = [each for each in schema["oneOf"] if not faults(data, each, place)]
        return [] if len(fitting) == 1 else [f"{place}: fits {len(fitting)}"]
    found = [f"{place}: {word}" for word in set(schema) - KNOWN]
    if "const" in schema and data != schema["const"]:
        found.append(f"{place}: not {schema['const']}")
    if "enum" in schema and data not in schema["enum"]:
        found.append(f"{place}: {data} not known")
    if "type" in schema and type(data) is not KINDS[schema["type"]]:
        return [*found, f"{place}: no {schema['type']}"]
    if "pattern" in schema and not re.search(schema["pattern"], data):
        found.append(f"{place}: {data} not like {schema['pattern']}")
    if isinstance(data, dict):
        names = schema.get("properties", {})
        found += [f"{place}: no {name}" for name in schema.get("required", ()) if name not in data]
        found += [f"{place}: {name} unknown" for name in data if name not in names]
        for name in data.keys() & names.keys():
            found += faults(data[name], names[name], f"{place}.{name}")
    if isinstance(data, list):
        for number, each in enumerate(data):
            found += faults(each, schema.get("items", {}), f"{place}[{number}]")
    return found


def check_xml(body):
    XSD.assertValid(etree.fromstring(body))


@pytest.fixture
def messages(world, make_platform):
    """A message with each kind of item, by link and by entry."""
    found = []
    for content in ("link", "entry"):
        platform = make_platform(code=content, content=content, mapping={"category": {"0101": "A01"}})
        found.append(platform)
    page = factories.published(world, "关于<b>&价格的通知", keywords="价格;公示", summary='概述 "引号"')
    gone = factories.published(world, "已撤回")
    for platform in found:
        plan(platform)
        UpwardSubmission.objects.filter(platform=platform).update(sent_at=page.first_published_at)
    actions.withdraw(gone, world.people.root, reason="content_error", explanation="内容有误")
    data = []
    for platform in found:
        plan(platform)
        rows = UpwardSubmission.objects.filter(platform=platform).order_by("pk")
        items = [documents.item_of(*pair) for pair in documents.current(platform, rows)]
        assert [item["action"] for item in items] == ["publish", "withdraw"]
        data.append((platform, items))
    return data


def test_messages_and_pages_are_as_the_schemas_have_them(messages):
    for platform, items in messages:
        sent = documents.message(platform, items, message="a" * 40)
        page = documents.message(platform, items, next="12", more=False)
        for data, root in ((sent, "message"), (page, "page")):
            assert faults(json.loads(documents.write("json", data, root)), SCHEMA) == []
            check_xml(documents.write("xml", data, root))


@pytest.mark.parametrize(
    ("data", "root"),
    [
        ({"message": "m", "results": [], "findings": []}, "answer"),
        (
            {
                "message": "m",
                "results": [
                    {"key": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "result": "late", "message": ""}
                ],
                "findings": [{"code": "unknown_status", "detail": "<x>"}],
            },
            "answer",
        ),
        ({"error": "wrong_key"}, "error"),
        (
            {
                "results": [
                    {
                        "key": "0" * 8 + "-0000-0000-0000-" + "0" * 12,
                        "status": "adopted",
                        "at": "2026-05-01T00:00:00Z",
                        "reason": "",
                        "reference": "A-1",
                        "url": "https://p.example/1",
                    }
                ]
            },
            "statuses",
        ),
    ],
)
def test_answers_are_as_the_schemas_have_them(data, root):
    assert faults(json.loads(documents.write("json", data, root)), SCHEMA) == []
    check_xml(documents.write("xml", data, root))


def test_the_schemas_refuse_what_is_wrong():
    assert faults({"results": [{"key": "1", "status": "great"}]}, SCHEMA)
    assert faults({"error": 1}, SCHEMA) and faults({}, SCHEMA)
    with pytest.raises(etree.DocumentInvalid):
        check_xml(documents.as_xml({"results": [{"key": "1", "status": "great"}]}, "statuses"))


@pytest.mark.parametrize(
    "text", ["\x00\x0b\x1f\ufffe", "]]><!--", "\ud800", "\u2028\x85", "𠮷", "<a href='x'>&amp;"]
)
def test_no_text_breaks_the_xml(text):
    root = etree.fromstring(documents.as_xml({"error": f"甲{text}乙"}, "error"))
    found = root[0].text
    assert found.startswith("甲") and found.endswith("乙")
    json.loads(documents.write("json", {"error": text}))


def test_the_names_are_those_of_both_schemas():
    names = set(SCHEMA["$defs"]["item"]["properties"])
    tree = etree.fromstring(documents.schema("xml").encode())
    space = {"xs": "http://www.w3.org/2001/XMLSchema"}
    assert names == set(
        tree.xpath("//xs:complexType[@name='item']/xs:all/xs:element/@name", namespaces=space)
    )
