"""An upper platform for tests: it knows a version again by its key, and answers as the schema has it."""

import json
from xml.etree import ElementTree

from wagtail_disclosure.interchange.upward.documents import NAMESPACE
from wagtail_disclosure.interchange.upward.transport import Answer

NAME = f"{{{NAMESPACE}}}"


def items_of(body, kind="json"):
    """The items of a message, of XML with the texts of their elements."""
    if kind == "json":
        return json.loads(body)["items"]
    root = ElementTree.fromstring(body)
    return [
        {cell.tag.removeprefix(NAME): cell.text or "" for cell in item} for item in root.find(f"{NAME}items")
    ]


def results(keys, status="accepted", **more):
    """An answer that says ``status`` of each key."""
    rows = [{"key": key, "status": status, **more} for key in keys]
    return Answer(200, json.dumps({"results": rows}).encode(), "application/json")


class Receiver:
    """Stands in for ``transport.post``. ``got`` has each version once, however often it came."""

    def __init__(self, status="accepted"):
        self.status, self.got, self.calls, self.messages = status, {}, [], {}

    def __call__(self, platform, body, key):
        # The same key never comes with other content.
        assert self.messages.setdefault(key, body) == body
        items = items_of(body, platform.format)
        self.calls.append([item["key"] for item in items])
        for item in items:
            assert self.got.setdefault(item["key"], item) == item
        return self.answer(items)

    def answer(self, items):
        rows = [
            {
                "key": item["key"],
                "status": "withdrawn" if item["action"] == "withdraw" else self.status,
            }
            for item in items
        ]
        return Answer(200, json.dumps({"results": rows}).encode(), "application/json")

    @property
    def versions(self):
        """Pairs of item and digest as they came, each key once."""
        return sorted((item["id"], item.get("digest", "")) for item in self.got.values())
