"""Each thing a webmaster can get wrong is reported with a hint; the right way beside it is silent."""

import os
import re
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest
from django.apps import apps
from django.core import checks as django_checks
from django.db import connections
from django.test import override_settings
from hypothesis import strategies as st
from wagtail.models import Locale, Site, Workflow

from tests.installed import CODE, NAME, default_site
from wagtail_disclosure import checks, compat, conf, required_apps, site_checks
from wagtail_disclosure.casework import checks as casework_checks
from wagtail_disclosure.casework.letters import checks as letter_checks
from wagtail_disclosure.casework.wizard import checks as form_checks
from wagtail_disclosure.installation import advice
from wagtail_disclosure.installation.setup import setup
from wagtail_disclosure.interchange.upward import checks as upward_checks
from wagtail_disclosure.mailboxes import checks as mailbox_checks
from wagtail_disclosure.models import CatalogueIndexPage, CopyCheck, ReviewPolicy, ReviewPolicyStep
from wagtail_disclosure.participation import checks as participation_checks
from wagtail_disclosure.publishing import guard
from wagtail_disclosure.requests import checks as request_checks

WITHOUT_SITE = "INSTALLED_APPS.remove('tests.testapp')"
DOCS = Path(__file__).resolve().parent.parent / "docs"


def reported(**options):
    """The messages of this package, as ``{id: [message, …]}``."""
    found = {}
    for message in django_checks.run_checks(tags=[checks.TAG], **options):
        if message.is_silenced():
            continue
        found.setdefault(message.id.removeprefix(f"{checks.TAG}."), []).append(message)
    return found


@pytest.fixture
def configure(settings):
    def configure(**values):
        settings.WAGTAIL_DISCLOSURE = values

    return configure


@pytest.fixture
def templates(settings, tmp_path):
    def write(texts):
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        engine = settings.TEMPLATES[0]
        settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]

    return write


@pytest.fixture
def without_app(monkeypatch):
    def remove(*names):
        installed = apps.is_installed
        monkeypatch.setattr(apps, "is_installed", lambda name: name not in names and installed(name))

    return remove


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = "tests.urls_with_languages"
    settings.TIME_ZONE = "Asia/Shanghai"


def test_the_settings_of_the_suite_are_right():
    assert reported() == {}


@pytest.mark.parametrize("name", conf.DEFAULTS)
def test_every_default_passes_its_own_rule(name, configure):
    configure(**{name: conf.DEFAULTS[name]})
    assert reported() == {}


@pytest.mark.parametrize("name", sorted(conf.DEFAULTS.keys() - {"VIRUS_SCANNER"}))
def test_a_value_that_cannot_be_used_is_read_as_the_default(name, configure):
    configure(**{name: object()})
    assert conf.get(name) == conf.DEFAULTS[name]


def test_a_scanner_that_is_named_wrongly_is_no_reason_to_go_without_one(configure):
    configure(VIRUS_SCANNER=7)
    assert conf.get("VIRUS_SCANNER") == 7


def test_a_wrong_entry_does_not_open_the_gate_for_the_others(configure):
    configure(GUARDED_MODELS=["testapp.PlainPage", None, 3])
    assert conf.get("GUARDED_MODELS") == ["testapp.PlainPage"]
    assert guard.is_guarded(apps.get_model("testapp.PlainPage"))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers() | st.none(), inner),
    max_leaves=6,
)
NAMED = st.dictionaries(st.sampled_from(sorted(conf.DEFAULTS)) | st.text(), VALUES, max_size=4)
MODELS = st.lists(st.sampled_from(["auth.Group", "wagtailcore.Page", "home.Nothing", "", "a.b.c"]) | VALUES)


@hypothesis.settings(deadline=None, max_examples=60, suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(value=VALUES | NAMED | st.fixed_dictionaries({"GUARDED_MODELS": MODELS}))
def test_no_value_makes_a_check_or_the_gate_raise(value):
    with override_settings(WAGTAIL_DISCLOSURE=value):
        wrong = reported()
        for name in conf.DEFAULTS:
            conf.get(name)
        for model in apps.get_models():
            guard.is_guarded(model)
    usable = value is None or (isinstance(value, dict) and set(value) <= set(conf.DEFAULTS))
    assert usable or "E001" in wrong


def started_with(tmp_path, setting, *command):
    """Run a management command in a process whose settings have one line more."""
    (tmp_path / "odd_settings.py").write_text(f"from tests.settings import *\n{setting}\n")
    path = os.pathsep.join([str(tmp_path), str(DOCS.parent)])
    return subprocess.run(
        [sys.executable, "-m", "django", *(command or ["check"])],
        capture_output=True,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "odd_settings", "PYTHONPATH": path},
    )


