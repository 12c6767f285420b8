"""What nothing guards behaves as on a site without the package, line by line, and nothing that is guarded changes."""

import json
import os
import subprocess
import sys
from functools import partial

import pytest

from tests.source import ROOT

from . import visitor
from .ordinary import STEPS, journey


@pytest.fixture(scope="module")
def stock():
    """What comes of the same table without the package, by the name of each line."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.routes.stock"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name: rest for name, *rest in json.loads(done.stdout)}


def test_ordinary_pages_behave_as_without_the_package_and_nothing_guarded_changes(
    scene, before, stock, django_capture_on_commit_callbacks
):
    changed = {}

    def look(name):
        changed[name] = visitor.difference(before, visitor.look(scene))

    within = partial(django_capture_on_commit_callbacks, execute=True)
    done = journey(scene.superuser, scene.home, within=within, after_each=look)
    here = {name: json.loads(json.dumps(rest)) for name, *rest in done}
    assert list(stock) == list(here) == [name for name, _act in STEPS]
    for name in stock:
        assert here[name] == stock[name], name
    assert changed == {name: {} for name in stock}


def test_the_table_without_the_package_does_what_its_lines_say(stock):
    """Nothing was refused there, so that the comparison says something."""
    for name, (answers, _meanwhile, served) in stock.items():
        assert all(status in (200, 302) and levels != ["error"] for status, levels in answers), name
        assert any(status == 200 for status, *_rest in served.values()), name
