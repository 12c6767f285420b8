"""disclosure_verify: what code cannot prevent is found, named, and where that is wanted withheld from visitors."""

import json

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.utils.translation import override
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from tests import factories
from wagtail_disclosure.catalogue.models import Attachment, AttributeDetermination, EntryPage, IndexNumber
from wagtail_disclosure.publishing.models import PublishedItem, RegisterCounter, Seal, VerificationRun
from wagtail_disclosure.publishing.records import register_open

pytestmark = pytest.mark.django_db
Document = get_document_model()


def document(title, content=b"approved"):
    return Document.objects.create(title=title, file=ContentFile(content, name="a.txt"))


@pytest.fixture
def page(world):
    """A public entry with a body and two attachments."""
    draft = factories.draft(world, "关于价格公示的通知", summary="现予公布。")
    for number in (1, 2):
        draft.attachments.add(Attachment(document=document(f"文件{number}"), title=f"附件{number}"))
    draft.save_revision(user=world.people.officer)
    return factories.publish(world, EntryPage.objects.get(pk=draft.pk))


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        assert cursor.rowcount != 0, statement


def verify(capsys, *args):
    """The exit code and what was written."""
    capsys.readouterr()
    try:
        call_command("disclosure_verify", *args)
        code = 0
    except CommandError as error:
        code = error.returncode
    return code, capsys.readouterr().out


def test_what_was_published_by_review_verifies_clean(world, page, capsys):
    factories.published(world, "第二号")
    code, text = verify(capsys)
    assert code == 0, text


# Each way of tampering, and the words in which it is named


def file_of(page):
    return page.attachments.first().document


def overwrite(page):
    stored = file_of(page).file
    stored.storage.delete(stored.name)
    assert stored.storage.save(stored.name, ContentFile(b"swapped")) == stored.name


def swap_file(page):
    """The row of the document is pointed at other bytes."""
    name = file_of(page).file.storage.save("documents/other.txt", ContentFile(b"other"))
    Document.objects.filter(pk=file_of(page).pk).update(file=name)


def title_by_sql(page):
    sql("UPDATE wagtailcore_page SET title = %s WHERE id = %s", "未经审查", page.pk)


def bulk_update(page):
    page.summary = "未经审查"
    EntryPage.objects.bulk_update([page], ["summary"])


def hide_child(page):
    sql("DELETE FROM wagtail_disclosure_attachment WHERE id = %s", page.attachments.last().pk)


def add_child(page):
    Attachment.objects.bulk_create(
        [Attachment(page=page, document=document("添加"), title="添加", sort_order=9)]
    )


def move_by_sql(page):
    other = Page.objects.get(slug="02")
    sql("UPDATE wagtailcore_page SET path = %s WHERE id = %s", other.path + "0001", page.pk)


def restrict(page):
    rule = PageViewRestriction(page=page.get_parent(), restriction_type="login")
    PageViewRestriction.objects.bulk_create([rule])


def restrict_files(page):
    rule = CollectionViewRestriction(collection=file_of(page).collection, restriction_type="login")
    CollectionViewRestriction.objects.bulk_create([rule])


def private_collection():
    collection = Collection.get_first_root_node().add_child(name="内部")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    return collection


def file_to_private(page):
    Document.objects.filter(pk=file_of(page).pk).update(collection=private_collection())


def collection_to_private(page):
    """The tree of collections is written past Wagtail: the one with the file stands below a private one."""
    private = private_collection()
    own = Collection.get_first_root_node().add_child(name="附件")
    Document.objects.filter(pk=file_of(page).pk).update(collection=own)
    sql("UPDATE wagtailcore_collection SET path = %s, depth = 3 WHERE id = %s", f"{private.path}0001", own.pk)


def rule_turned_private(page):
    """A rule that kept nobody away, until its row was changed."""
    rule = PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="none")
    PageViewRestriction.objects.filter(pk=rule.pk).update(restriction_type="login")


def rule_moved(page):
    """A rule for another part of the site, until its row was changed."""
    other = Page.objects.get(slug="02")
    rule = PageViewRestriction(page=other, restriction_type="groups")
    PageViewRestriction.objects.bulk_create([rule])
    PageViewRestriction.objects.filter(page=other).update(page=page.get_parent().get_parent())


