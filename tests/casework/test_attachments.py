"""Files of cases: looked into before they are kept, kept where nobody has an address, handed out by one view."""

import datetime
import io
import zipfile
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests import factories, factories_cases
from tests.factories_cases import attachment, upload
from wagtail_disclosure.casework import attachments, cleaning
from wagtail_disclosure.casework.attachments import clean_name
from wagtail_disclosure.casework.models import Draft, IdentityRead
from wagtail_disclosure.casework.receipts import tracking
from wagtail_disclosure.casework.storage import PrivateFiles, case_files
from wagtail_disclosure.publishing.models import FileCheck
from wagtail_disclosure.requests.models import RequestAttachment

EXE = b"MZ\x90\x00" + b"\x00" * 100 + b"This program cannot be run in DOS mode."


@pytest.fixture
def place(db):
    return factories_cases.agency()


@pytest.fixture
def configure(settings):
    def configure(**values):
        settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, **values}

    return configure


def zip_of(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return buffer.getvalue()


def bomb():
    return zip_of(**{f"part{number}.txt": b"0" * (40 * 1024 * 1024) for number in range(7)})


def large_picture():
    buffer = io.BytesIO()
    Image.new("1", (16000, 16000)).save(buffer, "PNG")
    return buffer.getvalue()


# Names


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../x", "x"),
        ("..\\..\\evil.pdf", "evil.pdf"),
        ("/etc/passwd", "passwd"),
        ("申请书.pdf", "申请书.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("...", "file"),
        (None, "file"),
        (".pdf", "file.pdf"),
    ],
)
def test_names_lose_paths_and_what_misleads(given, kept, settings):
    settings.LANGUAGE_CODE = "en"
    from django.utils.translation import override

    with override("en"):
        assert clean_name(given) == kept


@given(st.text(max_size=400))
def test_any_name_becomes_one_short_line(text):
    name = clean_name(text)
    assert 0 < len(name) <= attachments.LONGEST_NAME and name.isprintable()
    assert "/" not in name and "\\" not in name and not name.startswith(".")
    assert clean_name(name) == name


# What is refused


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("letter.pdf", EXE),
        ("program.exe", EXE),
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("empty.txt", b""),
        ("bomb.zip", bomb()),
        ("picture.png", large_picture()),
    ],
)
def test_hostile_files_are_refused_with_a_reason_and_nothing_is_kept(place, name, data):
    case = factories_cases.request(place)
    with pytest.raises(ValidationError) as error:
        attachments.store(RequestAttachment, upload(data, name), origin="applicant", case=case)
    assert name in " ".join(error.value.messages)
    assert not RequestAttachment.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(place, configure):
    configure(CASE_FILE_MAX_BYTES=10)
    file = SimpleNamespace(name="letter.txt", size=11)
    with pytest.raises(ValidationError):
        attachments.examine(file)


def test_too_many_files_are_refused(configure):
    configure(CASE_FILES_MOST=3)
    attachments.check_count(2, 1)
    with pytest.raises(ValidationError):
        attachments.check_count(2, 2)


def test_a_scanner_that_does_not_answer_lets_nothing_in(place, configure):
    configure(
        VIRUS_SCANNER={
            "BACKEND": "wagtail_disclosure.publishing.safety.clamav.ClamAV",
            "OPTIONS": {"host": "127.0.0.1", "port": 1},
        }
    )
    case = factories_cases.request(place)
    with pytest.raises(ValidationError):
        attachments.store(RequestAttachment, upload(), origin="applicant", case=case)
    assert not RequestAttachment.objects.exists()


def test_what_citizens_send_leaves_no_record_outside_the_case(place):
    attachment(factories_cases.request(place), "证件 320102199003072311".encode(), "id.txt")
    assert not FileCheck.objects.exists()


# Where they lie


def test_a_stored_file_has_a_name_that_says_nothing_and_no_address(place, tmp_path, configure):
    configure(CASE_STORAGE=None, CASE_FILES_ROOT=str(tmp_path / "cases"))
    found = attachment(factories_cases.request(place), name="王小明的申请.txt")
    files = [each for each in (tmp_path / "cases").rglob("*") if each.is_file()]
    assert [each.name for each in files] == [found.key.hex]
    assert files[0].stat().st_mode & 0o077 == 0
    with pytest.raises(Exception, match="no address"):
        case_files.url(found.file.name)


