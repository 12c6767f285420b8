"""Reading the data files of the package."""

import json
from functools import cache
from importlib.resources import files

ROOT = files("wagtail_disclosure.rules") / "vocabularies"


@cache
def _text(path):
    return ROOT.joinpath(*path.split("/")).read_text(encoding="utf-8")


def exists(path):
    """Whether there is a data file ``path``, relative to ``rules/vocabularies``."""
    return ROOT.joinpath(*path.split("/")).is_file()


def load(path):
    """Return a fresh copy of the JSON data file ``path``, relative to ``rules/vocabularies``."""
    return json.loads(_text(path))
