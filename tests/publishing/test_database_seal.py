"""The database seal: what does not come from the gate is refused by the database, and visitors see what was approved."""

import datetime
import io
import sqlite3
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models.signals import post_migrate, pre_migrate
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Locale, Page

from tests import factories
from tests.testapp.models import Counter, OpeningHours, PlainPage, ServicePage, Topic
from wagtail_disclosure.catalogue import counters
from wagtail_disclosure.catalogue.models import (
    Attachment,
    AttributeDetermination,
    CatalogueIndexPage,
    EntryPage,
    IndexNumber,
    SearchDocument,
)
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.database_seal import triggers
from wagtail_disclosure.publishing.errors import GateRefused
from wagtail_disclosure.publishing.models import (
    Approval,
    Contribution,
    FileUse,
    LedgerEntry,
    LedgerHead,
    PublishedItem,
    PublishedItemCategory,
    ReviewPolicy,
    ReviewPolicyStep,
    Seal,
    Withdrawal,
)
from wagtail_disclosure.site_checks import check_database_seal

TITLE, SUMMARY, BODY, FILE = "关于价格公示的通知", "原来的概述", "原来的正文", b"%PDF-1.4 approved"


@pytest.fixture
def sealed(db, settings):
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "DATABASE_SEAL": True}
    triggers.install(connection)


@pytest.fixture(scope="module")
def built_world(built_world):
    built_world.page = _page(built_world)
    return built_world


@pytest.fixture
def world(world, sealed):
    return world


@pytest.fixture
def page(world):
    """A public item with an attachment."""
    return world.page


def _page(world):
    document = get_document_model().objects.create(title="附件", file=ContentFile(FILE, name="approved.pdf"))
    draft = factories.draft(world, TITLE, summary=SUMMARY, body=[("paragraph", f"<p>{BODY}</p>")])
    draft.attachments = [Attachment(document=document, title="附件一")]
    draft.save_revision(user=world.people.officer)
    return factories.publish(world, fresh(draft))


@pytest.fixture
def plain(world):
    page = PlainPage(title="普通页面", slug="plain")
    world.site.root_page.add_child(instance=page)
    return page


def fresh(page):
    return EntryPage.objects.get(pk=page.pk)


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def document_of(page):
    return get_document_model().objects.filter(pk=fresh(page).attachments.get().document_id)


def bulk_updated(page):
    page.title = "未经审查"
    EntryPage.objects.bulk_update([page], ["title"])


def turned_plain(page):
    from django.contrib.contenttypes.models import ContentType

    Page.objects.filter(pk=page.pk).update(content_type=ContentType.objects.get_for_model(PlainPage))


def replaced_on_sqlite(page):
    statement = "INSERT OR REPLACE INTO wagtail_disclosure_publisheditem SELECT * FROM wagtail_disclosure_publisheditem"
    connection.check_constraints()
    sql(statement if connection.vendor == "sqlite" else "TRUNCATE wagtailcore_page CASCADE")


