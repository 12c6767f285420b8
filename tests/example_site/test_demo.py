"""The example agency as the command loads it: complete, public where it should be, the same when loaded again."""

import datetime
import io
import json
import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import docx
import pytest
from django.utils import timezone
from PIL import Image

from example_site import clock
from example_site.loader.application_form import word_document
from example_site.loader.content import at, working_moment
from example_site.loader.pictures import growth_chart
from example_site.logins import LOGINS, lines, width
from tests.source import ROOT
from wagtail_disclosure.rules.transition_data import get_table


@pytest.fixture
def environment(tmp_path):
    """The environment of the example site with a database and a folder of its own."""
    found = {**os.environ, "DEMO_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "example_site.settings"}
    url = found.get("DATABASE_URL")
    if not url:
        yield found
        return
    import psycopg

    parts, name = urlsplit(url), f"demo_{os.getpid()}"
    maintenance = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield {**found, "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}"))}
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(environment, *arguments):
    ran = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-4000:]
    return ran.stdout


@pytest.mark.long
def test_the_agency_is_loaded_by_review_and_only_once(environment):
    told = run(environment, "example_site", "load", "--scale", "small")
    assert all(name in told for name, _role, _hint in LOGINS)
    facts = json.loads(run(environment, "tests.example_site.inspect_demo").splitlines()[-1])

    assert facts["columns"] == 27 and facts["guides"] == [12, 12] and facts["subsites"] == 12
    assert facts["categories"] == [25, 177]
    assert set(facts["waiting"]) == {
        "departmentheadreview",
        "secrecyreview",
        "copycheck",
        "translationcheck",
        "leaderapproval",
    }
    assert facts["returned"] == 1
    assert set(facts["years"]) == {"2024", "2025", "2026"} and facts["languages"]["en"] >= 2
    assert len(facts["kinds"]) == 9 and facts["validity"]["replaced"] >= 1
    assert set(facts["filed"]) == {"on_request", "withheld"} and facts["merged"] == 1
    assert facts["register"] == "clean" and facts["in_order"]
    # Setup made the catalogue public in two languages; everything else was reviewed.
    assert facts["installed"] == 2
    assert facts["visited"] > 120 and facts["wrong"] == {}
    assert facts["secret"] >= 12 and facts["leaks"] == []
    assert all(facts["logins"].values()) and facts["inactive_password"] == 0

    assert facts["withdrawn"] == 3 and facts["form"].endswith(".docx")
    assert facts["english_subsites"] >= 3 and facts["notices"] == "通知通告"
    assert facts["root_url"] == "http://127.0.0.1:8000"
    requests = facts["requests"]
    table = get_table("cn", "request")
    # One of each path; a draft is no case yet.
    assert set(requests["states"]) == set(table.states) - {"draft"}
    assert set(requests["actions"]) == set(table.actions) - {"discard"}
    assert min(requests[name] for name in ("supervised", "overdue", "provisional", "files")) >= 1
    assert requests["forms"] == ["correction en", "correction zh-hans", "request en", "request zh-hans"]
    assert requests["wrong"] == [] and requests["held"] >= 1
    assert {"submitted", "awaiting_supplement", "handling", "drafted", "archived"} <= set(
        requests["corrections"]
    )
    assert requests["correction_numbers"] == ["GZ"]
    assert "SQ20" in told and "LX20" in told
    check_letters(facts["letters"])
    assert facts["reports"] == {"states": {"2024": "published", "2025": "published"}, "errors": []}

    run(environment, "example_site", "load", "--scale", "small", "--port", "8123")
    address = "from wagtail.models import Site; print(Site.objects.get().root_url)"
    moved = run(environment, "django", "shell", "-v0", "-c", address)
    assert moved.strip() == "http://127.0.0.1:8123"
    run(environment, "example_site", "load", "--scale", "small")
    again = json.loads(run(environment, "tests.example_site.inspect_demo").splitlines()[-1])
    assert again == facts


def check_letters(letters):
    """A letter in every state but the draft, some published, and what a leader looks for."""
    # Each in two languages.
    assert letters["mailboxes"] == sorted(2 * ["complaints", "leader", "questions", "suggestions"])
    assert set(letters["states"]) == set(get_table("cn", "letter").states) - {"draft"}
    assert {"satisfied", "not_satisfied"} <= set(letters["ratings"])
    assert min(letters[name] for name in ("overdue", "supervised", "consenting")) >= 1
    assert letters["clusters"] == [5] and letters["wrong"] == []
    assert letters["selected"] == 3 and letters["frequent"] >= 1
    # Of the reviewer whose log-in promises it.
    assert letters["waiting_for_approval"] >= 1


def test_the_form_asks_for_what_the_regulation_names_and_for_no_purpose():
    document = docx.Document(io.BytesIO(word_document()))
    text = "".join(cell.text for row in document.tables[0].rows for cell in row.cells)
    assert all(word in text for word in ("身份证明", "其他特征性描述", "获取信息的方式"))
    assert "用途" not in text


def test_the_chart_is_a_picture_with_a_description():
    title, alt, content = growth_chart(12)
    assert title.startswith("地区生产总值") and "百分比" in alt
    assert Image.open(io.BytesIO(content)).size == (1200, 675)


def test_the_clock_is_played_for_a_block_only():
    before = timezone.now()
    then = at("2024-03-04", 10)
    with clock.moment(then):
        assert timezone.now() == then and timezone.localdate() == datetime.date(2024, 3, 4)
    assert timezone.now() >= before


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0, at("2026-09-30", 16, 30)), (0.5, at("2026-09-30", 17, 30)), (1, at("2026-10-08", 10))],
)
def test_steps_fall_into_office_hours(share, expected):
    # The days between are the holidays of 2026.
    assert working_moment(at("2026-09-30", 16, 30), at("2026-10-08", 10), share) == expected


def test_the_log_ins_are_a_table():
    shown = [line for line in lines("http://127.0.0.1:8000") if line.startswith("  ")]
    first = next(line for line in shown if "webmaster" in line)
    second = next(line for line in shown if "pu.yishan" in line)
    assert width(first[: first.index("every")]) == width(second[: second.index("departments")])