def rule_on_collection_moved(page):
    private = private_collection()
    CollectionViewRestriction.objects.filter(collection=private).update(collection=file_of(page).collection)


def other_draft_live(page):
    draft = factories.draft(page.world, "未经审查的草稿")
    Page.objects.filter(pk=draft.pk).update(live=True)


def delete_raw(page):
    EntryPage.objects.filter(pk=page.pk)._raw_delete("default")


def change_kind(page):
    from django.contrib.contenttypes.models import ContentType

    plain = ContentType.objects.get(app_label="testapp", model="plainpage")
    Page.objects.filter(pk=page.pk).update(content_type=plain)


def forge_seal(page):
    """A draft made live with a seal of its own: the ledger does not know it."""
    from wagtail_disclosure.publishing.digest import digest_of

    draft = factories.draft(page.world, "伪造的公开")
    Page.objects.filter(pk=draft.pk).update(live=True)
    draft = EntryPage.objects.get(pk=draft.pk)
    seal = Seal(
        digest=digest_of(draft).value, body_digest=digest_of(draft).body, prepared_at=draft.date_generated
    )
    seal.opened_at = draft.date_generated
    seal.set_item(draft)
    Seal.objects.bulk_create([seal])


def other_number(page):
    IndexNumber.objects.filter(translation_key=page.translation_key).update(number="620700036/2000-00001")


TAMPERING = {
    "title by raw SQL": (title_by_sql, "title: approved “关于价格公示的通知”, public “未经审查”"),
    "queryset update": (
        lambda p: EntryPage.objects.filter(pk=p.pk).update(summary="未经审查"),
        "public “未经审查”",
    ),
    "bulk_update": (bulk_update, "approved “现予公布。”, public “未经审查”"),
    "body by raw update": (
        lambda p: EntryPage.objects.filter(pk=p.pk).update(
            body=EntryPage._meta.get_field("body").to_python(
                [{"type": "paragraph", "value": "<p>改了。</p>"}]
            )
        ),
        "改了。",
    ),
    "child row changed": (
        lambda p: p.attachments.filter(title="附件2").update(title="别的"),
        "approved “附件2”, public “别的”",
    ),
    "child row deleted": (hide_child, "row 2 is missing"),
    "child row added": (add_child, "row 3 was never approved"),
    "made live": (other_draft_live, "未经审查的草稿: It is public without an approval"),
    "made live with a seal": (
        forge_seal,
        "伪造的公开: It is public under a seal that the ledger does not know",
    ),
    "taken off": (
        lambda p: Page.objects.filter(pk=p.pk).update(live=False),
        "It left the public pages without a decision",
    ),
    "deleted": (delete_raw, "Part of its row in the database is missing"),
    "kind changed": (change_kind, "Its kind was changed"),
    "address": (lambda p: Page.objects.filter(pk=p.pk).update(url_path="/elsewhere/"), "is /elsewhere/"),
    "slug and address": (
        lambda p: Page.objects.filter(pk=p.pk).update(
            slug="other", url_path=p.get_parent().url_path + "other/"
        ),
        "public “other”",
    ),
    "slug of a page above": (
        lambda p: Page.objects.filter(pk=p.get_parent().pk).update(slug="other"),
        "is not what the pages above it give",
    ),
    "moved in the tree": (move_by_sql, "It stands below another page"),
    "language": (
        lambda p: Page.objects.filter(pk=p.pk).update(
            locale=factories.Locale.objects.create(language_code="en")
        ),
        "locale",
    ),
    "key of the document": (
        lambda p: Page.objects.filter(pk=p.pk).update(translation_key="6f0d1c9e-0000-4000-8000-000000000000"),
        "key that joins it to its number",
    ),
    "bytes overwritten": (overwrite, "File “文件1”: its bytes are not those that were approved"),
    "bytes deleted": (
        lambda p: file_of(p).file.storage.delete(file_of(p).file.name),
        "File “文件1” is missing in storage",
    ),
    "document points elsewhere": (swap_file, "File “文件1”: its bytes are not"),
    "document renamed": (
        lambda p: Document.objects.filter(pk=file_of(p).pk).update(title="别的"),
        "approved “文件1”, public “别的”",
    ),
    "disclosure attribute": (
        lambda p: AttributeDetermination.objects.filter(translation_key=p.translation_key).update(
            ground="art_20"
        ),
        "disclosure attribute",
    ),
    "page made private": (restrict, "keeps the public from reading it"),
    "page made private by a rule that was changed": (rule_turned_private, "keeps the public from reading it"),
    "page made private by a rule of another": (rule_moved, "keeps the public from reading it"),
    "files made private": (restrict_files, "which the public may not read"),
    "file moved to a private collection": (file_to_private, "which the public may not read"),
    "collection moved below a private one": (collection_to_private, "which the public may not read"),
    "collection made private by a rule of another": (
        rule_on_collection_moved,
        "which the public may not read",
    ),
    "expiry": (
        lambda p: Page.objects.filter(pk=p.pk).update(expire_at="2020-01-01T00:00:00Z"),
        "it was to leave on 2020-01-01",
    ),
    "register row": (
        lambda p: PublishedItem.objects.update(title="别的"),
        "In the register, title is “别的”",
    ),
    "register date": (
        lambda p: PublishedItem.objects.update(date_published=F("date_generated")),
        "In the register, date published is",
    ),
    "register row deleted": (
        lambda p: PublishedItem.objects.all().delete(),
        "It is public and missing in the register",
    ),
    "counter": (lambda p: RegisterCounter.objects.filter(axis="all").update(count=9), "The counter"),
    "index number": (other_number, "620700036/2000-00001"),
}


