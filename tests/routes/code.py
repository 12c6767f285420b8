"""Code of the site, a shell, fixtures: whatever saves or deletes a row."""

import uuid

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.files.base import ContentFile
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.actions.delete_page import DeletePageAction
from wagtail.actions.move_page import MovePageAction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.actions.unpublish import UnpublishAction
from wagtail.models import Page

from tests.testapp.models import OpeningHours, PlainPage, Topic
from wagtail_disclosure.catalogue.models import Attachment, EntryPage
from wagtail_disclosure.publishing.models import PublishedItem, Seal

from .route import HARMLESS, NOBODY, Group
from .scene import FOREIGN, days

group = Group("Code and database")


def route(name, *on, **options):
    return group.route(name, *on, who=NOBODY, **options)


def is_page(row):
    return isinstance(row, Page)


def name_of(row):
    return "title" if hasattr(row, "title") else "text"


def spoilt(row):
    setattr(row, name_of(row), FOREIGN)
    return row


@route("`save()` of what is public", "item", "news", "notice", "service", stock="plain")
def save(attempt, row):
    spoilt(row).save()


@route("`save(update_fields=…)`", "item", "news", "notice", stock="plain")
def save_one_field(attempt, row):
    spoilt(row).save(update_fields=[name_of(row)])


@route("`save()` through the base class", "item", "news", stock="plain")
def save_base(attempt, row):
    spoilt(Page.objects.get(pk=row.pk)).save()


@route("`save()` of a draft made live", "draft", "news_draft", "notice_draft", stock="plain_draft")
def save_live(attempt, row):
    row.live = True
    row.save()


@route("base class of a draft made live", "draft", "news_draft", stock="plain_draft")
def save_base_live(attempt, row):
    row = Page.objects.get(pk=row.pk)
    row.live = True
    row.save()


@route(
    "`revision.publish()`", "draft", "revised", "reviewed", "news_draft", "notice_draft", stock="plain_draft"
)
def publish_revision(attempt, row):
    row.get_latest_revision().publish()


@route("publish action without permission checks", "draft", "reviewed", "news_draft", stock="plain_draft")
def publish_action(attempt, row):
    PublishPageRevisionAction(row.get_latest_revision()).execute(skip_permission_checks=True)


@route("`publish()` of an edition that was replaced", "reissued")
def replay(attempt, row):
    row.revisions.order_by("pk").first().publish()


@route("the same with its publication time kept", "reissued")
def replay_action(attempt, row):
    first = row.revisions.order_by("pk").first()
    PublishPageRevisionAction(first, changed=False).execute(skip_permission_checks=True)


@route("`add_child()` of a page that is live by default", "item", "news", stock="plain")
def create_live(attempt, row):
    page = type(row)(title=FOREIGN, slug="made-live", locale=row.locale)
    if isinstance(row, EntryPage):
        page.department, page.category = row.department, row.category
    row.get_parent().add_child(instance=page)


@route("`objects.create()` of a snippet that is live by default", "notice", stock="memo")
def create_snippet(attempt, row):
    type(row).objects.create(text=FOREIGN)


@route("copy kept live", "item", "news", "revised", stock="plain")
def copy_live(attempt, row):
    CopyPageAction(row, update_attrs={"slug": "copied", "title": FOREIGN}, keep_live=True).execute(
        skip_permission_checks=True
    )


@route("copy of the folder, with everything in it, kept live", "folder")
def copy_folder(attempt, row):
    CopyPageAction(row, recursive=True, update_attrs={"slug": "copied"}, keep_live=True).execute(
        skip_permission_checks=True
    )


@route("copy as a draft", "item", "news", expects=HARMLESS)
def copy_draft(attempt, row):
    CopyPageAction(row, update_attrs={"slug": "copied", "title": FOREIGN}, keep_live=False).execute(
        skip_permission_checks=True
    )


@route("alias in the same language", "item", "news", stock="plain")
def alias(attempt, row):
    CreatePageAliasAction(row, update_slug="alias").execute(skip_permission_checks=True)


@route("`unpublish()`", "item", "news", "notice", stock="plain")
def unpublish(attempt, row):
    row.unpublish()


@route("unpublish action without permission checks", "item", "news", "notice", stock="plain")
def unpublish_action(attempt, row):
    UnpublishAction(row).execute(skip_permission_checks=True)


@route("`live = False` through the base class", "item", "news", stock="plain")
def hide(attempt, row):
    row = Page.objects.get(pk=row.pk)
    row.live = False
    row.save(update_fields=["live"])


@route("`live = False` saved alone", "item", "news", "notice", stock="plain")
def hide_alone(attempt, row):
    row.live = False
    row.save(update_fields=["live"])


@route("made an alias of a draft, then taken off with it", "item", "news")
def make_alias_of_draft(attempt, row):
    row.alias_of = Page.objects.get(pk=attempt.scene.draft.pk)
    row.save()
    row = type(row).objects.get(pk=row.pk)
    row.live = False
    row.save()


@route("the same, from a fixture", "item", "news")
def load_alias(attempt, row):
    base = Page.objects.get(pk=row.pk)
    base.alias_of_id = attempt.scene.draft.pk
    for each in serializers.deserialize("python", serializers.serialize("python", [base])):
        each.save()


@route("another address in its row", "item", "news")
def readdress(attempt, row):
    row.url_path = "/elsewhere/"
    row.save()


@route("the same saved alone", "item", "news")
def readdress_alone(attempt, row):
    row.url_path = "/elsewhere/"
    row.save(update_fields=["url_path"])


@route("another day of its first publication", "item", "news", "notice")
def redate(attempt, row):
    row.first_published_at -= days(999)
    row.save()


