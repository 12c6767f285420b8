"""Each thing a webmaster can get wrong is reported with a hint; the right way beside it is silent."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core import checks as django_checks
from django.db import connections
from wagtail.models import Site, Workflow

from wagtail_disclosure import checks, compat, conf
from wagtail_disclosure.models import CatalogueIndexPage, CopyCheck, ReviewPolicy, ReviewPolicyStep

DOCS = Path(__file__).resolve().parent.parent / "docs"


def reported(**options):
    """The messages of this package, as ``{id: [message, …]}``."""
    found = {}
    for message in django_checks.run_checks(tags=[checks.TAG], **options):
        found.setdefault(message.id.removeprefix(f"{checks.TAG}."), []).append(message)
    return found


@pytest.fixture
def configure(settings):
    def configure(**values):
        settings.WAGTAIL_DISCLOSURE = values

    return configure


@pytest.fixture
def without_app(monkeypatch):
    def remove(*names):
        installed = apps.is_installed
        monkeypatch.setattr(apps, "is_installed", lambda name: name not in names and installed(name))

    return remove


def test_the_settings_of_the_suite_are_right():
    assert reported() == {}


@pytest.mark.parametrize("name", conf.DEFAULTS)
def test_every_default_passes_its_own_rule(name, configure):
    configure(**{name: conf.DEFAULTS[name]})
    assert reported() == {}


def test_a_misspelled_setting_is_named_with_its_nearest(configure):
    configure(PAGESIZE=10)
    [error] = reported()["E001"]
    assert "PAGESIZE" in error.msg
    assert error.hint == "Did you mean 'PAGE_SIZE'?"


def test_a_setting_like_none_gets_the_list(configure):
    configure(zzz=1)
    [error] = reported()["E001"]
    assert all(name in error.hint for name in conf.DEFAULTS)


@pytest.mark.parametrize("value", [["PAGE_SIZE"], "PAGE_SIZE", 3])
def test_settings_that_are_not_a_dictionary_are_one_error(value, settings):
    settings.WAGTAIL_DISCLOSURE = value
    assert list(reported()) == ["E001"]


@pytest.mark.parametrize("value", [None, {}])
def test_no_settings_at_all_are_right(value, settings):
    settings.WAGTAIL_DISCLOSURE = value
    assert reported() == {}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        (
            "GUARDED_MODELS",
            [["testapp.PlainPage"], ("testapp.PlainPage",), []],
            ["testapp.PlainPage", [1], None],
        ),
        ("BASE_TEMPLATE", ["base.html"], ["", None, 1]),
        ("JURISDICTION", ["cn"], ["", None, 86]),
        ("LEDGER_KEY", [None, "k" * 32, b"k" * 32], ["short", 32, ""]),
        ("PAGE_SIZE", [1, 500], [0, -1, "20", True, None, 2.5]),
        ("SUMMARY_MAX_LENGTH", [100, 500], [99, 501, "200", None]),
        ("RECEIPT_SHOWS", ["role", "name"], ["names", None, ""]),
        ("IMPORT_MAX_FIELD_BYTES", [1024], [0, "2MB"]),
        ("CONTENT_LANGUAGE", [None, "zh-hans", "en"], ["zh", "xx", 1]),
    ],
)
def test_values_are_held_to_their_kind(name, right, wrong, configure):
    for value in right:
        configure(**{name: value})
        assert reported() == {}, value
    for value in wrong:
        configure(**{name: value})
        assert list(reported()) == ["E002"], value


def test_a_wrong_ledger_key_is_not_shown(configure):
    configure(LEDGER_KEY="hunter2")
    [error] = reported()["E002"]
    assert "hunter2" not in f"{error.msg}{error.hint}"


def test_every_setting_has_a_rule():
    assert set(checks.RULES) == set(conf.DEFAULTS)


def test_a_base_template_that_does_not_exist(configure):
    configure(BASE_TEMPLATE="site/basis.html")
    [error] = reported()["E003"]
    assert "site/basis.html" in error.msg
    assert "BASE_TEMPLATE" in error.hint


@pytest.mark.parametrize("name", checks.REQUIRED_APPS)
def test_a_missing_app_of_wagtail(name, without_app):
    without_app(name)
    [error] = reported()["E004"]
    assert name in error.msg


@pytest.mark.parametrize("name", ["testapp.PlainPages", "nothing.Here", "PlainPage", ""])
def test_a_guarded_model_that_does_not_exist(name, configure):
    configure(GUARDED_MODELS=[name])
    [error] = reported()["E005"]
    assert repr(name) in error.msg


def test_the_nearest_guarded_model_is_suggested(configure):
    configure(GUARDED_MODELS=["testapp.PlainPages"])
    [error] = reported()["E005"]
    assert error.hint == "Did you mean 'testapp.PlainPage'?"


def test_a_guarded_model_without_drafts(configure):
    configure(GUARDED_MODELS=["testapp.PlainPage", "auth.Group"])
    [error] = reported()["E006"]
    assert error.obj is apps.get_model("auth.Group")
    assert "WorkflowMixin" in error.hint


@pytest.mark.parametrize(("enabled", "ids"), [(True, []), (False, ["E007"])])
def test_workflows_are_needed(enabled, ids, settings):
    settings.WAGTAIL_WORKFLOW_ENABLED = enabled
    assert list(reported()) == ids


def test_translation_without_wagtail_localize(without_app, settings):
    without_app("wagtail_localize")
    assert list(reported()) == ["W001"]
    settings.WAGTAIL_I18N_ENABLED = False
    assert reported() == {}


def test_translations_that_would_be_published_at_once(settings):
    del settings.WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE
    assert list(reported()) == ["W002"]
    settings.WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = True
    assert list(reported()) == ["W002"]


def test_wagtail_localize_with_a_swapped_page_model(monkeypatch, without_app, settings):
    monkeypatch.setattr(compat, "PAGE_MODEL", "site.BasePage")
    [warning] = reported()["W007"]
    assert "site.BasePage" in warning.msg
    settings.WAGTAIL_I18N_ENABLED = False
    without_app("wagtail_localize")
    assert reported() == {}


def test_a_base_page_model_without_the_usual_fields(monkeypatch):
    monkeypatch.setattr(compat, "Page", apps.get_model("auth.Group"))
    [error] = reported()["E008"]
    assert "seo_title" in error.msg and "show_in_menus" in error.msg


def test_several_languages_need_the_locale_middleware(settings):
    name = "django.middleware.locale.LocaleMiddleware"
    settings.MIDDLEWARE = [entry for entry in settings.MIDDLEWARE if entry != name]
    [warning] = reported()["W003"]
    assert name in warning.hint
    settings.LANGUAGES = [("zh-hans", "简体中文")]
    assert reported() == {}


@pytest.mark.parametrize(
    ("engine", "mode", "ids"),
    [
        ("django.db.backends.sqlite3", None, ["W004"]),
        ("django.db.backends.sqlite3", "DEFERRED", ["W004"]),
        ("django.db.backends.sqlite3", "immediate", []),
        ("django.db.backends.postgresql", None, []),
    ],
)
def test_sqlite_needs_immediate_transactions(engine, mode, ids, monkeypatch, configure):
    configure(LEDGER_KEY="k" * 32)
    database = connections["default"].settings_dict
    monkeypatch.setitem(database, "ENGINE", engine)
    monkeypatch.setitem(database, "OPTIONS", {"transaction_mode": mode})
    assert list(reported(include_deployment_checks=True)) == ids
    assert reported() == {}


def test_the_snippet_for_sqlite_can_be_pasted():
    databases = {"default": {}}
    exec(checks.SQLITE_SNIPPET, {"DATABASES": databases})
    assert databases["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_ledger_key_of_its_own_is_asked_for_when_deploying(configure):
    configure()
    assert "W006" in reported(include_deployment_checks=True)
    configure(LEDGER_KEY="k" * 32)
    assert "W006" not in reported(include_deployment_checks=True)


def test_wagtail_itself_asks_for_the_base_url_of_the_admin(settings):
    """The links in review mails need it; Wagtail's own check says so, ours does not repeat it."""
    settings.WAGTAILADMIN_BASE_URL = None
    ids = [message.id for message in django_checks.run_checks()]
    assert "wagtailadmin.W003" in ids


