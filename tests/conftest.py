"""What every test stands on: an empty cache, the tree that Wagtail's migrations leave behind, a browser."""

import copy
import gc
import itertools
import os
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.signals import setting_changed
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import TransactionTestCase
from django.test.signals import root_urlconf_changed
from django.urls import set_urlconf

from tests import migrated
from tests.shared_data import taken_back
from wagtail_disclosure import conf
from wagtail_disclosure.casework.receipts import codes
from wagtail_disclosure.publishing.database_seal import triggers

# With DISCLOSURE_SEAL=1 every test runs on a sealed database.
SEALED = os.environ.get("DISCLOSURE_SEAL") == "1"
# With DISCLOSURE_DATABASE_TESTS=1 tests that ask no database are left out: a second database makes no difference to them.
DATABASE_TESTS = os.environ.get("DISCLOSURE_DATABASE_TESTS") == "1"
# With it, or with DISCLOSURE_SAMPLE=1, of the tests marked ``exhaustive`` one in SAMPLE is tried, and of a test with more
# than FEW_ROWS rows one in ROWS_SAMPLE: all of them have been tried on the first database.
SAMPLED = DATABASE_TESTS or os.environ.get("DISCLOSURE_SAMPLE") == "1"
SAMPLE, FEW_ROWS, ROWS_SAMPLE = 5, 4, 3
# With DISCLOSURE_DATABASE_TESTS=1, modules with these words in their names are tried whole, of the others one
# test in REST_SAMPLE, and the example agency is not loaded again.
REST_SAMPLE = 4
WHERE_DATABASES_DIFFER = (
    *("at_once", "killed", "concurrency", "seal", "search", "migrations", "database"),
    *("figures", "statistics", "publication", "ledger", "verify"),
)
SCREENSHOTS = Path(__file__).resolve().parent.parent / ".ci" / "out" / "screenshots"
# Milliseconds that a page may take on a busy machine.
SLOWEST = 45_000
# Wagtail fades its messages in: half transparent they have too little contrast.
MESSAGES_STAND = """() => [...document.querySelectorAll(".messages > ul")].every(
    each => getComputedStyle(each).opacity === "1"
)"""
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def restore_tree(sender, using="default", **kwargs):
    """Put back what the migrations of Wagtail create, after a test that commits has emptied the database."""
    from wagtail.models import Collection, Locale, Page, Site

    if Page.objects.using(using).exists():
        return
    ContentType.objects.clear_cache()
    locale = Locale.objects.using(using).get_or_create(language_code="zh-hans")[0]
    root = Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
    home = root.add_child(instance=Page(title="Home", slug="home", locale=locale))
    Site.objects.using(using).create(hostname="localhost", root_page=home, is_default_site=True)
    if not Collection.objects.using(using).exists():
        Collection.add_root(instance=Collection(name="Root"))


def pytest_collection_finish(session):
    """What has been imported stays: the garbage collector need not look at it after every few objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _addresses_are_kept():
    """Resolvers are kept under the name of their module, so that another ROOT_URLCONF makes none of them wrong.

    Django throws them away, and hundreds of tests would make them anew.
    """
    setting_changed.disconnect(root_urlconf_changed)
    setting_changed.connect(other_urlconf)


def other_urlconf(*, setting, **kwargs):
    if setting == "ROOT_URLCONF":
        set_urlconf(None)


@pytest.fixture(scope="session", autouse=True)
def _tree_is_restored():
    # A flush sends post_migrate, as a migration does.
    post_migrate.connect(restore_tree, sender=apps.get_app_config("testapp"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Before the database is made."""
    return migrated.Migrated()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_modify_db_settings, django_db_blocker):
    with django_db_blocker.unblock():
        django_db_modify_db_settings.keep(connection)
    if not SEALED:
        return
    conf.DEFAULTS["DATABASE_SEAL"] = True
    with django_db_blocker.unblock():
        triggers.install(connection)
    empty = TransactionTestCase._fixture_teardown

    def open_and_empty(self):
        triggers.remove(connection)
        empty(self)
        triggers.install(connection)

    TransactionTestCase._fixture_teardown = open_and_empty


