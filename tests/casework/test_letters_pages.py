"""Letters on screen: who reads them at which address, what officers see before a reply goes out, texts, PDF, marks."""

import io
import uuid

import pypdf
import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests import factories, factories_cases
from tests.casework.test_letters import issued
from tests.casework.test_moves import at, drafted, handled, make_place, received
from wagtail_disclosure.casework import moves, retention, watermark
from wagtail_disclosure.casework.letters import checks, pdf, tasks
from wagtail_disclosure.casework.models import IdentityRead, LetterTemplate
from wagtail_disclosure.casework.receipts import tracking
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.casework.storage import case_files
from wagtail_disclosure.departments.roles import admin_access
from wagtail_disclosure.requests.models import DisclosureRequest, RequestLetter


@pytest.fixture
def place(db, settings):
    settings.ROOT_URLCONF = "tests.urls_with_requests"
    found = make_place()
    for user in (found.officer, found.other_officer, found.reviewer, found.head):
        user.user_permissions.add(admin_access())
    return found


@pytest.fixture
def configure(settings):
    def configure(**values):
        settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, **values}

    return configure


def as_user(user):
    client = Client()
    client.force_login(user)
    return client


def follower(case):
    """A browser that follows ``case``."""
    client = Client()
    session = client.session
    session[tracking.SESSION] = {case.label: 2**40}
    session.save()
    return client


def admin_url(letter, name="wagtail_disclosure_admin_case_letter"):
    return reverse(name, args=[letter.key])


# Reading


def test_a_letter_leads_its_officer_back_to_the_case(place):
    case = received(place)
    response = as_user(place.officer).get(admin_url(case.letters.get()))
    link = BeautifulSoup(response.content, "html.parser").select_one("a")
    assert link["href"] == reverse("disclosure_requests:inspect", args=[case.pk])
    assert link.get_text() == "返回申请件"