def test_without_settings_files_lie_outside_media_root(configure, settings, tmp_path):
    configure(CASE_STORAGE=None)
    settings.MEDIA_ROOT = tmp_path / "media"
    assert PrivateFiles().location == str(tmp_path / "disclosure-case-files")


# Who may have them


@pytest.fixture
def case(place):
    return factories_cases.request(place, department=place.prices)


def address(found):
    return reverse("wagtail_disclosure_admin_case_file", args=[found.key])


def as_user(user):
    client = Client()
    client.force_login(user)
    return client


def test_an_officer_of_the_department_has_the_file_and_the_reading_is_logged(place, case):
    found = attachment(case, b"content", "a b\u201dc.txt")
    response = as_user(place.officer).get(address(found))
    assert b"".join(response.streaming_content) == b"content"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Type"] == "application/octet-stream"
    assert "no-store" in response["Cache-Control"]
    read = IdentityRead.objects.get()
    assert (read.field, read.case_number) == (f"file:{found.key}", case.number)


def test_nobody_else_learns_that_the_file_exists(place, case):
    found = attachment(case)
    assert as_user(place.other_officer).get(address(found)).status_code == 404
    assert as_user(factories.user("stranger")).get(address(found)).status_code == 404
    assert not IdentityRead.objects.exists()


def may(request, found, **options):
    from wagtail_disclosure.casework.downloads import may_download

    return bool(may_download(request, found, **options))


@pytest.fixture
def follower(case):
    from tests.casework.test_receipts import with_session

    request = with_session(RequestFactory().get("/"))
    tracking.open_session(request, case)
    return request


def test_the_applicant_has_what_was_sent_and_what_was_released_and_nothing_else(place, case, follower):
    now = timezone.now()
    hour = datetime.timedelta(hours=1)
    assert may(follower, attachment(case))
    assert may(follower, attachment(case, origin="officer", released_at=now - hour))
    assert may(
        follower, attachment(case, origin="officer", released_at=now - hour, released_until=now + hour)
    )
    assert not may(follower, attachment(case, origin="officer"))
    assert not may(follower, attachment(case, origin="third_party"))
    assert not may(follower, attachment(case, origin="officer", released_at=now + hour))
    assert not may(follower, attachment(case, origin="officer", released_at=now - hour, released_until=now))
    assert not may(follower, attachment(factories_cases.request(place)))


def test_a_file_of_a_draft_is_handed_out_to_nobody(place, case, follower):
    draft = Draft.objects.create(
        kind="request", form_key="1", secret_hash="x", created_at=timezone.now(), expires_at=timezone.now()
    )
    found = attachments.store(RequestAttachment, upload(), origin="applicant", draft=draft)
    follower.user = factories.user("root", superuser=True)
    assert not may(follower, found)


# What is swept away


def test_drafts_and_files_that_belong_to_nothing_go_and_all_else_stays(place, case, monkeypatch):
    now = timezone.now()
    kept = attachment(case)
    for age in (-1, 1):
        draft = Draft.objects.create(
            kind="request",
            form_key="1",
            secret_hash=str(age),
            created_at=now,
            expires_at=now - datetime.timedelta(days=age),
        )
        attachments.store(RequestAttachment, upload(), origin="applicant", draft=draft)
    orphan = case_files.save("ab/orphan", ContentFile(b"x"))
    fresh = case_files.save("ab/fresh", ContentFile(b"x"))
    modified = type(case_files).get_modified_time if hasattr(type(case_files), "get_modified_time") else None
    assert modified is None
    old = now - datetime.timedelta(days=2)
    monkeypatch.setattr(
        case_files._wrapped,
        "get_modified_time",
        lambda name: old if name in (orphan, kept.file.name) else now,
    )
    from django.test.testcases import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        found = cleaning.clean(now)
    assert found == {"drafts": 1, "submissions": 0, "files": 1}
    assert case_files.exists(kept.file.name) and case_files.exists(fresh) and not case_files.exists(orphan)
    assert RequestAttachment.objects.count() == 2
    call_command("disclosure_clean_cases", stdout=io.StringIO())
    assert RequestAttachment.objects.count() == 2
