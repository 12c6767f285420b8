"""Commands on an installation that is not ready for them: one sentence that says what to do first."""

import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from tests import factories
from tests.installed import default_site, run
from tests.source import ROOT
from wagtail_disclosure.departments.names import person_name
from wagtail_disclosure.installation.models import InstalledItem
from wagtail_disclosure.installation.report import Outcome
from wagtail_disclosure.installation.setup import setup

COMMANDS = [
    ["disclosure_setup", "--name", "某机关"],
    ["disclosure_import", "nothing.csv", "--dry-run"],
    ["disclosure_register", "check"],
    ["disclosure_flush_views"],
    ["disclosure_seal", "status"],
    ["disclosure_scheme_export", "topic"],
    ["disclosure_scheme_import", "topic", "nothing.csv"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_before_the_first_migration(command, tmp_path):
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    env |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "SQLITE_PATH": str(tmp_path / "new.sqlite3")}
    # The seal runs without checks, and has no option to leave them out.
    unchecked = [] if command[0] == "disclosure_seal" else ["--skip-checks"]
    ran = subprocess.run(
        [sys.executable, "-m", "django", *command, *unchecked],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in ran.stderr
    if command[0] == "disclosure_flush_views":
        # Nothing waits, so the database is not asked.
        assert ran.returncode == 0
    else:
        assert ran.returncode == 1 and "manage.py migrate" in ran.stderr and not ran.stdout


@pytest.mark.django_db
@pytest.mark.parametrize("command", COMMANDS[1:2] + COMMANDS[5:], ids=lambda command: command[0])
def test_before_setup(command):
    with pytest.raises(CommandError, match="disclosure_setup"):
        call_command(*command)


@pytest.mark.django_db
def test_schemes_are_named_with_their_codes():
    said = run("--language", "en")
    for code in ("agency", "statutory", "topic", "genre", "reporting"):
        assert f"({code})" in said
    with pytest.raises(CommandError, match="agency, genre, reporting, statutory, topic"):
        call_command("disclosure_scheme_export", "topics")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "code"), [("乡镇", "township_street"), ("District or county government", "district_government")]
)
def test_a_body_type_may_be_called_by_its_name(name, code):
    setup(default_site(), body_type=name)
    assert InstalledItem.objects.filter(key__endswith=f"body-type/{code}").exists()


@pytest.mark.django_db
def test_an_ambiguous_body_type_is_said_to_be_ambiguous():
    with pytest.raises(CommandError) as refused:
        run("--body-type", "t", "--language", "en")
    assert "may be any of" in str(refused.value) and "department" in str(refused.value)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_called_created_that_was_not(monkeypatch, capsys):
    def fail(*args):
        raise RuntimeError("halfway")

    monkeypatch.setattr("wagtail_disclosure.installation.setup._install_number_scheme", fail)
    with pytest.raises(RuntimeError):
        call_command("disclosure_setup", "--language", "en")
    assert "Created" not in capsys.readouterr().out


@pytest.mark.django_db
def test_languages_are_called_by_name():
    with_names = setup(default_site(), language="en").report
    said = with_names.of(Outcome.CREATED) + with_names.of(Outcome.KEPT)
    assert any("Simplified Chinese" in text for text in said)


@pytest.mark.django_db
def test_what_a_project_starts_with_is_left_to_do(settings):
    settings.TIME_ZONE, settings.WAGTAILADMIN_BASE_URL = "UTC", "http://example.com"
    settings.DEFAULT_FROM_EMAIL = "webmaster@localhost"
    notes = "\n".join(setup(default_site(), language="en").report.of(Outcome.NOTE))
    for word in ("localhost", "TIME_ZONE", "WAGTAILADMIN_BASE_URL", "DEFAULT_FROM_EMAIL", "i18n_patterns"):
        assert word in notes
    site = default_site()
    site.hostname = "www.linjiang.gov.cn"
    site.save()
    settings.TIME_ZONE, settings.WAGTAILADMIN_BASE_URL = "Asia/Shanghai", "https://www.linjiang.gov.cn"
    settings.DEFAULT_FROM_EMAIL, settings.ROOT_URLCONF = "gk@linjiang.gov.cn", "tests.urls_with_languages"
    notes = "\n".join(setup(default_site(), language="en").report.of(Outcome.NOTE))
    for word in ("localhost", "TIME_ZONE", "WAGTAILADMIN_BASE_URL", "DEFAULT_FROM_EMAIL", "i18n_patterns"):
        assert word not in notes


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("伟", "王", "王伟"),
        ("买买提·", "阿不都", "阿不都买买提·"),
        ("王伟", "", "王伟"),
        ("Wei", "Wang", "Wei Wang"),
        ("", "", "officer"),
    ],
)
def test_chinese_names_begin_with_the_family(first, last, shown):
    user = factories.user("officer")
    user.first_name, user.last_name = first, last
    assert person_name(user) == shown
