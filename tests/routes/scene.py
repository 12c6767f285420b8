"""The scene on which every route is tried: an agency with something in each state, and three people who try.

It is built once for a module and taken back after it, so nothing here is changed by a test: rows are read afresh
each time they are asked for (``scene.item``), and a test's own changes are rolled back.
"""

import datetime

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
)

from tests import factories
from tests.testapp.models import Memo, NewsLink, NewsPage, Notice, NoticeLine, PlainPage
from wagtail_disclosure.catalogue.models import Attachment, EntryPage
from wagtail_disclosure.departments import roles
from wagtail_disclosure.departments.models import Department
from wagtail_disclosure.publishing import actions

from . import more

EDITOR, PUBLISHER, SUPERUSER, SHELL = "editor", "publisher", "superuser", "shell"
PAGE_RIGHTS = ("add", "change", "publish", "bulk_delete", "lock", "unlock")
FILE_RIGHTS = ("add", "change", "delete", "choose")
# What is written by whoever tries a route: it must never reach a visitor.
FOREIGN = "未经审查"
# What stands in drafts only: no visitor may read it either.
DRAFT_WORD = "尚未公开"


class Scene:
    """Keys of what was built; each attribute reads its row anew."""

    def __init__(self, world, rows):
        self.world = world
        self.keys = {name: (type(row), row.pk) for name, row in rows.items()}

    def __getattr__(self, name):
        if name.startswith("__") or name not in self.keys:
            raise AttributeError(name)
        model, key = self.keys[name]
        return model._base_manager.get(pk=key)


def build():
    """Everything that a route may be aimed at:

    ``item`` public, with ``document`` and ``image`` in use · ``draft`` never public, with ``draft_document`` ·
    ``reviewed`` under review with two of four approvals · ``scheduled`` approved for the day after tomorrow ·
    ``item_alias`` the item in English, following it ·
    ``revised`` public, with a draft of a second edition (its first revision is ``revised.revisions.first()``) ·
    ``news`` and ``news_draft``, pages of the site that a setting guards, with child rows · ``notice`` and
    ``notice_draft``, snippets that a setting guards · ``section``, the ordinary page above the news · ``plain``,
    ``plain_draft``, ``annex``, ``memo`` and ``memo_draft``, which nothing guards ·
    ``editor``, ``publisher`` and ``superuser``, who try, ``outsider``, who has no right on any page · ``collection`` with the files of items, ``library`` with
    ``free_document``, ``private``, which visitors may not read, ``english``, a second language.
    """
    world = factories.world()
    rows = {"home": Page.objects.get(pk=world.site.root_page_id), "catalogue": world.catalogue}
    rows |= {"folder": world.folder, "other_folder": world.other_folder, "site": world.site}
    rows["english"] = Locale.objects.get_or_create(language_code="en")[0]
    rows |= _people(world)
    rows |= _files(world)
    rows |= _items(world, rows)
    rows |= _of_the_site(world, rows)
    rows |= more.build(world, rows)
    return Scene(world, rows)


def _people(world):
    group = _publishers(world)
    return {
        "editor": world.people.officer,
        "publisher": factories.user("publisher", groups=[group], name="吴发"),
        "superuser": world.people.root,
        "outsider": factories.user("outsider"),
        "publishers": group,
    }


def _publishers(world):
    """Everything that Wagtail's own permissions can give, on the whole site: a moderator and more."""
    group = Group.objects.create(name="publishers")
    root = Page.objects.get(depth=1)
    for right in PAGE_RIGHTS:
        permission = Permission.objects.get(
            content_type=ContentType.objects.get_for_model(Page), codename=f"{right}_page"
        )
        GroupPagePermission.objects.create(group=group, page=root, permission=permission)
    everywhere = Collection.get_first_root_node()
    for model in (get_document_model(), get_image_model()):
        for right in FILE_RIGHTS:
            permission = Permission.objects.get(codename=f"{right}_{model._meta.model_name}")
            GroupCollectionPermission.objects.create(
                group=group, collection=everywhere, permission=permission
            )
    for model in (Notice, Memo):
        group.permissions.add(
            *Permission.objects.filter(content_type=ContentType.objects.get_for_model(model))
        )
    group.permissions.add(
        *Permission.objects.filter(codename__in=["submit_translation", "add_redirect", "change_redirect"])
    )
    return group


def _files(world):
    collection = roles.collection_of(Department.objects.get(pk=world.office.pk))
    library = Collection.get_first_root_node().add_child(name="资料")
    private = Collection.get_first_root_node().add_child(name="内部")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    document = get_document_model()
    own = {"collection": collection, "uploaded_by_user": world.people.officer}
    return {
        "collection": collection,
        "document": document.objects.create(title="附件", file=ContentFile(b"approved", "a.txt"), **own),
        "draft_document": document.objects.create(
            title=DRAFT_WORD, file=ContentFile(DRAFT_WORD.encode(), "draft.txt"), **own
        ),
        "library": library,
        "private": private,
        "free_document": document.objects.create(
            title="自由", file=ContentFile(b"free", "f.txt"), collection=library
        ),
        "image": get_image_model().objects.create(title="图片", file=get_test_image_file(), **own),
    }


