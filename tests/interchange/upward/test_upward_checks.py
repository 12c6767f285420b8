"""Each thing that keeps items from a platform is a warning with a hint; a platform that is right is silent."""

import datetime

import pytest
from django.utils import timezone

from wagtail_disclosure.interchange.models import UpwardPlatform, UpwardSubmission
from wagtail_disclosure.interchange.upward.checks import check_platforms
from wagtail_disclosure.interchange.upward.planning import plan


def numbers():
    found = check_platforms(None, databases=["default"])
    assert all(each.hint for each in found)
    return [each.id.rpartition(".")[2] for each in found]


@pytest.mark.urls("tests.urls_with_requests")
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"endpoint": ""}, ["W050"]),
        ({"endpoint": "", "active": False}, []),
        ({"secret": ""}, ["W051"]),
        ({"direction": "fetch"}, ["W052"]),
        ({"direction": "fetch", "access_key_hash": "x", "access_key_expires_on": "2020-01-01"}, ["W052"]),
        ({"direction": "fetch", "access_key_hash": "x"}, []),
    ],
)
def test_platforms_that_are_not_ready(make_platform, values, expected):
    make_platform(**values)
    assert numbers() == expected


def test_a_platform_that_fetches_needs_the_addresses(make_platform):
    make_platform(direction="fetch", access_key_hash="x")
    assert numbers() == ["W052"]


def test_a_secret_whose_key_is_lost(make_platform, settings):
    make_platform()
    settings.SECRET_KEY = "another-one"
    assert numbers() == ["W051"]


def test_what_nobody_tries_to_send(platform, rows):
    plan(platform)
    assert numbers() == []
    UpwardSubmission.objects.update(created_at=timezone.now() - datetime.timedelta(days=4))
    assert numbers() == ["W053"]


def test_without_a_database_nothing_is_asked(db):
    assert UpwardPlatform.objects.count() == 0 and check_platforms(None, databases=None) == []
