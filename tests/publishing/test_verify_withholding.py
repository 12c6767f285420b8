"""Withholding: a visitor is not served what was tampered with, and nothing of it is touched."""

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks as wagtail_hooks
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.documents import get_document_model
from wagtail.models import Page

from tests import factories
from tests.publishing.leaving import RecordingCache
from tests.testapp.models import PlainPage
from wagtail_disclosure.catalogue import addresses
from wagtail_disclosure.catalogue.models import Attachment, EntryPage
from wagtail_disclosure.catalogue.scope import scope_of
from wagtail_disclosure.publishing import actions, front_cache, gate
from wagtail_disclosure.publishing.models import LedgerEntry, PublishedItem, VerificationRun, Withholding
from wagtail_disclosure.publishing.verification import hooks as verification_hooks
from wagtail_disclosure.publishing.verification import withholding
from wagtail_disclosure.publishing.verification.verify import HOOK as verify_hook

pytestmark = pytest.mark.django_db
Document = get_document_model()
APPROVED, TAMPERED = "关于价格公示的通知", "未经审查的标题"


@pytest.fixture
def world(settings, tmp_path, world):
    settings.MEDIA_ROOT = tmp_path
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    return world


@pytest.fixture
def page(world):
    draft = factories.draft(world, APPROVED)
    document = Document.objects.create(title="附件", file=ContentFile(b"approved", name="a.txt"))
    draft.attachments.add(Attachment(document=document))
    draft.save_revision(user=world.people.officer)
    return factories.publish(world, EntryPage.objects.get(pk=draft.pk))


def retitle(page, title=TAMPERED):
    Page.objects.filter(pk=page.pk).update(title=title)


def verify(*options):
    try:
        call_command("disclosure_verify", *options)
    except CommandError as error:
        return error.returncode
    return 0


@pytest.fixture
def withheld(page):
    retitle(page)
    assert verify("--withhold") == 1
    return page


def public_addresses(page):
    scope = scope_of(page.get_parent().get_parent().specific)
    base = scope.directory.base_path
    return [
        page.url,
        base,
        f"{base}search/?q=通知",
        f"{base}feed/atom/",
        addresses.review_record(scope, page.pk),
        addresses.category(scope, page.category),
    ]


def test_by_default_differences_are_only_reported(page, client):
    retitle(page)
    assert verify() == 1
    assert client.get(page.url).status_code == 200
    assert not Withholding.objects.exists()


def test_the_setting_withholds(page, client, settings):
    settings.WAGTAIL_DISCLOSURE = {"VERIFY_WITHHOLDS": True}
    retitle(page)
    verify()
    assert client.get(page.url).status_code == 503


def test_visitors_get_a_notice_and_nothing_of_the_text(withheld, client):
    response = client.get(withheld.url)
    text = response.content.decode()
    assert response.status_code == 503
    assert "Retry-After" in response.headers and "no-store" in response.headers["Cache-Control"]
    assert TAMPERED not in text and APPROVED not in text


def test_no_public_page_shows_the_text(withheld, client):
    for address in public_addresses(withheld):
        text = client.get(address, follow=True).content.decode()
        assert TAMPERED not in text, address


def test_a_reader_with_a_copy_is_not_told_that_it_is_unchanged(page, client):
    tag = client.get(page.url).headers["ETag"]
    retitle(page)
    verify("--withhold")
    assert client.get(page.url, headers={"if-none-match": tag}).status_code == 503


def test_its_index_number_leads_to_the_notice(page, client):
    scope = scope_of(page)
    address = addresses.number(scope, page.index_number)
    retitle(page)
    verify("--withhold")
    assert client.get(address, follow=True).status_code == 503


def test_its_files_are_not_served(page, client):
    file = page.attachments.get().document
    assert client.get(file.url).status_code == 200
    retitle(page)
    verify("--withhold")
    assert client.get(file.url).status_code == 503


def test_overwritten_bytes_are_not_served(page, client):
    file = page.attachments.get().document.file
    file.storage.delete(file.name)
    file.storage.save(file.name, ContentFile(b"swapped"))
    verify("--withhold")
    assert client.get(page.url).status_code == 503
    assert client.get(page.attachments.get().document.url).status_code == 503


