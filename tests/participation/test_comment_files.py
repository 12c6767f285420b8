"""Files of a comment: kept while the form is filled in, read by the department, never public."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import factories_participation as factories
from tests.case_admin import browser
from wagtail_disclosure.casework.models import Draft, IdentityRead
from wagtail_disclosure.participation.models import Comment, CommentAttachment

pytestmark = pytest.mark.django_db
TEXT = "用水数据".encode()


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "CASE_FILES_ROOT": str(tmp_path / "cases")}


@pytest.fixture
def page(place):
    return factories.consultation(place, takes_files=True)


def file(name="数据.txt", data=TEXT):
    return SimpleUploadedFile(name, data, content_type="text/plain")


def names():
    return [each.name for each in CommentAttachment.objects.all()]


def test_files_are_kept_while_the_form_is_wrong_and_go_with_the_comment(page, visitor):
    writer = visitor(page, "comment/")
    writer.open()
    assert writer.soup.select_one("form[enctype='multipart/form-data'] [name=files]")
    writer.fill({"body": "", "name": "王小明", "files": [file()]})
    assert writer.soup.select(".disclosure-errors") and not Comment.objects.exists()
    assert "数据.txt" in writer.text() and Draft.objects.count() == 1
    writer.fill({"body": "请看数据。"})
    found = Comment.objects.get()
    assert [each.name for each in found.attachments.all()] == ["数据.txt"]
    assert found.number in writer.text() and "数据.txt" in writer.text() and not Draft.objects.exists()


def test_more_files_are_added_and_one_is_removed_with_every_answer_kept(page, visitor):
    writer = visitor(page, "comment/")
    writer.open()
    writer.fill({"body": "请看", "action": "upload", "files": [file("一.txt"), file("二.txt")]})
    assert not writer.soup.select(".disclosure-errors")
    assert writer.soup.select_one("[name=body]").get_text(strip=True) == "请看"
    button = writer.soup.select_one("button[value^='remove:']")["value"]
    writer.fill({"body": "请看", "action": button})
    assert names() == ["二.txt"] and writer.soup.select_one("[name=body]").get_text(strip=True) == "请看"
    writer.fill({"body": "请看"})
    assert Comment.objects.get().attachments.count() == 1


@pytest.mark.parametrize(
    "bad", [file("病毒.exe", b"MZ\x90\x00"), file("空.txt", b""), file("图.png", b"\x89PNG bad")]
)
def test_a_file_that_is_not_taken_is_named_and_nothing_else_is_lost(page, visitor, bad):
    writer = visitor(page, "comment/")
    writer.open()
    bad.seek(0)
    writer.fill({"body": "请看", "files": [bad, file()]})
    assert not Comment.objects.exists() and writer.soup.select(".disclosure-errors")
    assert writer.soup.select_one("[name=body]").get_text(strip=True) == "请看"
    assert names() == ["数据.txt"]


def test_a_consultation_without_files_takes_none(place, visitor):
    page = factories.consultation(place)
    writer = visitor(page, "comment/")
    writer.open()
    assert not writer.soup.select("[name=files]")
    writer.fill({"body": "请看", "files": [file()]})
    assert Comment.objects.count() == 1 and not CommentAttachment.objects.exists()


def test_files_of_another_form_stay_with_it(page, visitor):
    one, two = visitor(page, "comment/"), visitor(page, "comment/")
    for each in (one, two):
        each.open()
    one.fill({"body": "", "files": [file("一.txt")]})
    two.fill({"body": "没有附件"})
    assert not Comment.objects.get().attachments.exists() and names() == ["一.txt"]


def test_the_department_reads_a_file_and_nobody_else(page, place, visitor, client):
    writer = visitor(page, "comment/")
    writer.open()
    writer.fill({"body": "请看", "consent": "on", "files": [file()]})
    found = Comment.objects.get()
    key = found.attachments.get().key
    address = reverse("wagtail_disclosure_admin_case_file", args=[key])
    officer = browser(place.officer)
    assert address in officer.get(reverse("disclosure_comments:inspect", args=[found.pk])).content.decode()
    assert b"".join(officer.get(address).streaming_content) == TEXT
    assert IdentityRead.objects.filter(field=f"file:{key}").count() == 1
    assert browser(place.other_officer).get(address).status_code == 404
    public = reverse("wagtail_disclosure:case_file", args=[key])
    assert Client().get(public).status_code == 404 and "数据.txt" not in client.get(page.url).content.decode()


def registered(place, page, **given):
    """What an officer sends who enters a comment that came on paper."""
    client, address = browser(place.officer), reverse("disclosure_comments:add")
    token = client.get(address).context["form"]["token"].value()
    sent = {"page": page.pk, "channel": "post", "on": factories.days(0).isoformat(), "token": token}
    return client.post(address, {**sent, "body": "建议降低水价。", "upload": [file("扫描件.txt")], **given})


def test_a_comment_on_paper_is_entered_with_its_scan(place):
    """Also where the public cannot send files with the form."""
    page = factories.consultation(place)
    assert registered(place, page).status_code == 302
    comment, kept = Comment.objects.get(), CommentAttachment.objects.get()
    assert (kept.case, kept.name, kept.uploaded_by) == (comment, "扫描件.txt", place.officer)
    shown = browser(place.officer).get(reverse("disclosure_comments:inspect", args=[comment.pk]))
    assert "扫描件.txt" in shown.content.decode()


def test_a_scan_stays_while_the_entry_is_wrong(place):
    page = factories.consultation(place)
    response = registered(place, page, body="")
    assert "扫描件.txt" in response.content.decode() and not Comment.objects.exists()
    token = response.context["form"]["token"].value()
    registered(place, page, token=token, upload=[])
    assert [each.case for each in CommentAttachment.objects.all()] == [Comment.objects.get()]


def test_a_scan_that_is_no_file_to_be_kept_stops_the_entry(place):
    page = factories.consultation(place)
    response = registered(place, page, upload=[SimpleUploadedFile("病毒.exe", b"MZ")])
    assert response.status_code == 200 and "病毒.exe" in response.content.decode()
    assert not Comment.objects.exists()
