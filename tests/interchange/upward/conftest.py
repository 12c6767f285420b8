import pytest

from tests import factories, register_rows
from wagtail_disclosure.interchange.models import UpwardPlatform

SECRET = "one-secret-that-both-sides-know-0001"


@pytest.fixture
def make_platform(world):
    def make(**values):
        values = {
            "agency": world.agency,
            "name": "自治区政府信息公开统一平台",
            "code": "region",
            "endpoint": "https://platform.example/feed",
            "secret": SECRET,
            **values,
        }
        departments = values.pop("departments", ())
        categories = values.pop("categories", ())
        platform = UpwardPlatform.objects.create(**values)
        platform.departments.set(departments)
        platform.categories.set(categories)
        return platform

    return make


@pytest.fixture
def platform(make_platform):
    return make_platform()


@pytest.fixture
def rows(world):
    """Six public items, as rows of the register."""
    return register_rows.fill(world, 6)


@pytest.fixture
def office(db):
    """Somebody of the office, who handles the submissions of all departments."""
    from django.contrib.auth.models import Permission

    found = factories.user("office", name="办公室")
    found.user_permissions.add(
        *Permission.objects.filter(
            content_type__app_label="wagtail_disclosure",
            codename__in=[
                "view_upwardsubmission",
                "change_upwardsubmission",
                "add_upwardplatform",
                "change_upwardplatform",
                "view_upwardplatform",
            ],
        )
    )
    return found