def _items(world, rows):
    body = [("paragraph", "<p>现将有关事项通知如下。</p>"), ("image", rows["image"])]
    item = factories.draft(world, "公开的通知", body=body)
    item.attachments.add(Attachment(document=rows["document"]))
    item.save_revision(user=world.people.officer)
    item = factories.publish(world, EntryPage.objects.get(pk=item.pk))
    draft = factories.draft(world, f"{DRAFT_WORD}的草稿")
    draft.attachments.add(Attachment(document=rows["draft_document"]))
    draft.save_revision(user=world.people.officer)
    reviewed = factories.draft(world, f"{DRAFT_WORD}的审查中")
    actions.submit(reviewed, world.people.officer)
    for reviewer in (world.people.head, world.people.secrecy):
        factories.approve_step(reviewed, reviewer)
    scheduled = factories.draft(world, f"{DRAFT_WORD}的定时", go_live_at=timezone.now() + days(2))
    factories.publish(world, scheduled)
    revised = factories.published(world, "第一版")
    edition = EntryPage.objects.get(pk=revised.pk)
    edition.title = f"{DRAFT_WORD}的第二版"
    edition.save_revision(user=world.people.officer)
    found = {"item": item, "draft": draft, "reviewed": reviewed, "scheduled": scheduled, "revised": revised}
    return {**found, "item_alias": _in_english(item, rows)}


def _in_english(item, rows):
    """The item in a second language, as Wagtail makes it when a language is added: it follows the original."""
    english = rows["english"]
    for page in (rows["home"], rows["catalogue"], rows["folder"]):
        page.copy_for_translation(english)
    parent = rows["folder"].get_translation(english)
    return item.create_alias(
        parent=parent, update_slug=item.slug, update_locale=english, reset_translation_key=False
    )


def days(count):
    return datetime.timedelta(days=count)


def _of_the_site(world, rows):
    home = rows["home"]
    officer = world.people.officer
    drafters = factories.group_with_pages("drafters", home, "add", "change")
    for model in (Notice, Memo):
        kind = ContentType.objects.get_for_model(model)
        drafters.permissions.add(
            *Permission.objects.filter(content_type=kind, codename__regex=r"^(add|change|view)_")
        )
    section = home.add_child(instance=PlainPage(title="新闻中心", slug="section"))
    news = _news(world, section, "公开的新闻", rows["document"])
    news = factories.publish(world, news)
    news_draft = _news(world, section, f"{DRAFT_WORD}的新闻")
    notice = Notice(text="公开的公告", live=False)
    notice.lines.add(NoticeLine(text="第一行"))
    notice.save()
    notice.save_revision(user=officer)
    notice = factories.publish(world, notice)
    notice_draft = Notice.objects.create(text=f"{DRAFT_WORD}的公告", live=False)
    notice_draft.save_revision(user=officer)
    plain = section.add_child(instance=PlainPage(title="普通页面", slug="plain", body="<p>自由</p>"))
    plain.save_revision(user=officer)
    plain.body = "<p>自由的页面</p>"
    plain.save_revision(user=officer).publish()
    annex = home.add_child(instance=PlainPage(title="附属", slug="annex"))
    annex.add_child(instance=PlainPage(title="附属之下", slug="below"))
    plain_draft = section.add_child(instance=PlainPage(title="普通草稿", slug="plain-draft", live=False))
    plain_draft.save_revision(user=officer)
    memo = Memo.objects.create(text="备忘", live=True)
    memo.save_revision(user=officer)
    memo.text = "备忘录"
    memo.save_revision(user=officer).publish()
    memo_draft = Memo.objects.create(text="备忘草稿", live=False)
    memo_draft.save_revision(user=officer)
    return {
        "section": section,
        "news": news,
        "news_draft": news_draft,
        "notice": notice,
        "notice_draft": notice_draft,
        "plain": plain,
        "plain_draft": plain_draft,
        "annex": annex,
        "memo": memo,
        "memo_draft": memo_draft,
    }


def _news(world, section, title, document=None):
    news = NewsPage(
        title=title, slug=f"news-{next(factories.counter)}", live=False, owner=world.people.officer
    )
    news.body = f"<p>{title}</p>"
    section.add_child(instance=news)
    news.links.add(NewsLink(text="链接", document=document))
    news.save_revision(user=world.people.officer)
    return NewsPage.objects.get(pk=news.pk)