def pytest_collection_modifyitems(config, items):
    """Tests without the shared agency come first in their module, before it is built; the longest come first of all.

    What the seal refuses cannot be arranged on a sealed database: see the marker ``raw``.
    """
    shared = {item.path for item in items if "built_world" in item.fixturenames}
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction") and item.path in shared:
            raise pytest.UsageError(
                f"{item.nodeid} commits: it needs factories.world, in a module of its own."
            )
    modules = itertools.groupby(items, key=lambda item: item.path)
    items[:] = itertools.chain.from_iterable(
        sorted(tests, key=lambda item: "built_world" in item.fixturenames) for _path, tests in modules
    )
    # Minutes long: begun last, one of them would be all that is left to do.
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    left_out = {item for item in items if SEALED and item.get_closest_marker("raw")}
    if SAMPLED:
        left_out |= rows_left_out(items)
    if DATABASE_TESTS:
        left_out |= {item for item in items if not asks_database(item)} | same_everywhere(items)
    if left_out:
        config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = [item for item in items if item not in left_out]


def rows_left_out(items):
    """What a second run over the same rows leaves out."""
    exhaustive = [item for item in items if item.get_closest_marker("exhaustive")]
    found = set(exhaustive) - set(exhaustive[::SAMPLE])
    tables = defaultdict(list)
    for item in items:
        if hasattr(item, "callspec") and not item.get_closest_marker("exhaustive"):
            tables[item.path, item.originalname].append(item)
    for rows in tables.values():
        if len(rows) > FEW_ROWS:
            found |= set(rows) - set(rows[::ROWS_SAMPLE])
    return found


def same_everywhere(items):
    """Of what is the same on every database, what a second one leaves out."""
    same = [
        item
        for item in items
        if not hasattr(item, "callspec")
        and not any(each in item.path.name for each in WHERE_DATABASES_DIFFER)
    ]
    kept = set(same[::REST_SAMPLE])
    return {
        *(item for item in same if item not in kept),
        *(item for item in items if item.path.name == "test_demo.py"),
    }


def asks_database(item):
    return item.get_closest_marker("django_db") or "django_db_setup" in item.fixturenames


@pytest.fixture(scope="session", autouse=True)
def _codes_are_quick():
    """As with the hasher of passwords in the settings: hashing is slow on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(codes.SCRYPT, "n", 2)
        yield


@pytest.fixture(autouse=True)
def _empty_caches():
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(scope="module")
def built_world(django_db_setup, django_db_blocker):
    """The agency of ``factories.world``, built once for a module, in a transaction that is taken back at its end."""
    from . import factories

    with taken_back(django_db_blocker):
        yield factories.world()


@pytest.fixture
def world(built_world, db):
    """A complete agency; each test has objects of its own, and runs in a savepoint of the shared transaction.

    A module that needs more in every test overrides ``built_world``.

    A test that commits, or that moves the clock before there is an agency, calls ``factories.world`` instead.
    """
    return copy.deepcopy(built_world)


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium with a profile of its own; CHROMIUM names another executable."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=SLOWEST)
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert executable, "Chromium is needed for the browser journeys: apt-get install chromium"
    # Playwright runs an event loop in this thread; the tests themselves are synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_page(chromium, live_server):
    """Open a page of the running site in a session of its own: ``new_page(width=390, locale="en")``.

    The test fails at its end if a page logged an error to the console or a script raised one. ``answers`` are the
    statuses of errors that belong to the journey, such as 403 for a wrong code.
    """
    contexts, errors = [], []

    def open_page(*, width=1280, height=900, locale="zh-CN", answers=(), **options):
        def note(message):
            belongs = any(f"with a status of {status} " in message.text for status in answers)
            if message.type == "error" and not belongs:
                errors.append(f"{page.url}: {message.text}")

        context = chromium.new_context(
            base_url=live_server.url, locale=locale, viewport={"width": width, "height": height}, **options
        )
        context.set_default_timeout(SLOWEST)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.on("console", note)
        contexts.append(context)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def screenshot():
    """Keep a picture of a page for people to look at: ``screenshot(page, "entry-phone")``."""

    def take(page, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    return take


@pytest.fixture(scope="session")
def accessible():
    """Fail for what axe calls serious or critical: ``accessible(page)``; ``context`` narrows the look as axe has it."""
    from axe_playwright_python.sync_playwright import Axe

    def look(page, context=None):
        page.wait_for_function(MESSAGES_STAND)
        found = Axe().run(page, context=context).response["violations"]
        serious = [
            f"{page.url}: {each['id']}: {each['help']}: "
            + "; ".join(node["html"][:200] for node in each["nodes"][:3])
            for each in found
            if each["impact"] in ("serious", "critical")
        ]
        assert serious == []

    return look