@pytest.mark.parametrize(("tamper", "words"), TAMPERING.values(), ids=TAMPERING)
def test_tampering_is_found_and_named(world, page, capsys, tamper, words):
    page.world = world
    # As if it were done in the database itself.
    with register_open():
        tamper(page)
    with override("en"):
        code, text = verify(capsys)
    assert code == 1
    assert words in text


# The command


def test_without_the_bytes_of_files_everything_else_is_found(world, page, capsys):
    overwrite(page)
    assert verify(capsys, "--fast")[0] == 0
    title_by_sql(page)
    assert verify(capsys, "--fast")[0] == 1


def test_one_item_is_looked_at_alone(world, page, capsys):
    other = factories.published(world, "第二号")
    title_by_sql(page)
    assert verify(capsys, "--item", str(other.pk))[0] == 0
    assert verify(capsys, "--item", str(page.pk))[0] == 1
    assert verify(capsys, "--item", f"wagtail_disclosure.EntryPage:{page.pk}")[0] == 1


@pytest.mark.parametrize("item", ["999999", "x", "no.Model:1", "wagtailcore.Page:1"])
def test_what_is_no_item_cannot_be_verified(world, capsys, item):
    assert verify(capsys, "--item", item)[0] == 2


def test_a_missing_anchor_file_cannot_be_compared(world, capsys):
    assert verify(capsys, "--anchor", "/nowhere/anchor.json")[0] == 2


def test_differences_are_written_for_programs_as_well(world, page, capsys):
    title_by_sql(page)
    code, text = verify(capsys, "--json")
    lines = [json.loads(line) for line in text.splitlines()]
    assert code == 1
    assert lines[0]["code"] == "field"
    assert (lines[0]["object_id"], lines[0]["params"]["field"]) == (str(page.pk), "title")
    assert lines[-1]["differences"] == len(lines) - 1 and lines[-1]["items"] == 2


def test_verifying_again_finds_the_same_and_changes_nothing(world, page, capsys):
    title_by_sql(page)
    assert verify(capsys) == verify(capsys)
    assert VerificationRun.objects.count() == 2
    assert not VerificationRun.objects.last().findings.filter(is_new=False).exists()
    assert not VerificationRun.objects.first().findings.filter(is_new=True).exists()


def test_what_was_restored_verifies_clean(world, page, capsys):
    title_by_sql(page)
    sql("UPDATE wagtailcore_page SET title = %s WHERE id = %s", "关于价格公示的通知", page.pk)
    assert verify(capsys)[0] == 0


def test_an_image_swapped_in_storage_is_named(world, capsys):
    image = get_image_model().objects.create(title="照片", file=get_test_image_file())
    draft = factories.draft(world, "带图的", body=[("image", image)])
    factories.publish(world, draft)
    assert verify(capsys)[0] == 0
    image.file.storage.delete(image.file.name)
    image.file.storage.save(image.file.name, ContentFile(b"other"))
    with override("en"):
        assert "File “照片”: its bytes" in verify(capsys)[1]
