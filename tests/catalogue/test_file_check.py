"""Check this file: whoever was sent a file learns whether it is the one that was approved, and nothing else."""

import hashlib

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents import get_document_model

from tests import factories
from wagtail_disclosure.catalogue import file_check
from wagtail_disclosure.catalogue.models import Attachment, EntryPage, IndexNumber
from wagtail_disclosure.publishing import actions

pytestmark = pytest.mark.django_db
FIRST, SECOND = b"%PDF-1.4 the first edition", b"%PDF-1.4 the second edition"


def sha(content):
    return hashlib.sha256(content).hexdigest()


def with_file(world, content, title="有附件的通知", page=None):
    document = get_document_model().objects.create(
        title="说明文件", file=ContentFile(content, name="file.pdf")
    )
    draft = page or factories.draft(world, title)
    draft.attachments = [Attachment(document=document, title="说明文件")]
    draft.save_revision(user=world.people.officer)
    return EntryPage.objects.get(pk=draft.pk)


def published(world, content=FIRST, **options):
    return factories.publish(world, with_file(world, content, **options))


def address(world):
    return f"{world.catalogue.url}check-file/"


def upload(client, world, *contents, name="sent.pdf"):
    files = [SimpleUploadedFile(name, content, "application/pdf") for content in contents]
    return client.post(address(world), {"file": files, "sha256": ""})


def states(response):
    return [(each.state, each.problem) for each in response.context["checked"]]


def text(response):
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def withdraw(world, page, reason="content_error"):
    return actions.withdraw(page, world.people.leader, reason=reason, explanation="数据有误，已更正。")


def test_the_form_is_there_without_javascript_and_not_for_search_engines(world, client):
    response = client.get(address(world))
    shown = BeautifulSoup(response.content, "html.parser")
    form = shown.select_one("form[enctype='multipart/form-data'][method=post]")
    assert form["action"] == address(world) and form.select_one("input[type=file][name=file]")
    assert shown.select_one("meta[name=robots]")["content"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    assert {each["for"] for each in form.select("label")} == {"disclosure-file", "disclosure-sha256"}


def test_the_approved_file_is_recognised(world, client):
    page = published(world)
    response = upload(client, world, FIRST)
    assert states(response) == [("current", "")]
    links = [
        each["href"] for each in BeautifulSoup(response.content, "html.parser").select("main a, article a")
    ]
    assert page.url in links and f"{world.catalogue.url}record/{page.pk}/" in links
    assert IndexNumber.objects.get(translation_key=page.translation_key).number in text(response)
    assert "sent.pdf" in text(response)


def test_the_token_against_forged_requests_is_asked_for(world):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address(world), {"sha256": sha(FIRST)}).status_code == 403
    token = BeautifulSoup(strict.get(address(world)).content, "html.parser").select_one(
        "[name=csrfmiddlewaretoken]"
    )
    given = {"sha256": sha(FIRST), "csrfmiddlewaretoken": token["value"]}
    assert strict.post(address(world), given).status_code == 200


def test_one_bit_more_is_another_file(world, client):
    published(world)
    response = upload(client, world, FIRST + b"\n")
    assert states(response) == [("unknown", "")]
    assert "有附件的通知" not in text(response)


def test_a_file_of_an_earlier_edition_is_told_as_such(world, client):
    page = published(world)
    edition = with_file(world, SECOND, page=EntryPage.objects.get(pk=page.pk))
    factories.publish(world, edition)
    response = upload(client, world, FIRST, SECOND)
    assert [state for state, _problem in states(response)] == ["earlier", "current"]


def test_a_file_of_a_withdrawn_document_leads_to_its_notice(world, client):
    page = published(world)
    number = IndexNumber.objects.get(translation_key=page.translation_key).number
    withdraw(world, page)
    response = upload(client, world, FIRST)
    assert states(response) == [("withdrawn", "")]
    (item,) = response.context["checked"][0].items
    assert client.get(item["url"]).status_code == 410 and number in item["url"]


def test_a_file_of_a_deleted_document_is_told_without_its_name(world, client):
    page = published(world)
    withdraw(world, page)
    EntryPage.objects.get(pk=page.pk).delete()
    response = upload(client, world, FIRST)
    assert states(response) == [("withdrawn", "")] and "有附件的通知" not in text(response)


@pytest.mark.parametrize("deleted", [False, True])
def test_what_had_to_go_unnamed_is_as_unknown_as_any_other_file(world, client, deleted):
    page = published(world)
    withdraw(world, page, reason="secrecy")
    if deleted:
        EntryPage.objects.get(pk=page.pk).delete()
    response = upload(client, world, FIRST)
    assert states(response) == [("unknown", "")]
    other = upload(client, world, b"anything", name="sent.pdf")
    assert text(response).replace(sha(FIRST), "") == text(other).replace(sha(b"anything"), "")


