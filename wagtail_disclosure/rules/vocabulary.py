"""Controlled vocabularies as read from the data files: lists and trees of labelled codes with their
source.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import RuleError
from .labels import label, text_in

OWN_FIELDS = {"code", "label", "article", "note", "children"}


@dataclass(frozen=True)
class Item:
    """One entry of a vocabulary.

    ``labels`` and ``notes`` are texts by language, ``article`` the provision the entry rests on,
    ``children`` the entries below it. ``facts`` holds what only this kind of entry has, such as
    ``stale_after_days``.
    """

    code: str
    labels: Mapping[str, str]
    article: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    children: tuple = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_data(cls, raw):
        """Build an item, and those below it, from a JSON object."""
        return cls(
            code=raw["code"],
            labels=raw["label"],
            article=raw.get("article", ""),
            notes=raw.get("note", {}),
            children=tuple(cls.from_data(child) for child in raw.get("children", ())),
            facts={key: value for key, value in raw.items() if key not in OWN_FIELDS},
        )

    def label(self, language=None):
        """The label in ``language``, or in the active one."""
        return label(self, language)

    def note(self, language=None):
        """The explanation in ``language``, or in the active one; empty when there is none."""
        return text_in(self.notes, language)

    def fact(self, name, default=None):
        """The value of the fact ``name``, or ``default``."""
        return self.facts.get(name, default)

    def text(self, name, language=None):
        """The fact ``name``, kept as texts by language, in ``language``; empty when the item has none."""
        return text_in(self.facts.get(name, {}), language)

    def walk(self):
        """Yield ``(ancestors, item)`` for this item and all below it, parents first."""
        stack = [((), self)]
        while stack:
            ancestors, item = stack.pop()
            yield ancestors, item
            stack.extend(((*ancestors, item), child) for child in reversed(item.children))


@dataclass(frozen=True)
class Vocabulary:
    """A list or tree of items with the source it was taken from and how sure that is."""

    code: str
    labels: Mapping[str, str]
    items: tuple = ()
    source: str = ""
    evidence: str = ""
    compiled: str = ""

    @classmethod
    def from_data(cls, code, raw):
        """Build a vocabulary from the content of its data file; ``RuleError`` when a code occurs twice."""
        vocabulary = cls(
            code=code,
            labels=raw["label"],
            items=tuple(Item.from_data(item) for item in raw["items"]),
            source=raw.get("source", ""),
            evidence=raw.get("evidence", ""),
            compiled=raw.get("compiled", ""),
        )
        codes = vocabulary.codes()
        twice = sorted({item for item in codes if codes.count(item) > 1})
        if twice:
            raise RuleError(f"{code}: codes used twice: {', '.join(twice)}", "duplicate")
        return vocabulary

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    def __contains__(self, code):
        return any(item.code == code for _ancestors, item in self.walk())

    def label(self, language=None):
        """The name of the vocabulary in ``language``, or in the active one."""
        return label(self, language)

    def walk(self):
        """Yield ``(ancestors, item)`` for every item, parents first, in order."""
        for item in self.items:
            yield from item.walk()

    def codes(self):
        """Codes of all items, those below others included."""
        return [item.code for _ancestors, item in self.walk()]

    def get(self, code):
        """Return the item with that code, at any level; ``KeyError`` when there is none."""
        found = self.find(code)
        if found is None:
            raise KeyError(code)
        return found

    def find(self, code):
        """Return the item with that code, at any level, or ``None``."""
        return next((item for _ancestors, item in self.walk() if item.code == code), None)

    def label_of(self, code, otherwise=""):
        """The label of the item with that code in the active language, or ``otherwise``."""
        found = self.find(code)
        return found.label() if found is not None else otherwise

    def choices(self, language=None):
        """Pairs ``(code, label)`` of the first level, for a form field."""
        return [(item.code, item.label(language)) for item in self.items]