@pytest.fixture
def catalogue(db):
    home = Site.objects.get(is_default_site=True).root_page
    return home.add_child(instance=CatalogueIndexPage(title="Catalogue", slug="catalogue", live=False))


def policies_reported(databases=("default",)):
    return [
        message
        for message in django_checks.run_checks(tags=["database"], databases=list(databases))
        if message.id == f"{checks.TAG}.W005"
    ]


def require_review(page, *tasks):
    policy = ReviewPolicy.objects.create(page=page, workflow=Workflow.objects.create(name="Review"))
    for task in tasks:
        ReviewPolicyStep.objects.create(policy=policy, task=task)


def test_a_catalogue_without_a_review_policy(catalogue):
    [warning] = policies_reported()
    assert warning.obj == catalogue
    assert "disclosure_setup" in warning.hint
    require_review(catalogue)
    assert policies_reported() == [warning], "a policy without steps approves nothing"


@pytest.mark.parametrize("place", ["catalogue", "above"])
def test_a_catalogue_with_a_review_policy_at_or_above_it(place, catalogue):
    page = catalogue if place == "catalogue" else catalogue.get_parent()
    require_review(page, CopyCheck.objects.create(name="Copy-check"))
    assert policies_reported() == []


def test_policies_are_not_looked_for_without_a_database(catalogue):
    assert policies_reported(databases=[]) == []


@pytest.mark.django_db(transaction=True)
def test_the_check_is_silent_before_the_first_migration():
    with connections["default"].schema_editor() as editor:
        editor.alter_db_table(ReviewPolicyStep, ReviewPolicyStep._meta.db_table, "elsewhere")
    try:
        assert policies_reported() == []
    finally:
        with connections["default"].schema_editor() as editor:
            editor.alter_db_table(ReviewPolicyStep, "elsewhere", ReviewPolicyStep._meta.db_table)


def test_an_unknown_setting_raises_when_it_is_read():
    with pytest.raises(KeyError):
        conf.get("PAGESIZE")


def test_settings_are_read_late(configure):
    assert conf.get("PAGE_SIZE") == conf.DEFAULTS["PAGE_SIZE"]
    configure(PAGE_SIZE=7)
    assert conf.get("PAGE_SIZE") == 7


def test_the_documents_name_every_check_and_no_other():
    source = Path(checks.__file__).read_text("utf-8")
    used = set(re.findall(r"\{TAG\}\.([EW]\d{3})", source))
    documented = set(
        re.findall(r"^\| `wagtail_disclosure\.([EW]\d{3})`", (DOCS / "checks.md").read_text("utf-8"), re.M)
    )
    assert documented == used


def test_the_documents_name_every_setting_with_its_default():
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", (DOCS / "settings.md").read_text("utf-8"), re.M)
    documented = {name: eval(default, {}) for name, default in rows}
    assert documented == conf.DEFAULTS


@pytest.mark.parametrize(
    ("most", "ids"), [(2 * 1024 * 1024 - 1, ["W009"]), (2 * 1024 * 1024, []), (None, [])]
)
def test_a_request_has_room_for_the_longest_text(most, ids, settings, configure):
    configure(LEDGER_KEY="k" * 32)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = most
    assert list(reported()) == ids