@route("another key, saved alone", "item", "news")
def rekey(attempt, row):
    row.translation_key = uuid.uuid4()
    row.save(update_fields=["translation_key"])


@route("another kind, from a fixture", "item", "news")
def load_kind(attempt, row):
    base = Page.objects.get(pk=row.pk)
    base.content_type = ContentType.objects.get_for_model(PlainPage)
    for each in serializers.deserialize("json", serializers.serialize("json", [base])):
        each.save()


@route("`publish()` of an edition that was replaced, with a seal made up for it", "reissued")
def replay_with_seal(attempt, row):
    old = Seal.objects.about(row).exclude(closed_at=None).get()
    old.pk, old._state.adding, old.opened_at, old.closed_at = None, True, None, None
    old.authority = Seal.Authority.SETUP
    old.save()
    row.revisions.order_by("pk").first().publish()


@route("`expired = True`", "item", "news", stock="plain")
def expire(attempt, row):
    row.live, row.expired = False, True
    row.save()


@route("`delete()`", "item", "news", "notice", "folder", "section", stock="plain")
def delete(attempt, row):
    row.delete()


@route("delete action without permission checks", "item", "folder", stock="plain")
def delete_action(attempt, row):
    DeletePageAction(row, user=None).execute(skip_permission_checks=True)


@route("`QuerySet.delete()`", "item", "news", "notice", "folder", stock="plain")
def delete_queryset(attempt, row):
    type(row).objects.filter(pk=row.pk).delete()


@route("`Page.objects.filter(…).delete()`", "item", "folder", "section", stock="plain")
def delete_base_queryset(attempt, row):
    Page.objects.filter(pk=row.pk).delete()


@route("move action without permission checks", "item", "folder", "news", "section", stock="plain")
def move(attempt, row):
    target = attempt.scene.home if row.depth > 3 else attempt.scene.catalogue
    MovePageAction(row, target, pos="last-child").execute(skip_permission_checks=True)


@route("child row saved", "news", "item", "notice", "service")
def save_child(attempt, row):
    child = children(row).all()[0] if children(row).exists() else new_child(row)
    setattr(child, "text" if hasattr(child, "text") else "title", FOREIGN)
    child.save()


@route("child row created", "item", "news", "notice", "service")
def create_child(attempt, row):
    new_child(row).save()


@route("child row deleted", "item", "news", "notice")
def delete_child(attempt, row):
    children(row).all()[0].delete()


@route("child rows deleted by their manager", "item", "news", "notice")
def delete_children(attempt, row):
    children(row).all()[0].__class__.objects.all().delete()


def children(row):
    name = {"EntryPage": "attachments", "NewsPage": "links", "Notice": "lines", "ServicePage": "steps"}
    relation = row._meta.get_field(name[type(row).__name__])
    return relation.related_model.objects.filter(**{relation.field.name: row.pk})


def new_child(row):
    model = children(row).model
    parent = next(field for field in model._meta.fields if type(field).__name__ == "ParentalKey")
    if model is Attachment:
        return Attachment(page=row, title=FOREIGN, document_id=attempt_document())
    return model(**{parent.name: row, "text": FOREIGN})


def attempt_document():
    return apps.get_model("wagtaildocs.Document").objects.order_by("pk").first().pk


@route("row chosen in a many-to-many field", "service")
def add_choice(attempt, row):
    row.see_also.add(Topic.objects.create(name=FOREIGN))


@route("the same from the other end", "service")
def add_choice_from_the_other_end(attempt, row):
    Topic.objects.create(name=FOREIGN).also_services.add(row)


@route("rows taken out of a many-to-many field", "service")
def clear_choices(attempt, row):
    attempt.scene.topic.also_services.clear()


@route("own file of a page replaced", "service")
def replace_own_file(attempt, row):
    row.form = ContentFile(FOREIGN.encode(), "form.txt")
    row.save()


@route("fixture with another text", "item", "news", "notice", stock="plain")
def load_fixture(attempt, row):
    base = Page.objects.get(pk=row.pk) if is_page(row) else row
    data = serializers.serialize("json", [spoilt(base)])
    for each in serializers.deserialize("json", data):
        each.save()


@route("fixture that says a draft is live", "draft", "news_draft", "notice_draft", stock="plain_draft")
def load_live(attempt, row):
    base = Page.objects.get(pk=row.pk) if is_page(row) else row
    base.live = True
    for each in serializers.deserialize("json", serializers.serialize("json", [base])):
        each.save()


@route("fixture with what is public already", "item", "news", expects=HARMLESS)
def load_same(attempt, row):
    # JSON keeps milliseconds only.
    rows = serializers.serialize("python", [Page.objects.get(pk=row.pk), row])
    for each in serializers.deserialize("python", rows):
        each.save()


@route("shared row saved", "counter", "topic")
def save_shared(attempt, row):
    row.name = FOREIGN
    row.save()


@route("child row of a shared row saved", "counter")
def save_shared_child(attempt, row):
    OpeningHours.objects.create(counter=row, text=FOREIGN)


@route("shared row deleted", "counter", "topic")
def delete_shared(attempt, row):
    type(row).objects.filter(pk=row.pk).delete()


@route("row of the published register saved", "item")
def save_register(attempt, row):
    found = PublishedItem.objects.get(pk=row.pk)
    found.title = FOREIGN
    found.save()


@route("row of the published register deleted", "item")
def delete_register(attempt, row):
    PublishedItem.objects.filter(pk=row.pk).delete()


@route("draft entered in the published register", "draft")
def enter_register(attempt, row):
    found = PublishedItem.objects.first()
    found.pk, found.title, found._state.adding = row.pk, row.title, True
    found.save(force_insert=True)