@pytest.mark.parametrize(
    ("setting", "number"),
    [
        ("WAGTAIL_DISCLOSURE = ['PAGE_SIZE']", "E001"),
        ("WAGTAIL_DISCLOSURE = {'GUARDED_MODELS': None}", "E002"),
        ("WAGTAIL_DISCLOSURE = {'GUARDED_MODELS': [3]}", "E002"),
        ("WAGTAIL_DISCLOSURE = {'JURISDICTION': 'atlantis'}", "E002"),
        ("WAGTAIL_DISCLOSURE = {'GUARDED_MODELS': ['auth.Group']}", "E006"),
        # The site of the tests has documents of its own, which need the app.
        (f"{WITHOUT_SITE}; INSTALLED_APPS.remove('wagtail.images')", "E004"),
        (f"{WITHOUT_SITE}; INSTALLED_APPS.remove('wagtail.documents')", "E004"),
    ],
)
def test_a_process_that_starts_with_wrong_settings_is_told_so(setting, number, tmp_path):
    ran = started_with(tmp_path, setting)
    assert ran.returncode == 1 and f"wagtail_disclosure.{number}" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_without_its_apps_the_package_answers_no_request(tmp_path):
    ask = "from django.test import Client; print(Client().get('/').status_code)"
    ran = started_with(
        tmp_path, "INSTALLED_APPS.remove('wagtail.images')", "shell", "--no-imports", "-c", ask
    )
    assert "ImproperlyConfigured" in ran.stderr and "wagtail.images" in ran.stderr and not ran.stdout


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
        ("JURISDICTION", ["cn", "uk"], ["", None, 86, "xx", ["cn"], "../cn"]),
        ("LEDGER_KEY", [None, "k" * 32, b"k" * 32], ["short", 32, ""]),
        ("LEDGER_KEY_FALLBACKS", [[], ["old"], ("k" * 32, b"k")], [None, "k" * 32, [""], [32]]),
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
    assert set(conf.RULES) == set(conf.DEFAULTS)


def test_a_base_template_that_does_not_exist(configure):
    configure(BASE_TEMPLATE="site/basis.html")
    [error] = reported()["E003"]
    assert "site/basis.html" in error.msg
    assert "BASE_TEMPLATE" in error.hint


def test_a_base_template_needs_a_block_content(configure, templates):
    templates({"bare.html": "<main></main>", "full.html": "{% block content %}{% endblock %}"})
    templates({"child.html": '{% extends "full.html" %}', "orphan.html": '{% extends "none.html" %}'})
    templates({"broken.html": "{% block %}"})
    for name, complaint in [
        ("bare.html", "no block content"),
        ("orphan.html", "no block content"),
        ("broken.html", "cannot be read"),
    ]:
        configure(BASE_TEMPLATE=name)
        [error] = reported()["E003"]
        assert complaint in error.msg
    for name in ("full.html", "child.html"):
        configure(BASE_TEMPLATE=name)
        assert reported() == {}


@pytest.mark.parametrize("name", required_apps.REQUIRED_APPS)
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


def test_a_guarded_model_with_choices_that_have_no_drafts(configure, settings):
    settings.SILENCED_SYSTEM_CHECKS = []
    configure(GUARDED_MODELS=["testapp.ServicePage"])
    [warning] = reported()["W022"]
    assert "see_also" in warning.msg and "topics" not in warning.msg


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


def test_wagtail_localize_without_its_languages(without_app):
    without_app("wagtail_localize.locales")
    [warning] = reported()["W016"]
    assert "wagtail_localize.locales" in warning.hint


def test_several_languages_at_one_address(settings):
    settings.ROOT_URLCONF = "tests.urls"
    [warning] = reported()["W008"]
    assert "tests.urls" in warning.msg and advice.LANGUAGES_SNIPPET in warning.hint
    settings.WAGTAIL_I18N_ENABLED = False
    assert reported() == {}