def test_an_officer_reads_a_letter_and_that_is_logged(place):
    letter = received(place).letters.get()
    response = as_user(place.officer).get(admin_url(letter))
    assert "王小明：" in response.content.decode()
    assert response["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert IdentityRead.objects.get().field == f"letter:{letter.key}"


def test_no_other_department_learns_that_there_is_a_letter(place):
    letter = received(place).letters.get()
    client = as_user(place.other_officer)
    for name in ("wagtail_disclosure_admin_case_letter", "wagtail_disclosure_admin_case_letter_pdf"):
        assert client.get(admin_url(letter, name)).status_code == 404
    assert client.get(letter.url).status_code == 404
    assert not IdentityRead.objects.exists()


def test_the_applicant_reads_letters_to_the_applicant_and_no_others(place):
    case = handled(place)
    details = {"third_party": "某公司", "items": "合同"}
    moves.act(case, "ask_third_party", by=place.officer, at=at("2026-02-12"), details=details)
    client, other = follower(case), follower(received(place))
    for letter in case.letters.all():
        expected = 200 if letter.recipient == "applicant" else 404
        assert client.get(letter.url).status_code == expected, letter.kind
        assert other.get(letter.url).status_code == 404
        assert Client().get(letter.url).status_code == 404
    assert Client().get(reverse("wagtail_disclosure:case_letter", args=[uuid.uuid4()])).status_code == 404
    assert not IdentityRead.objects.exists()


# Before a reply goes out


def page_of(client, case, name="inspect", *args):
    return client.get(reverse(f"disclosure_requests:{name}", args=[case.pk, *args]))


def test_drafter_and_reviewer_see_the_letter_as_it_will_be_issued(place):
    case = drafted(place)
    for user, name, *args in (
        (place.officer, "inspect"),
        (place.reviewer, "inspect"),
        (place.reviewer, "action", "approve_decision"),
        (place.officer, "action", "revise_decision"),
    ):
        soup = BeautifulSoup(page_of(as_user(user), case, name, *args).content, "html.parser")
        article = soup.select_one("article.disclosure-letter--draft")
        assert article is not None, (user, name)
        text = article.get_text()
        assert "王**：" in text and "王小明" not in text and "行政复议" in text
    whole = page_of(as_user(place.reviewer), case, "letter_draft").content.decode()
    assert "王小明：" in whole and "草稿" in whole
    assert IdentityRead.objects.get().field == "letter:draft"
    assert page_of(as_user(place.other_officer), case, "letter_draft").status_code == 404
    moves.act(case, "approve_decision", by=place.reviewer, at=at("2026-02-12"))
    moves.act(case, "issue_decision", by=place.officer, at=at("2026-02-13"))
    assert page_of(as_user(place.reviewer), case, "letter_draft").status_code == 404
    body = page_of(as_user(place.officer), case).content.decode()
    assert admin_url(case.letters.get(kind="reply_granted")) in body
    assert "disclosure-letter--draft" not in body


def test_a_reply_is_revised_with_a_text_of_its_own_and_an_unchanged_template_is_none(place):
    case = drafted(place)
    client = as_user(place.officer)
    url = reverse("disclosure_requests:action", args=[case.pk, "revise_decision"])
    form = BeautifulSoup(client.get(url).content, "html.parser").select_one(
        "textarea[name=decision_letter_text]"
    )
    given = Standing(case).decision[1]["files"]
    sent = {"reply": "provided", "documents": given, "seen": Standing(case).last_key}
    client.post(url, {**sent, "decision_letter_text": form.get_text().strip().replace("\n", "\r\n")})
    assert "letter_text" not in Standing(case).decision[1]
    sent["seen"] = Standing(case).last_key
    refused = client.post(url, {**sent, "decision_letter_text": "给{nobody}的信"})
    assert "{nobody}" in refused.content.decode()
    client.post(url, {**sent, "decision_letter_text": "给{applicant}的信"})
    assert Standing(case).decision[1]["letter_text"] == "给{applicant}的信"
    assert "给王**的信" in page_of(client, case).content.decode()


def test_the_form_says_what_the_agency_lacks_and_where_to_fill_it_in(place):
    case = drafted(place)
    moves.act(case, "approve_decision", by=place.reviewer, at=at("2026-02-12"))
    place.agency.court = ""
    place.agency.save()
    root = factories.user("root", superuser=True)
    url = reverse("disclosure_requests:action", args=[case.pk, "issue_decision"])
    body = as_user(root).get(url).content.decode()
    assert f"/agency/edit/{place.agency.pk}/" in body
    assert f"/agency/edit/{place.agency.pk}/" not in as_user(place.officer).get(url).content.decode()
    as_user(root).post(url, {"seen": Standing(case).last_key, "date": "2026-02-13"})
    assert DisclosureRequest.objects.get().state == "approved"
    (warning,) = checks.check_places(None, databases=["default"])
    assert warning.id.endswith("W032")
    place.agency.court = "临江市人民法院"
    place.agency.save()
    assert checks.check_places(None, databases=["default"]) == []


# Texts


def text_url(place, kind="reply_refused", language="zh-hans"):
    return reverse("wagtail_disclosure_letter_text", args=[place.agency.pk, kind, language])


def test_the_head_writes_a_text_of_the_agency_and_goes_back_to_the_given_one(place):
    client = as_user(place.head)
    assert text_url(place) in client.get(reverse("wagtail_disclosure_letter_texts")).content.decode()
    body = "{ground}，{ground_article}。{reasons}\n\n{remedies}"
    shown = client.post(
        text_url(place), {"body": body + "\n\n<b>x</b>", "action": "preview"}
    ).content.decode()
    assert "临江市人民政府" in shown and "<b>x</b>" not in shown
    assert not LetterTemplate.objects.exists()
    refused = client.post(text_url(place), {"body": "没有占位符{nobody}"}).content.decode()
    assert "{nobody}" in refused and "没有占位符" in refused
    refused = client.post(text_url(place), {"body": "没有占位符"}).content.decode()
    assert all(f"{{{name}}}" in refused for name in ("remedies", "ground", "reasons"))
    client.post(text_url(place), {"body": body})
    assert LetterTemplate.objects.get().body == body
    client.post(text_url(place), {"action": "default"})
    assert not LetterTemplate.objects.exists()


def test_nobody_else_writes_texts(place):
    for user in (place.officer, place.reviewer, factories_cases.overseer("desk")):
        user.user_permissions.add(admin_access())
        client = as_user(user)
        for url in (reverse("wagtail_disclosure_letter_texts"), text_url(place)):
            assert client.get(url).status_code in (302, 403)
        client.post(text_url(place), {"body": "{ground}{ground_article}{reasons}{remedies}"})
    assert not LetterTemplate.objects.exists()
    assert as_user(place.head).get(text_url(place, kind="nothing")).status_code == 404


# PDF


def needs_weasyprint():
    if reason := pdf.why_not():
        pytest.skip(reason)


def test_a_letter_as_pdf_is_made_once_with_its_fonts_and_its_text(place):
    needs_weasyprint()
    letter = issued(place)
    url = admin_url(letter, "wagtail_disclosure_admin_case_letter_pdf")
    response = as_user(place.officer).get(url)
    assert response["Content-Type"] == "application/pdf"
    document = pypdf.PdfReader(io.BytesIO(response.content))
    text = "".join(page.extract_text() for page in document.pages).replace("\n", "")
    assert "临江市发展和改革委员会" in text and "王小明" in text
    assert "申请行政复议" in text.replace(" ", "")
    assert letter.number in text.replace(" ", "")
    fonts = [font.get_object() for page in document.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts and all(
        "/FontFile" in str(font["/DescendantFonts"][0].get_object()["/FontDescriptor"]) for font in fonts
    )
    stored = RequestLetter.objects.get(pk=letter.pk)
    assert stored.pdf and stored.pdf_sha256
    assert as_user(place.officer).get(url).content == response.content
    out = io.StringIO()
    call_command("disclosure_letter_pdfs", stdout=out)
    assert not RequestLetter.objects.filter(pdf="").exists()
    assert pdf.make_missing() == (0, 0)


def test_a_letter_that_cannot_be_a_pdf_is_counted_and_stops_no_other(place, monkeypatch):
    def make(html, language, title):
        if "坏" in html:
            raise ValueError("坏")
        return b"%PDF-made"

    monkeypatch.setattr(pdf, "why_not", lambda: "")
    monkeypatch.setattr(pdf, "make", make)
    broken = received(place, subject="坏").letters.get()
    other = received(place).letters.get()
    with pytest.raises(CommandError, match="1 "):
        call_command("disclosure_letter_pdfs", stdout=io.StringIO())
    made = RequestLetter.objects.exclude(pdf="")
    assert broken not in made and other in made


def test_a_worker_makes_the_pdf_after_the_commit(place, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(tasks, "has_worker", lambda: True)
    monkeypatch.setattr(pdf, "why_not", lambda: "")
    monkeypatch.setattr(pdf, "make", lambda html, language, title: b"%PDF-made")
    with django_capture_on_commit_callbacks(execute=True):
        letter = received(place).letters.get()
        assert not letter.pdf
    letter.refresh_from_db()
    assert letter.pdf.open("rb").read() == b"%PDF-made"
    case = DisclosureRequest.objects.get()
    moves.act(case, "withdraw", role="applicant", at=at("2026-02-12"))
    with django_capture_on_commit_callbacks(execute=True):
        retention.anonymise(case, at=at("2040-02-12"))
    assert not case_files.exists(letter.pdf.name)


def test_without_the_library_letters_are_html_and_that_is_said(place, monkeypatch):
    monkeypatch.setattr(pdf, "why_not", lambda: "WeasyPrint is not installed.")
    letter = received(place).letters.get()
    assert as_user(place.officer).get(admin_url(letter)).status_code == 200
    url = admin_url(letter, "wagtail_disclosure_admin_case_letter_pdf")
    assert as_user(place.officer).get(url).status_code == 404
    assert letter.pdf_url == ""
    with pytest.raises(CommandError):
        call_command("disclosure_letter_pdfs")
    assert [each.id for each in checks.check_pdf(None)] == ["wagtail_disclosure.W030"]


# What is released


def blank_pdf():
    writer, found = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(300, 400)
    writer.write(found)
    return found.getvalue()


def picture():
    found = io.BytesIO()
    Image.new("RGB", (200, 100), "white").save(found, "PNG")
    return found.getvalue()


def test_released_files_are_marked_for_the_applicant_and_stay_as_they_are_for_the_office(place, configure):
    configure(WATERMARK_RELEASED_FILES=True)
    case = received(place)
    data = blank_pdf()
    found = factories_cases.attachment(case, data, "list.pdf", origin="officer", released_at=at("2026-02-13"))
    url = reverse("wagtail_disclosure:case_file", args=[found.key])
    given = b"".join(follower(case).get(url).streaming_content)
    assert f"{case.number}  2026-02-13" in pypdf.PdfReader(io.BytesIO(given)).pages[0].extract_text()
    assert b"".join(as_user(place.officer).get(url).streaming_content) == data
    configure(WATERMARK_RELEASED_FILES=False)
    assert b"".join(follower(case).get(url).streaming_content) == data


def test_what_cannot_be_marked_is_handed_out_unmarked(caplog):
    assert watermark.marked(b"plain text", "SQ1") == b"plain text"
    assert watermark.marked(b"%PDF-1.7 broken", "SQ1") == b"%PDF-1.7 broken"
    assert len([each for each in caplog.records if each.name == watermark.logger.name]) == 2
    image = picture()
    marked = watermark.marked(image, "SQ1 号")
    assert marked != image and Image.open(io.BytesIO(marked)).size == (200, 100)


@pytest.mark.parametrize("days", [None, 30])
def test_what_a_reply_releases_is_there_for_so_many_days(place, configure, days):
    configure(RELEASE_DAYS=days)
    case = issued(place).case
    found = case.attachments.get()
    assert found.released_at == at("2026-02-13")
    assert found.released_until == (at("2026-03-15") if days else None)
