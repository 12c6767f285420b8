import pytest
from wagtail.models import Locale, Site

from tests import factories
from wagtail_disclosure.departments.models import Agency, Department


@pytest.fixture
def agency(db):
    Locale.objects.get_or_create(language_code="zh-hans")
    site = Site.objects.get(is_default_site=True)
    return Agency.objects.create(
        site=site, name="临江市发展和改革委员会", short_name="市发展改革委", organisation_code="620700036"
    )


@pytest.fixture
def department(agency):
    """Make departments: ``department("办公室", parent=other)``."""
    count = iter(range(1, 100))

    def make(name="办公室", **fields):
        fields.setdefault("code", f"{next(count):02d}")
        return Department.objects.create(agency=agency, name=name, **fields)

    return make


@pytest.fixture
def admin(client, db):
    """A client logged in as superuser."""
    client.force_login(factories.user("chief", superuser=True))
    return client