@pytest.mark.parametrize("code", ["zh-cn", "zh_CN", "zh-tw"])
def test_chinese_under_a_code_without_translations(code, settings):
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [(code, "中文"), ("en", "English")]
    [warning] = reported()["W015"]
    assert repr(code) in warning.msg and "zh-han" in warning.hint


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
    deployed = [each for each in reported(include_deployment_checks=True) if each == "W004"]
    assert deployed == ids
    assert reported() == {}


def test_the_snippet_for_sqlite_can_be_pasted():
    databases = {"default": {}}
    exec(site_checks.SQLITE_SNIPPET, {"DATABASES": databases})
    assert databases["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_ledger_key_of_its_own_is_asked_for_when_deploying(configure):
    configure()
    assert "W006" in reported(include_deployment_checks=True)
    configure(LEDGER_KEY="k" * 32)
    assert "W006" not in reported(include_deployment_checks=True)


@pytest.mark.parametrize(
    ("number", "name", "wrong", "right"),
    [
        ("W012", "TIME_ZONE", "UTC", "Asia/Shanghai"),
        ("W012", "TIME_ZONE", "UTC", "Asia/Urumqi"),
        ("W013", "WAGTAILADMIN_BASE_URL", "http://example.com", "https://www.linjiang.gov.cn"),
        ("W014", "DEFAULT_FROM_EMAIL", "webmaster@localhost", "gk@linjiang.gov.cn"),
    ],
)
def test_what_a_project_starts_with_is_asked_for_when_deploying(number, name, wrong, right, settings):
    setattr(settings, name, wrong)
    [warning] = reported(include_deployment_checks=True)[number]
    assert wrong in warning.msg and warning.hint
    assert number not in reported()
    setattr(settings, name, right)
    assert number not in reported(include_deployment_checks=True)


@pytest.mark.parametrize(
    ("method", "ids"), [(None, []), ("serve_view", []), ("redirect", ["W017"]), ("direct", ["W017"])]
)
def test_documents_are_served_through_wagtail(method, ids, settings):
    settings.WAGTAILDOCS_SERVE_METHOD = method
    assert list(reported()) == ids


def test_wagtail_itself_asks_for_the_base_url_of_the_admin(settings):
    """The links in review mails need it; Wagtail's own check says so, ours does not repeat it."""
    settings.WAGTAILADMIN_BASE_URL = None
    ids = [message.id for message in django_checks.run_checks()]
    assert "wagtailadmin.W003" in ids


@pytest.fixture
def catalogue(db):
    home = Site.objects.get(is_default_site=True).root_page
    return home.add_child(instance=CatalogueIndexPage(title="Catalogue", slug="catalogue", live=False))


def database_reported(number, databases=("default",), **options):
    return [
        message
        for message in django_checks.run_checks(tags=["database"], databases=list(databases), **options)
        if message.id == f"{checks.TAG}.{number}"
    ]


def policies_reported(databases=("default",)):
    return database_reported("W005", databases)


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


@pytest.mark.django_db
def test_a_catalogue_in_a_second_language_stands_under_the_policy_of_the_first():
    home = default_site().root_page
    english = Locale.objects.get_or_create(language_code="en")[0]
    home.copy_for_translation(english).save_revision().publish()
    made = setup(default_site(), name=NAME, organisation_code=CODE)
    translation = made.catalogues[1]
    assert translation.locale == english and translation.get_workflow() == made.workflow
    assert policies_reported() == []
    ReviewPolicyStep.objects.all().delete()
    assert len(policies_reported()) == 2


@pytest.mark.django_db
def test_a_site_without_an_agency():
    [warning] = database_reported("W010")
    assert "disclosure_setup" in warning.hint
    setup(default_site(), name=NAME, organisation_code=CODE)
    assert database_reported("W010") == []


@pytest.mark.django_db
def test_a_host_name_that_nobody_has_entered():
    site = setup(default_site(), name=NAME, organisation_code=CODE).agency.site
    [warning] = database_reported("W011", include_deployment_checks=True)
    assert "localhost" in warning.msg
    site.hostname = "www.linjiang.gov.cn"
    site.save()
    assert database_reported("W011", include_deployment_checks=True) == []


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
    modules = (
        *(checks, required_apps, site_checks, casework_checks, form_checks, letter_checks),
        *(request_checks, mailbox_checks, participation_checks, upward_checks),
    )
    source = "".join(Path(each.__file__).read_text("utf-8") for each in modules)
    used = set(re.findall(r"(?:\{TAG\}\.|\"wagtail_disclosure\.|_warnings?\(\s*\")([EW]\d{3})\"", source))
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