def test_a_file_that_something_else_shows_rightly_is_served(world, page, client):
    other = factories.draft(world, "第二号")
    other.attachments.add(Attachment(document=page.attachments.get().document))
    other.save_revision(user=world.people.officer)
    factories.publish(world, EntryPage.objects.get(pk=other.pk))
    retitle(page)
    verify("--withhold")
    assert client.get(page.attachments.get().document.url).status_code == 200


def test_the_page_api_leaves_it_out(world, page):
    other = factories.published(world, "第二号")
    retitle(page)
    verify("--withhold")

    class Pages(PagesAPIViewSet):
        get_base_queryset = verification_hooks._visible(PagesAPIViewSet.get_base_queryset)

    view = Pages()
    view.request = RequestFactory().get("/")
    found = set(view.get_base_queryset().values_list("pk", flat=True))
    assert other.pk in found and page.pk not in found


def test_nothing_of_the_evidence_is_touched(withheld):
    assert Page.objects.get(pk=withheld.pk).title == TAMPERED
    assert Page.objects.get(pk=withheld.pk).live
    kinds = LedgerEntry.objects.about(withheld).values_list("kind", flat=True)
    assert list(kinds)[-1] == "withheld"


def test_other_items_are_served_as_ever(world, page, client):
    other = factories.published(world, "第二号")
    retitle(page)
    verify("--withhold")
    assert "第二号" in client.get(other.url).content.decode()
    assert PublishedItem.objects.filter(pk=other.pk).exists()


def test_withholding_twice_is_withholding_once(withheld):
    verify("--withhold")
    assert Withholding.objects.count() == 1
    assert LedgerEntry.objects.filter(kind="withheld").count() == 1


def test_what_is_put_right_is_shown_again_after_the_next_verification(withheld, client):
    retitle(withheld, APPROVED)
    assert client.get(withheld.url).status_code == 503
    assert verify() == 0
    assert APPROVED in client.get(withheld.url).content.decode()
    assert PublishedItem.objects.get(pk=withheld.pk).title == APPROVED
    assert LedgerEntry.objects.about(withheld).last().kind == "released"
    assert verify() == 0


def test_without_reading_files_nothing_is_shown_again(withheld, client):
    retitle(withheld, APPROVED)
    verify("--fast")
    assert client.get(withheld.url).status_code == 503


def test_a_verification_of_the_item_alone_shows_it_again(withheld, client):
    retitle(withheld, APPROVED)
    verify("--item", str(withheld.pk))
    assert client.get(withheld.url).status_code == 200


def test_a_new_edition_that_passed_its_review_is_shown(world, withheld, client):
    draft = EntryPage.objects.get(pk=withheld.pk).get_latest_revision_as_object()
    draft.title = "第二版"
    draft.save_revision(user=world.people.officer)
    factories.publish(world, EntryPage.objects.get(pk=withheld.pk))
    assert "第二版" in client.get(withheld.url).content.decode()
    assert verify() == 0


def test_a_withdrawal_ends_the_withholding(world, withheld, client):
    actions.withdraw(
        EntryPage.objects.get(pk=withheld.pk), world.people.leader, reason="content_error", explanation="有误"
    )
    assert not Withholding.objects.in_force().exists()
    assert client.get(withheld.url).status_code != 503


def test_a_rebuilt_register_leaves_it_out(withheld):
    call_command("disclosure_register", "rebuild")
    assert not PublishedItem.objects.filter(pk=withheld.pk).exists()


def test_with_a_lost_key_nothing_is_withheld(page, client, settings):
    settings.WAGTAIL_DISCLOSURE = {"LEDGER_KEY": "another key of this site, much too late"}
    retitle(page)
    assert verify("--withhold") == 1
    assert not Withholding.objects.exists()