def test_files_of_drafts_and_of_new_editions_under_review_are_unknown(world, client):
    with_file(world, FIRST)
    page = published(world, b"%PDF-1.4 another")
    with_file(world, SECOND, page=EntryPage.objects.get(pk=page.pk))
    assert [state for state, _problem in states(upload(client, world, FIRST, SECOND))] == [
        "unknown",
        "unknown",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "{0}",
        " {1} ",
        "sha256:{0}",
        "SHA256 = {1}",
        "{0}  通知.pdf",
        "{2}",
    ],
)
def test_a_hash_is_taken_as_programs_print_it(world, client, typed):
    published(world)
    plain = sha(FIRST)
    spaced = " ".join(plain[i : i + 2] for i in range(0, 64, 2))
    response = client.get(address(world), {"sha256": typed.format(plain, plain.upper(), spaced)})
    assert states(response) == [("current", "")]


@pytest.mark.parametrize(
    "typed", ["x", "1" * 63, "\x00", "<script>alert(1)</script>", "g" * 64, "9" * 100_000]
)
def test_what_is_no_hash_is_told_and_shown_as_text(world, client, typed):
    response = client.post(address(world), {"sha256": typed})
    assert response.status_code == 200
    (checked,) = response.context["checked"]
    assert bool(checked.problem) == (typed[0] != "9")
    assert b"<script>alert" not in response.content


def test_empty_large_and_strangely_named_files_are_answered(world, client, settings):
    assert "是空的" in states(upload(client, world, b""))[0][1] or states(upload(client, world, b""))[0][1]
    settings.WAGTAIL_DISCLOSURE = {"FILE_CHECK_MAX_BYTES": 10}
    assert states(upload(client, world, FIRST))[0][1]
    settings.WAGTAIL_DISCLOSURE = {}
    name = "..\\..//<img src=x onerror=alert(1)>\u202e" + "长" * 300 + ".pdf"
    response = upload(client, world, FIRST, name=name)
    assert response.status_code == 200 and b"<img src=x" not in response.content
    assert len(response.context["checked"][0].name) <= file_check.LONGEST_NAME


def test_nothing_chosen_and_too_many_are_told(world, client):
    assert client.post(address(world), {"sha256": ""}).context["problem"]
    response = upload(client, world, *[b"%d" % number for number in range(11)])
    assert response.context["problem"] and response.context["checked"] == []


def test_a_malformed_upload_is_no_server_error(world, client):
    response = client.post(address(world), b"--x\r\nnonsense", content_type="multipart/form-data; boundary=x")
    assert response.status_code in (200, 400)


def test_uploads_are_limited_and_hashes_are_not(world, client, monkeypatch):
    monkeypatch.setattr(file_check, "MOST_UPLOADS", 2)
    assert not upload(client, world, FIRST, SECOND).context["problem"]
    assert upload(client, world, FIRST).context["problem"]
    assert not client.get(address(world), {"sha256": sha(FIRST)}).context["problem"]
    # The address of the visitor is not kept.
    assert not any("127.0.0.1" in str(key) for key in getattr(cache, "_cache", {}))


def test_programs_get_the_same_answer(world, client):
    page = published(world)
    data = client.get(address(world), {"sha256": [sha(FIRST), sha(SECOND)], "format": "json"}).json()
    assert [each["state"] for each in data["files"]] == ["current", "unknown"]
    (item,) = data["files"][0]["items"]
    assert item["url"] == page.full_url and item["title"] == page.title


def test_only_this_address_takes_anything(world, client):
    for path in ("", "number/", "search/"):
        assert client.post(world.catalogue.url + path).status_code == 405
    assert client.put(address(world)).status_code == 405


def test_a_file_of_very_many_documents_costs_a_fixed_number_of_queries(
    world, client, django_assert_max_num_queries
):
    for number in range(4):
        published(world, title=f"通知 {number}")
    client.get(address(world), {"sha256": sha(FIRST)})
    with django_assert_max_num_queries(25):
        response = client.get(address(world), {"sha256": sha(FIRST)})
    assert len(response.context["checked"][0].items) == 4


def test_the_form_is_linked_from_the_document_its_record_and_the_number_form(world, client):
    page = published(world)
    for where in (page.url, f"{world.catalogue.url}record/{page.pk}/", f"{world.catalogue.url}number/"):
        links = BeautifulSoup(client.get(where).content, "html.parser").select("a[href]")
        assert address(world) in [each["href"] for each in links], where


def test_what_a_program_printed_for_several_files_is_checked_file_by_file(world, client):
    published(world)
    printed = f"{sha(FIRST)}  通知.pdf {sha(SECOND)}  附件.pdf"
    response = client.get(address(world), {"sha256": printed})
    assert [state for state, _ in states(response)] == ["current", "unknown"]


def test_more_hashes_in_one_field_than_are_checked_at_once_are_refused(world, client):
    printed = " ".join(sha(bytes([number])) for number in range(file_check.MOST_FILES + 1))
    assert client.get(address(world), {"sha256": printed}).context["problem"]
