"""The scene is built once for a module, in a transaction that is taken back; each test runs in a savepoint of it."""

import shutil

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import transaction
from django.test import override_settings

from . import visitor
from .route import Attempt
from .scene import build
from .writes import Writes

FILES = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
STATIC = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


class Built:
    def __init__(self, scene, media):
        self.scene, self.media = scene, media
        self.before = visitor.look(scene)
        self.forms = {}


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory):
    media = tmp_path_factory.mktemp("media")
    site = override_settings(
        ROOT_URLCONF="tests.routes.urls",
        MEDIA_ROOT=media,
        STORAGES={"default": FILES, "staticfiles": STATIC},
    )
    with django_db_blocker.unblock(), transaction.atomic():
        for cache in caches.all():
            cache.clear()
        with site:
            found = Built(build(), media)
        yield found
        transaction.set_rollback(True)
    ContentType.objects.clear_cache()


@pytest.fixture
def scene(built, db, settings, tmp_path):
    """The scene, with files of its own to spoil."""
    settings.ROOT_URLCONF = "tests.routes.urls"
    settings.STORAGES = {"default": FILES, "staticfiles": STATIC}
    settings.MEDIA_ROOT = tmp_path / "media"
    shutil.copytree(built.media, settings.MEDIA_ROOT)
    return built.scene


@pytest.fixture
def before(built):
    """What a visitor is served of the untouched scene."""
    return built.before


@pytest.fixture
def attempt(built, scene, django_capture_on_commit_callbacks):
    """Let somebody try something: ``attempt("editor", act, "item")``. Return the attempt; it knows what was written."""

    def run(who, act, target):
        made = Attempt(scene, who, built.forms)
        with django_capture_on_commit_callbacks(execute=True), Writes() as writes:
            made.run(act, target)
        made.wrote = bool(writes)
        return made

    return run