def test_a_page_type_of_the_site_under_the_gate_is_verified_and_withheld(
    world, settings, client, plain_under_gate
):
    world.policy.page = world.site.root_page
    world.policy.save()
    draft = PlainPage(
        title="普通页", slug="plain", live=False, owner=world.people.officer, body="<p>已审查</p>"
    )
    world.site.root_page.add_child(instance=draft)
    draft.save_revision(user=world.people.officer)
    page = factories.publish(world, PlainPage.objects.get(pk=draft.pk))
    assert verify() == 0
    PlainPage.objects.filter(pk=page.pk).update(body="<p>未经审查</p>")
    assert verify() == 1
    assert "未经审查" in client.get(page.url).content.decode()
    verify("--withhold")
    response = client.get(page.url)
    assert response.status_code == 503 and "未经审查" not in response.content.decode()


@pytest.fixture
def plain_under_gate(settings):
    """A page type of the site, guarded for the time of a test."""
    before = dict(vars(PlainPage))
    settings.WAGTAIL_DISCLOSURE = {"GUARDED_MODELS": ["testapp.PlainPage"]}
    gate.guard_class(PlainPage)
    yield
    for name in set(vars(PlainPage)) - set(before):
        if name in (
            "save",
            "publish",
            "permissions_for_user",
            "get_workflow",
            "has_workflow",
            "_disclosure_guarded",
        ):
            delattr(PlainPage, name)


# The admin


def as_user(client, user):
    client.force_login(user)
    return client


RUNS, START = "wagtail_disclosure_review:verifications", "wagtail_disclosure_review:verify"


def test_the_report_shows_runs_and_what_they_found(world, withheld, client):
    as_user(client, world.people.root)
    assert client.get(reverse(RUNS)).status_code == 200
    text = client.get(
        reverse("wagtail_disclosure_review:verification", args=[VerificationRun.objects.get().pk])
    )
    assert TAMPERED in text.content.decode() and APPROVED in text.content.decode()
    exported = client.get(f"{text.request['PATH_INFO']}?export=csv")
    assert TAMPERED in b"".join(exported.streaming_content).decode()


def test_the_report_is_for_readers_of_the_ledger(world, withheld, client):
    as_user(client, world.people.officer)
    addresses = [reverse(RUNS), reverse(START), reverse("wagtail_disclosure_review:anchor")]
    addresses.append(
        reverse("wagtail_disclosure_review:verification", args=[VerificationRun.objects.get().pk])
    )
    for address in addresses:
        response = client.get(address)
        assert response.status_code in (302, 403) and "attachment" not in response.headers.get(
            "Content-Disposition", ""
        )
    assert reverse(RUNS) not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_a_verification_is_started_in_the_admin(world, page, client, django_capture_on_commit_callbacks):
    as_user(client, world.people.root)
    assert client.get(reverse(START)).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse(START), {"read_files": "on"})
    run = VerificationRun.objects.get()
    assert (run.state, run.with_files) == ("agrees", True)


def test_too_many_items_for_a_request_are_left_to_the_command(world, page, client, monkeypatch):
    monkeypatch.setattr("wagtail_disclosure.publishing.verification.tasks.MOST_AT_ONCE", 0)
    as_user(client, world.people.root)
    response = client.post(reverse(START), {"read_files": "on"})
    assert "disclosure_verify" in response.content.decode()
    assert not VerificationRun.objects.exists()


def test_the_start_page_warns_of_differences_and_of_none_looked_for(world, page, client, time_machine):
    time_machine.move_to(timezone.now())
    as_user(client, world.people.root)
    panel = "disclosure-verification"

    def home():
        return client.get(reverse("wagtailadmin_home")).content.decode()

    assert f"{panel}-section" in home()
    verify()
    assert f"{panel}-section" not in home()
    retitle(page)
    verify()
    assert (
        reverse("wagtail_disclosure_review:verification", args=[VerificationRun.objects.first().pk]) in home()
    )
    retitle(page, APPROVED)
    verify()
    assert f"{panel}-section" not in home()
    time_machine.shift(8 * 24 * 3600)
    as_user(client, world.people.root)
    assert f"{panel}-section" in home()


def test_the_anchor_is_downloaded(world, page, client, tmp_path):
    as_user(client, world.people.root)
    assert (
        reverse("wagtail_disclosure_review:anchor")
        in client.get(reverse("wagtail_disclosure_review:ledger")).content.decode()
    )
    path = tmp_path / "anchor.json"
    path.write_bytes(client.get(reverse("wagtail_disclosure_review:anchor")).content)
    assert verify("--anchor", str(path)) == 0