CHANGES = {
    "title of the item": lambda page: EntryPage.objects.filter(pk=page.pk).update(title="未经审查"),
    "summary of the item": lambda page: EntryPage.objects.filter(pk=page.pk).update(summary="未经审查"),
    "bulk update": bulk_updated,
    "base row": lambda page: Page.objects.filter(pk=page.pk).update(title="未经审查"),
    "base row in SQL": lambda page: sql("UPDATE wagtailcore_page SET title = 'x' WHERE id = %s", page.pk),
    "every row in SQL": lambda page: sql("UPDATE wagtail_disclosure_disclosurepage SET summary = 'x'"),
    "gone": lambda page: Page.objects.filter(pk=page.pk).update(live=False),
    "another type": turned_plain,
    "another address": lambda page: Page.objects.filter(pk=page.pk).update(slug="x", url_path="/x/"),
    "another place": lambda page: Page.objects.filter(pk=page.pk).update(path="000100019999", depth=3),
    "row deleted": lambda page: sql(
        "DELETE FROM wagtail_disclosure_entrypage WHERE disclosurepage_ptr_id = %s", page.pk
    ),
    "base row deleted": lambda page: sql("DELETE FROM wagtailcore_page WHERE id = %s", page.pk),
    "child row": lambda page: Attachment.objects.filter(page=page).update(title="未经审查"),
    "child row taken away": lambda page: Attachment.objects.filter(page=page)._raw_delete("default"),
    "child row added": lambda page: Attachment.objects.bulk_create(
        [Attachment(page=page, document=document_of(page).get(), title="未经审查")]
    ),
    "title of the file": lambda page: document_of(page).update(title="未经审查"),
    "another file": lambda page: document_of(page).update(file="documents/other.pdf"),
    "file deleted": lambda page: document_of(page)._raw_delete("default"),
    "register": lambda page: PublishedItem.objects.filter(pk=page.pk).update(title="未经审查"),
    "register left": lambda page: PublishedItem.objects.filter(pk=page.pk)._raw_delete("default"),
    "category of the register": lambda page: PublishedItemCategory.objects.filter(item=page.pk)._raw_delete(
        "default"
    ),
    "text of the search": lambda page: SearchDocument.objects.filter(pk=page.pk).update(body="未经审查"),
    "slug above": lambda page: Page.objects.filter(pk=page.get_parent().pk).update(slug="x"),
    "replaced or truncated": replaced_on_sqlite,
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_public_stays_as_it_was_approved(page, client, name):
    with pytest.raises(DatabaseError, match="database seal"), transaction.atomic():
        CHANGES[name](fresh(page))
    shown = client.get(fresh(page).url).content.decode()
    assert all(text in shown for text in (TITLE, SUMMARY, BODY, "附件一")) and "未经审查" not in shown
    lists = client.get(page.get_parent().get_parent().url).content.decode()
    assert TITLE in lists and "未经审查" not in lists
    with document_of(page).get().file.open() as stored:
        assert stored.read() == FILE


EVIDENCE = {
    "ledger entry": lambda page: LedgerEntry.objects.update(actor_name="别人"),
    "ledger entry deleted": lambda page: LedgerEntry.objects.filter(approval=None)._raw_delete("default"),
    "ledger set back": lambda page: LedgerHead.objects.update(sequence=0),
    "approval": lambda page: Approval.objects.update(digest="0" * 64),
    "approval valid again": lambda page: Approval.objects.update(user_key="x"),
    "seal": lambda page: Seal.objects.update(digest="0" * 64),
    "seal deleted": lambda page: Seal.objects.filter(files=None)._raw_delete("default"),
    "evidence of a seal": lambda page: Seal.approvals.through.objects.all().delete(),
    "use of a file": lambda page: FileUse.objects.all()._raw_delete("default"),
    "author": lambda page: Contribution.objects.all()._raw_delete("default"),
    "determination": lambda page: AttributeDetermination.objects.update(attribute="withheld"),
    "number": lambda page: IndexNumber.objects.update(number="1"),
    "number deleted": lambda page: IndexNumber.objects.all()._raw_delete("default"),
    "number of another document": lambda page: IndexNumber.objects.update(translation_key=None),
    "number issued again": lambda page: IndexNumber.objects.update(state="reserved"),
}


@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence_is_added_and_never_changed(page, name):
    with pytest.raises(DatabaseError, match="database seal"), transaction.atomic():
        EVIDENCE[name](page)


def test_a_decision_stays_as_it_was_given(world, page):
    actions.withdraw(page, world.people.root, reason="content_error", explanation="内容有误")
    with pytest.raises(DatabaseError), transaction.atomic():
        Withdrawal.objects.update(explanation="别的理由")
    with pytest.raises(DatabaseError), transaction.atomic():
        Seal.objects.about(page).update(closed_at=None)


def test_a_draft_does_not_become_public_past_the_gate(world, client):
    draft = factories.draft(world)
    with pytest.raises(DatabaseError, match="without its review|with its review"), transaction.atomic():
        Page.objects.filter(pk=draft.pk).update(live=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(
            "INSERT INTO wagtailcore_page SELECT * FROM"
            " (SELECT * FROM wagtailcore_page WHERE id = %s) AS live",
            CatalogueIndexPage.objects.get().pk,
        )
    assert client.get(draft.full_url).status_code == 404


def test_what_concerns_no_visitor_and_pages_outside_the_gate_are_free(world, page, plain, client):
    draft = factories.draft(world)
    EntryPage.objects.filter(pk=draft.pk).update(title="新题名", summary="新概述")
    Page.objects.filter(pk=page.pk).update(locked=True, draft_title="新题名")
    Page.objects.filter(pk=page.pk).update(latest_revision=None, live_revision=None)
    PlainPage.objects.filter(pk=plain.pk).update(title="改过的普通页面", body="<p>新</p>")
    assert "改过的普通页面" in client.get(plain.url).content.decode()
    PlainPage.objects.filter(pk=plain.pk).update(live=False)
    get_document_model().objects.create(title="新", file=ContentFile(b"x", name="x.txt"))
    get_document_model().objects.filter(title="新").update(title="更新")
    sql("DELETE FROM wagtailcore_page WHERE 1 = 0")


def test_the_ordinary_journeys_go_through(world, page, plain, client):
    edition = fresh(page)
    edition.title = "第二版"
    edition.attachments = []
    edition.save_revision(user=world.people.officer)
    factories.publish(world, fresh(page))
    assert "第二版" in client.get(fresh(page).url).content.decode()
    fresh(page).save()
    Page.objects.get(pk=page.pk).save()
    another = factories.published(world, "另一件")
    another.move(fresh(page), pos="left")
    world.other_folder.move(world.folder, pos="left")
    call_command("fixtree", interactive=False, stdout=io.StringIO())
    factories.draft(world).delete()
    assert counters.rebuild() == 2 and list(counters.check()) == []
    get_user_model().objects.filter(pk=world.people.officer.pk).delete()
    actions.withdraw(fresh(page), world.people.root, reason="content_error", explanation="内容有误")
    assert client.get(fresh(page).full_url).status_code == 410
    fresh(page).delete()


def test_the_catalogue_follows_into_another_language(world):
    english = Locale.objects.get_or_create(language_code="en")[0]
    world.site.root_page.copy_for_translation(english)
    alias = CatalogueIndexPage.objects.get(pk=world.catalogue.pk).copy_for_translation(english, alias=True)
    assert CatalogueIndexPage.objects.get(pk=alias.pk).live


def test_one_judgement_opens_nothing_else(world, page, monkeypatch):
    """While the gate writes one item, another is closed."""
    other = factories.published(world, "另一件")
    original = EntryPage.prepare_publication

    def prepare(self, seal):
        with pytest.raises(DatabaseError), transaction.atomic():
            Page.objects.filter(pk=other.pk).update(title="未经审查")
        Page.objects.filter(pk=page.pk).update(title="第二版")
        original(self, seal)

    monkeypatch.setattr(EntryPage, "prepare_publication", prepare)
    edition = fresh(page)
    edition.title = "第二版"
    edition.save_revision(user=world.people.officer)
    factories.publish(world, fresh(page))
    with pytest.raises(DatabaseError), transaction.atomic():
        Page.objects.filter(pk=page.pk).update(title="第三版")


@pytest.fixture
def guide(world):
    """A public page of a type of the site, with a counter that other pages may show as well."""
    policy = ReviewPolicy.objects.create(page=world.site.root_page, workflow=world.workflow)
    for task in world.tasks[1:]:
        ReviewPolicyStep.objects.create(policy=policy, task=task.task_ptr)
    world.workflow.workflow_tasks.filter(task=world.tasks[0].task_ptr).delete()
    world.policy.steps.filter(task=world.tasks[0].task_ptr).delete()
    shown = Counter.objects.create(name="一号窗口")
    OpeningHours.objects.create(counter=shown, text="周一至周五")
    page = ServicePage(title="办事指南", slug="guide", live=False, counter=shown)
    page.topics = [Topic.objects.create(name="价格")]
    world.site.root_page.add_child(instance=page)
    page.save_revision(user=world.people.officer)
    actions.submit(page, world.people.officer)
    for reviewer in (world.people.secrecy, world.people.copy, world.people.leader):
        factories.approve_step(page, reviewer)
    return ServicePage.objects.get(pk=page.pk)


@pytest.mark.parametrize(
    "change",
    [
        lambda page: ServicePage.objects.filter(pk=page.pk).update(counter=None),
        lambda page: Counter.objects.filter(pk=page.counter_id).update(name="未经审查"),
        lambda page: OpeningHours.objects.filter(counter=page.counter_id).update(text="未经审查"),
        lambda page: OpeningHours.objects.filter(counter=page.counter_id)._raw_delete("default"),
        lambda page: Topic.objects.update(name="未经审查"),
        lambda page: ServicePage.topics.through.objects.all()._raw_delete("default"),
    ],
    ids=["field", "shared row", "part of it", "part deleted", "chosen row", "choice"],
)
def test_types_of_the_site_and_rows_that_they_share_are_sealed_with_it(guide, change):
    assert guide.live
    with pytest.raises(DatabaseError, match="database seal"), transaction.atomic():
        change(guide)


def test_shared_rows_that_nothing_public_shows_are_free(guide):
    other = Counter.objects.create(name="二号窗口")
    Counter.objects.filter(pk=other.pk).update(name="三号窗口")
    Counter.objects.filter(pk=other.pk)._raw_delete("default")


def test_a_refusal_leaves_nothing_open(world, page):
    edition = fresh(page)
    edition.title = "未经审查"
    with pytest.raises(GateRefused), transaction.atomic():
        edition.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Page.objects.filter(pk=page.pk).update(title="未经审查")


def test_another_program_cannot_write_to_a_sqlite_file_at_all(page):
    if connection.vendor != "sqlite":
        return
    copy = sqlite3.connect(":memory:")
    copy.deserialize(connection.connection.serialize())
    for statement in (
        "UPDATE wagtailcore_page SET title = 'x'",
        "DELETE FROM wagtail_disclosure_publisheditem",
        "UPDATE wagtail_disclosure_ledgerentry SET actor_name = 'x'",
    ):
        with pytest.raises(sqlite3.Error, match="no such function|database seal"):
            copy.execute(statement)
    copy.close()


# Installing and removing


def run(action):
    out = io.StringIO()
    # What is written in a test is checked at its end; PostgreSQL alters no table before.
    connection.check_constraints()
    call_command("disclosure_seal", action, stdout=out)
    return out.getvalue()


def test_removal_lets_everything_through_again(page):
    assert "wagtailcore_page" in run("remove")
    for change in ("title of the item", "child row", "register", "file deleted"):
        with transaction.atomic():
            CHANGES[change](fresh(page))
            transaction.set_rollback(True)
    LedgerEntry.objects.update(actor_name="别人")
    assert not triggers.state(connection).is_installed
    assert "wagtailcore_page" not in run("remove")


def test_it_is_not_installed_while_the_setting_is_off(db, settings):
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "DATABASE_SEAL": False}
    triggers.remove(connection)
    with pytest.raises(CommandError, match="DATABASE_SEAL"):
        run("install")
    assert run("status") and not triggers.state(connection).is_installed


def test_installing_twice_changes_nothing_and_status_agrees(sealed):
    before = triggers.state(connection)
    assert before.is_current and run("install") and triggers.state(connection) == before
    assert "wagtail_disclosure_ledgerentry" in run("status")
    assert check_database_seal(None, databases=["default"]) == []


def test_a_model_that_is_guarded_later_makes_it_out_of_date(world, plain, settings):
    before = settings.WAGTAIL_DISCLOSURE
    guarded = [*before["GUARDED_MODELS"], "testapp.PlainPage"]
    settings.WAGTAIL_DISCLOSURE = {**before, "GUARDED_MODELS": guarded}
    found = triggers.state(connection)
    assert "wagtailcore_page" in found.outdated and "testapp_plainpage" in found.missing
    with pytest.raises(CommandError, match="install"):
        run("status")
    assert [each.id for each in check_database_seal(None, databases=["default"])] == [
        "wagtail_disclosure.W018"
    ]
    run("install")
    with pytest.raises(DatabaseError), transaction.atomic():
        PlainPage.objects.filter(pk=plain.pk).update(body="<p>未经审查</p>")
    settings.WAGTAIL_DISCLOSURE = before
    run("install")
    assert "testapp_plainpage" not in triggers.state(connection).sealed
    PlainPage.objects.filter(pk=plain.pk).update(body="<p>新</p>")


def test_a_sealed_database_without_the_setting_shuts_the_gate_out_and_is_reported(world, page, settings):
    edition = fresh(page)
    edition.title = "第二版"
    edition.save_revision(user=world.people.officer)
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "DATABASE_SEAL": False}
    with pytest.raises(DatabaseError), transaction.atomic():
        factories.publish(world, fresh(page))
    assert [each.id for each in check_database_seal(None, databases=["default"])] == [
        "wagtail_disclosure.E009"
    ]
    with pytest.raises(CommandError, match="DATABASE_SEAL"):
        run("status")


