"""The migrations are written, fit every supported project, and create what they say."""

import os
import subprocess
import sys

import pytest
import wagtail
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from tests.source import PACKAGE, ROOT


def run(settings, database, *arguments):
    """Run Python in a process of its own: settings cannot be exchanged in this one. Return its output."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "SQLITE_PATH": str(database)}
    environment["PYTHONPATH"] = str(ROOT)
    environment.pop("DATABASE_URL", None)
    ran = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def manage(settings, database, *arguments):
    return run(settings, database, "-m", "django", *arguments)


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    try:
        call_command("makemigrations", PACKAGE, check_changes=True, dry_run=True)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)


@pytest.mark.django_db
def test_there_is_one_history():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    names = sorted(name for app, name in loader.disk_migrations if app == PACKAGE)
    assert names[0] == "0001_initial"
    assert [node[1] for node in loader.graph.leaf_nodes(PACKAGE)] == [names[-1]]


@pytest.mark.django_db
def test_every_migration_runs_on_the_oldest_supported_wagtail():
    """``makemigrations`` names the newest migration of Wagtail that is installed; 7.4 ends with 0097."""
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    needed = {
        name
        for (app, _name), migration in migrations.items()
        if app == PACKAGE
        for other, name in migration.dependencies
        if other == "wagtailcore" and name[:4].isdigit()
    }
    assert needed and max(needed) < "0098"


def test_no_migration_asks_for_a_setting_that_the_oldest_supported_wagtail_lacks():
    """The name of the page model comes from ``compat``."""
    for path in (ROOT / PACKAGE / "migrations").glob("*.py"):
        assert "WAGTAIL_PAGE_MODEL" not in path.read_text("utf-8"), path.name


@pytest.mark.django_db
def test_every_model_has_its_table():
    tables = set(connections["default"].introspection.table_names())
    models = apps.get_app_config(PACKAGE).get_models()
    assert {model._meta.db_table for model in models} - tables == set()


@pytest.mark.long
def test_a_project_with_its_own_base_page_model_works_from_nothing(tmp_path):
    """From nothing to a reviewed document and back. Wagtail 7.4 cannot swap: there it is the ordinary project."""
    settings = "tests.swapped_settings" if wagtail.VERSION >= (8,) else "tests.settings"
    database = tmp_path / "site.sqlite3"
    manage(settings, database, "migrate", "-v0")
    assert "No changes detected" in manage(
        settings, database, "makemigrations", PACKAGE, "--check", "--dry-run"
    )
    assert "[ ]" not in manage(settings, database, "showmigrations", PACKAGE)
    manage(settings, database, "disclosure_setup", "--name", "City", "--code", "620700036", "-v0")
    assert "no issues" in manage(settings, database, "check", "--database", "default")
    assert "passed by leader" in run(settings, database, ".ci/new_project.py")
    manage(settings, database, "migrate", PACKAGE, "zero", "-v0")
    assert "[X]" not in manage(settings, database, "showmigrations", PACKAGE)