def test_superusers_are_mailed_of_new_differences_once(world, page, django_capture_on_commit_callbacks):
    def mails():
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            verify()
        return [message.to for message in mail.outbox]

    assert mails() == []
    retitle(page)
    assert mails() == [[world.people.root.email]]
    assert TAMPERED in mail.outbox[0].body
    assert mails() == []


def test_the_editor_says_that_it_is_withheld(world, withheld, client):
    as_user(client, world.people.officer)
    response = client.get(reverse("wagtailadmin_pages:edit", args=[withheld.pk]))
    assert len(list(response.context["messages"])) == 1


def test_what_is_withheld_and_shown_again_is_purged_from_the_cache_in_front(
    page, settings, monkeypatch, django_capture_on_commit_callbacks
):
    settings.WAGTAILFRONTENDCACHE = {"default": {"BACKEND": "tests.publishing.leaving.RecordingCache"}}
    monkeypatch.setattr(front_cache, "is_used", lambda: True)
    monkeypatch.setattr(RecordingCache, "purged", [])
    wanted = {f"http://localhost{each}" for each in (page.url, page.attachments.get().document.url)}
    for title in (TAMPERED, APPROVED):
        RecordingCache.purged.clear()
        retitle(page, title)
        with django_capture_on_commit_callbacks(execute=True):
            verify("--withhold")
        assert wanted <= set(RecordingCache.purged)


def test_with_the_key_lost_nothing_withheld_is_shown_again(withheld, client, settings):
    retitle(withheld, APPROVED)
    settings.WAGTAIL_DISCLOSURE = {"LEDGER_KEY": "another key of this site, much too late"}
    verify("--withhold")
    assert client.get(withheld.url).status_code == 503
    settings.WAGTAIL_DISCLOSURE = {}
    verify("--withhold")
    assert client.get(withheld.url).status_code == 200


def test_after_a_change_of_the_key_only_what_differs_is_withheld(world, page, client, settings):
    settings.WAGTAIL_DISCLOSURE = new = {"LEDGER_KEY": "the next key of this site, of its own"}
    draft = factories.draft(world, "第二号")
    actions.submit(draft, world.people.officer)
    factories.approve_step(EntryPage.objects.get(pk=draft.pk), world.people.head)
    assert verify("--withhold") == 1
    assert not Withholding.objects.exists()
    said = VerificationRun.objects.first().findings.filter(code="chain_key_replaced").get()
    assert "LEDGER_KEY_FALLBACKS" in said.text
    other = Page.objects.get(pk=page.pk)
    retitle(other)
    verify("--withhold")
    assert client.get(page.url).status_code == 503
    retitle(other, APPROVED)
    settings.WAGTAIL_DISCLOSURE = {**new, "LEDGER_KEY_FALLBACKS": [settings.SECRET_KEY]}
    assert verify("--withhold") == 0
    assert client.get(page.url).status_code == 200


def test_a_run_that_looked_before_shows_nothing_again(page, client):
    def meanwhile(read_files):
        retitle(page)
        withholding.withhold(page)
        return ()

    with wagtail_hooks.register_temporarily(verify_hook, meanwhile):
        verify("--withhold")
    assert client.get(page.url).status_code == 503


def test_a_storage_that_is_not_mounted_withholds_nothing(world, page, client, settings, tmp_path):
    other = factories.draft(world, "第二号")
    second = Document.objects.create(title="另一附件", file=ContentFile(b"other", name="b.txt"))
    other.attachments.add(Attachment(document=second))
    other.save_revision(user=world.people.officer)
    other = factories.publish(world, EntryPage.objects.get(pk=other.pk))
    mounted, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path / "nothing"
    assert verify("--withhold") == 1
    assert not Withholding.objects.exists()
    settings.MEDIA_ROOT = mounted
    second.file.storage.delete(second.file.name)
    verify("--withhold")
    assert client.get(other.url).status_code == 503 and client.get(page.url).status_code == 200