def test_migrations_find_it_open_and_close_it_again(sealed):
    config = apps.get_app_config("wagtail_disclosure")
    migration = SimpleNamespace(app_label="wagtail_disclosure", operations=[])
    options = {
        "sender": config,
        "app_config": config,
        "verbosity": 0,
        "interactive": False,
        "using": "default",
    }
    pre_migrate.send(**options, plan=[], apps=apps)
    assert triggers.state(connection).is_current
    pre_migrate.send(**options, plan=[(migration, False)], apps=apps)
    assert not triggers.state(connection).is_installed
    post_migrate.send(**options, plan=[(migration, False)], apps=apps)
    assert triggers.state(connection).is_current


def test_what_was_scheduled_goes_live_and_expires(world, client, time_machine):
    time_machine.move_to("2026-03-02T09:00:00+08:00")
    draft = factories.draft(world)
    draft.go_live_at = timezone.now() + datetime.timedelta(days=1)
    draft.expire_at = timezone.now() + datetime.timedelta(days=3)
    draft.save_revision(user=world.people.officer)
    factories.publish(world, fresh(draft))
    time_machine.shift(datetime.timedelta(days=2))
    call_command("publish_scheduled")
    assert client.get(fresh(draft).url).status_code == 200
    time_machine.shift(datetime.timedelta(days=2))
    call_command("publish_scheduled")
    assert not fresh(draft).live and not PublishedItem.objects.filter(pk=draft.pk).exists()
