"""P7: an officer works on the own department's items and learns of no other's drafts, on every URL of the admin."""

import copy
import json
import re
import uuid

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import GroupPagePermission, Locale, Page
from wagtail.rich_text import RichText
from wagtail_localize.models import Translation, TranslationSource

from tests import factories
from tests.testapp.models import PlainPage
from wagtail_disclosure.catalogue.models import Attachment
from wagtail_disclosure.departments import roles
from wagtail_disclosure.departments.models import Department, DepartmentMember
from wagtail_disclosure.publishing import actions, file_scope

SECRET = "尚未公开的另一处室文稿"
# Arguments that name no page: records that have their own rights, files (a test of their own), words.
OTHER_ARGUMENTS = {
    *("collection_id", "document_id", "doc_id", "image_id", "uploaded_file_id", "string_segment_id"),
    *(
        "overridable_segment_id",
        "workflow_pk",
        "task_id",
        "filter_spec",
        "uidb64",
        "token",
        "mode",
        "app_name",
        "key",
        "party",
        "department",
        "agency",
        "language",
        "kind",
        "report_id",
        "body_id",
        "year",
        "section",
        "code",
        "file_kind",
        "record_id",
        "finding_id",
        "agency_id",
        "duty_id",
        "number",
        "period_id",
    ),
}
# Views whose ``pk`` names something else than a page.
PK_OF_PAGES = ("wagtailadmin_pages:", "wagtailadmin_api:pages:", "disclosure_item:")
# Leaving the session, and pages that a visitor sees as well.
NOT_ASKED = {"wagtailadmin_logout", "wagtailadmin_login", "wagtailadmin_sprite", "wagtailadmin_error_test"}


@pytest.fixture(scope="module")
def built_scene(built_world):
    world = copy.deepcopy(built_world)
    GroupPagePermission.objects.all().delete()
    other_officer = factories.user("other-officer")
    DepartmentMember.objects.create(department=world.other, user=other_officer, role="officer")
    for department in (world.office, world.other):
        roles.sync(department)
    world.public = factories.published(world, "公开价目", folder=world.other_folder, by=other_officer)
    world.own = factories.draft(world, "本处室文稿", folder=world.folder)
    world.foreign = factories.draft(
        world, SECRET, folder=world.other_folder, department=world.other, by=other_officer
    )
    actions.submit(world.foreign, other_officer)
    world.foreign = type(world.foreign).objects.get(pk=world.foreign.pk)
    world.other_officer = other_officer
    return world


@pytest.fixture
def scene(built_scene, db):
    """Two departments with an officer each; the second has a draft under review and a public item."""
    return copy.deepcopy(built_scene)


def named(view, *args, **query):
    text = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(view, args=args) + (f"?{text}" if text else "")


def admin_views(patterns=None, namespaces=()):
    """Every named view of the admin, as (full name, arguments)."""
    if patterns is None:
        patterns = next(
            each for each in get_resolver().url_patterns if str(each.pattern) == "admin/"
        ).url_patterns
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            below = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from admin_views(pattern.url_patterns, below)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield ":".join([*namespaces, pattern.name]), set(pattern.pattern.regex.groupindex)


def values(world):
    """What each argument of an address is filled with, so that it leads to the foreign draft."""
    page, state = world.foreign, world.foreign.current_workflow_task_state
    session = EditingSession.objects.create(
        user=world.other_officer,
        content_type=ContentType.objects.get_for_model(Page),
        object_id=str(page.pk),
        last_seen_at=timezone.now(),
    )
    source, _created = TranslationSource.get_or_create_from_instance(page)
    english = Locale.objects.get_or_create(language_code="en")[0]
    translation = Translation.objects.get_or_create(source=source, target_locale=english)[0]
    return {
        **dict.fromkeys(("page_id", "page_pk", "page_to_move_id", "parent_page_id", "pk"), page.pk),
        "destination_id": page.pk,
        "revision_id": page.latest_revision_id,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "workflow_state_id": page.current_workflow_state.pk,
        "task_state_id": state.pk,
        "action_name": "approve",
        **dict.fromkeys(("content_type_app_name", "app_label"), "wagtail_disclosure"),
        **dict.fromkeys(("content_type_model_name", "model_name"), "entrypage"),
        "action": "delete",
        "content_type_id": ContentType.objects.get_for_model(type(page)).pk,
        "object_id": str(page.pk),
        "session_id": session.pk,
        "redirect_id": Redirect.objects.get_or_create(old_path="/alt", redirect_page_id=page.pk)[0].pk,
        "translation_id": translation.pk,
        "translation_source_id": source.pk,
        **dict.fromkeys(OTHER_ARGUMENTS, 1),
        "mode": "",
        "filter_spec": "width-100",
        "token": "x-y",
        "app_name": "wagtaildocs",
        "key": uuid.uuid4(),
        "file_kind": "xlsx",
        "workflow_pk": world.workflow.pk,
        "task_id": state.task_id,
    }


def named_in(response, title):
    text = b"".join(response.streaming_content) if response.streaming else response.content
    text = text.decode(errors="replace")
    return title in text or json.dumps(title)[1:-1] in text


def leaks(response):
    return named_in(response, SECRET)


def names_a_page(name, arguments):
    about = arguments - OTHER_ARGUMENTS - {"action_name", "action"}
    if about & {"pk", "object_id"} and not about & {"page_id", "session_id"}:
        return name.startswith(PK_OF_PAGES) or "content_type_id" in about or "model_name" in about
    return bool(about - {"content_type_app_name", "content_type_model_name", "app_label", "model_name"})


def urls_with_arguments(world):
    """All admin URLs with arguments, filled with the foreign draft: (name, address, whether they name a page)."""
    known = values(world)
    for name, arguments in admin_views():
        if not arguments:
            continue
        filled = {each: known[each] for each in arguments}
        try:
            url = reverse(name, kwargs=filled)
        except NoReverseMatch:
            # Two routes of one name, the other of which was filled.
            url = reverse(name, kwargs={key: value or "x" for key, value in filled.items()})
        yield name, url, names_a_page(name, arguments)


def urls_about_pages(world):
    return [(name, url) for name, url, about_page in urls_with_arguments(world) if about_page]


def test_every_argument_of_an_admin_url_is_known(scene):
    """A new argument in Wagtail or wagtail-localize has to be looked at: does it name a page?"""
    unknown = {(name, each) for name, arguments in admin_views() for each in arguments - set(values(scene))}
    assert unknown == set()


def address_of(name, page):
    try:
        return reverse(name)
    except NoReverseMatch:
        # The comparison of revisions, whose arguments have no names in Wagtail 7.4.
        return reverse(name, args=[page.pk, "live", "latest"])


def other_urls(world):
    """Lists, reports, choosers and APIs without a page in their address."""
    values(world)
    for name, arguments in admin_views():
        if not arguments and name not in NOT_ASKED:
            yield name, address_of(name, world.foreign)
        elif arguments and arguments <= {"content_type_app_name", "content_type_model_name"}:
            yield name, reverse(name, args=["wagtail_disclosure", "entrypage"])
    page = world.foreign.pk
    yield "chosen", named("wagtailadmin_choose_page_chosen_multiple", id=page)
    yield "chosen items", named("disclosure_item:chosen_multiple", id=page)
    yield "choose in folder", named("wagtailadmin_choose_page_child", world.other_folder.pk)
    yield "explore folder", named("wagtailadmin_explore", world.other_folder.pk)
    yield "explore catalogue", named("wagtailadmin_explore", world.catalogue.pk)
    yield "api", f"/admin/api/main/pages/?child_of={world.other_folder.pk}"
    yield "api", f"/admin/api/main/pages/{page}/"
    for action in ("delete", "move", "publish", "unpublish"):
        yield f"bulk {action}", named("wagtail_bulk_action", "wagtailcore", "page", action, id=page)
        yield (
            f"bulk {action} all",
            named(
                "wagtail_bulk_action", "wagtailcore", "page", action, id="all", childOf=world.other_folder.pk
            ),
        )
        yield (
            f"bulk {action} everything",
            named("wagtail_bulk_action", "wagtailcore", "page", action, id="all"),
        )


@pytest.mark.parametrize("who", ["officer", "outsider"])
def test_no_url_about_a_page_shows_a_foreign_draft(client, scene, who):
    person = scene.people.officer if who == "officer" else factories.user("outsider")
    client.force_login(person)
    asked, wrong = 0, []
    for name, url in urls_about_pages(scene):
        for send in (client.get, client.post):
            for headers in ({}, {"x-requested-with": "XMLHttpRequest"}):
                response = send(url, headers=headers)
                asked += 1
                if leaks(response) or response.status_code not in (302, 403, 404, 405):
                    wrong.append((name, send.__name__, response.status_code))
    assert wrong == []
    assert asked > 200


@pytest.mark.parametrize("who", ["officer", "outsider"])
def test_no_list_report_chooser_or_api_names_a_foreign_draft(client, scene, who):
    person = scene.people.officer if who == "officer" else factories.user("outsider")
    client.force_login(person)
    wrong = [
        (name, url)
        for name, url in other_urls(scene)
        for query in ("", f"{'&' if '?' in url else '?'}q=尚未")
        if leaks(client.get(url + query))
    ]
    assert wrong == []


@pytest.mark.parametrize("who", ["officer", "outsider"])
def test_no_url_with_any_argument_names_a_foreign_draft(client, scene, who):
    client.force_login(scene.people.officer if who == "officer" else factories.user("outsider"))
    wrong = [
        name
        for name, url, about_page in urls_with_arguments(scene)
        if not about_page and leaks(client.get(url))
    ]
    assert wrong == []


def test_nothing_was_changed_by_asking(client, scene):
    before = (scene.foreign.latest_revision_id, scene.foreign.current_workflow_task_state.pk)
    client.force_login(scene.people.officer)
    for _name, url in urls_about_pages(scene):
        client.post(url, {"title": "改", "slug": "changed"})
    after = type(scene.foreign).objects.get(pk=scene.foreign.pk)
    assert (after.latest_revision_id, after.current_workflow_task_state.pk) == before
    assert Page.objects.filter(pk=scene.foreign.pk, title=SECRET).exists()


OWN = ["edit", "view_draft", "delete", "copy", "usage", "history", "workflow_history", "move"]


@pytest.mark.parametrize("view", OWN)
def test_an_officer_opens_the_own_draft(client, scene, view):
    client.force_login(scene.people.officer)
    assert client.get(named(f"wagtailadmin_pages:{view}", scene.own.pk)).status_code == 200


@pytest.mark.parametrize("view", OWN)
def test_a_superuser_opens_every_draft(client, scene, view):
    client.force_login(scene.people.root)
    response = client.get(named(f"wagtailadmin_pages:{view}", scene.foreign.pk))
    assert response.status_code == 200 or view in ("delete", "move")


def test_an_officer_adds_below_the_own_folder_only(client, scene):
    client.force_login(scene.people.officer)
    kind = ("wagtail_disclosure", "entrypage")
    assert client.get(named("wagtailadmin_pages:add", *kind, scene.folder.pk)).status_code == 200
    assert client.get(named("wagtailadmin_pages:add", *kind, scene.other_folder.pk)).status_code != 200


def test_the_holder_of_the_step_that_waits_reads_the_draft(client, scene):
    head = factories.user("other-head")
    DepartmentMember.objects.create(department=scene.other, user=head, role="reviewer")
    client.force_login(head)
    assert client.get(named("wagtailadmin_pages:edit", scene.foreign.pk)).status_code == 200
    client.force_login(scene.people.leader)
    assert client.get(named("wagtailadmin_pages:edit", scene.foreign.pk)).status_code == 302


def choosable(client, page):
    return client.get(named("wagtailadmin_choose_page_chosen_multiple", id=page.pk)).status_code == 200


def test_what_is_public_and_the_own_drafts_can_be_chosen(client, scene):
    client.force_login(scene.people.officer)
    assert choosable(client, scene.own) and choosable(client, scene.public)
    assert not choosable(client, scene.foreign)
    listing = client.get(named("wagtailadmin_choose_page_child", scene.other_folder.pk))
    assert named_in(listing, "公开价目")


def test_the_next_title_of_a_public_item_is_not_given_away(client, scene):
    draft = scene.public.get_latest_revision_as_object()
    draft.title = SECRET
    draft.save_revision(user=scene.other_officer)
    client.force_login(scene.people.officer)
    public = type(scene.public).objects.get(pk=scene.public.pk)
    assert not choosable(client, public)
    assert not leaks(client.get(named("wagtailadmin_choose_page_child", scene.other_folder.pk)))


def test_officers_explore_their_own_folder(client, scene):
    client.force_login(scene.people.officer)
    own = client.get(named("wagtailadmin_explore", scene.folder.pk))
    assert own.status_code == 200 and "本处室文稿" in own.content.decode()
    assert client.get(named("wagtailadmin_explore", scene.other_folder.pk)).status_code == 302


@pytest.mark.parametrize("who", ["head", "secrecy", "copy", "leader"])
def test_reviewers_cannot_add_or_change_pages(scene, who):
    person = getattr(scene.people, who)
    for page in (scene.folder, scene.own, scene.catalogue):
        allowed = Page.objects.get(pk=page.pk).specific.permissions_for_user(person)
        assert not allowed.can_add_subpage() and not allowed.can_edit() and not allowed.can_publish()


def test_after_leaving_the_department_an_officer_is_shut_out(
    client, scene, django_capture_on_commit_callbacks
):
    client.force_login(scene.people.officer)
    edit = named("wagtailadmin_pages:edit", scene.own.pk)
    assert client.get(edit).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        DepartmentMember.objects.filter(user=scene.people.officer).delete()
    assert client.get(edit).status_code == 302


def test_files_belong_to_the_department(client, scene):
    for department in (scene.office, scene.other):
        department.refresh_from_db()
    make = get_document_model().objects.create
    own = make(title="本处室附件", file="own.txt", collection=scene.office.collection)
    foreign = make(title=SECRET, file="foreign.txt", collection=scene.other.collection)
    client.force_login(scene.people.officer)
    for view in ("wagtaildocs:index", "wagtaildocs_chooser:choose"):
        listing = client.get(reverse(view))
        assert named_in(listing, "本处室附件") and not leaks(listing), view
    assert client.get(reverse("wagtaildocs:edit", args=[own.pk])).status_code == 200
    for view in ("edit", "delete"):
        response = client.get(reverse(f"wagtaildocs:{view}", args=[foreign.pk]))
        assert response.status_code == 302 and not leaks(response)
    assert set(Department.objects.values_list("collection__name", flat=True)) == {"办公室", "价格管理科"}


def file_of(department, title="附件"):
    department.refresh_from_db()
    return get_document_model().objects.create(
        title=title, file=ContentFile(b"text", name="attachment.txt"), collection=department.collection
    )


@pytest.fixture
def served(client, settings):
    """Whether the session gets the bytes of a document. The storage of the tests has no paths to send from."""
    settings.WAGTAILDOCS_SERVE_METHOD = "redirect"
    return lambda document: client.get(document.url).status_code == 302


def test_a_file_reaches_visitors_with_the_item_that_uses_it_and_no_longer(scene, served):
    document = file_of(scene.office)
    page = factories.draft(scene, "附有文件的通知")
    page.attachments.add(Attachment(document=document))
    page.save_revision(user=scene.people.officer)
    assert not served(document)
    page = factories.publish(scene, page)
    assert served(document)
    actions.withdraw(page, scene.people.root, reason="secrecy", explanation="演练")
    assert not served(document)


def in_review_with_file(world):
    """A file of the office that stands in a draft under review only, and not yet in the stored row."""
    document = file_of(world.office)
    page = factories.draft(world, "附有文件的送审稿")
    page.attachments.add(Attachment(document=document))
    page.save_revision(user=world.people.officer)
    actions.submit(page, world.people.officer)
    return document


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("officer", True),
        ("head", True),
        ("secrecy", True),
        ("leader", True),
        ("root", True),
        ("other", False),
        ("outsider", False),
    ],
)
def test_a_file_of_a_draft_is_read_by_those_who_may_see_the_draft(client, scene, served, who, reads):
    document = in_review_with_file(scene)
    roles.grant_files(scene.office.officers_group, scene.office.collection)
    people = {"other": scene.other_officer, "outsider": None}
    person = people.get(who) or getattr(scene.people, who, None) or factories.user("outsider")
    client.force_login(person)
    assert served(document) is reads


def test_a_file_that_no_draft_under_review_uses_stays_in_its_department(client, scene, served):
    document = file_of(scene.office)
    for person, reads in ((scene.people.secrecy, False), (scene.people.head, True)):
        client.force_login(person)
        assert served(document) is reads


def test_a_file_of_no_department_is_kept_back_while_only_a_draft_uses_it(client, scene, served):
    document = get_document_model().objects.create(title="通用", file=ContentFile(b"text", name="common.txt"))
    page = factories.draft(scene, "附有文件的通知")
    page.attachments.add(Attachment(document=document))
    page.save()
    assert not served(document)
    client.force_login(scene.other_officer)
    assert not served(document)
    client.force_login(scene.people.officer)
    assert served(document)


@pytest.mark.parametrize(
    "body",
    [
        [("image", "value")],
        [("paragraph", '<p><a linktype="document" id="{key}">附件</a></p>')],
        [("paragraph", '<p><a href="/documents/{key}/draft.txt">附件</a></p>')],
    ],
    ids=["chosen", "linked", "typed"],
)
def test_a_file_of_no_department_is_kept_back_however_a_stored_draft_names_it(scene, served, body):
    page = factories.draft(scene, "附有文件的通知")
    if body[0][0] == "image":
        file = get_image_model().objects.create(title="通用", file=get_test_image_file())
        page.body = [("image", file)]
    else:
        file = get_document_model().objects.create(title="通用", file=ContentFile(b"text", name="draft.txt"))
        page.body = [(name, RichText(text.format(key=file.pk))) for name, text in body]
    page.save_revision(user=scene.people.officer)
    assert file_scope.is_kept_back(file)


def test_a_look_for_drafts_with_a_file_reads_none_that_only_has_its_digits_elsewhere(
    scene, django_assert_max_num_queries
):
    document = get_document_model().objects.create(
        pk=12, title="通用", file=ContentFile(b"text", name="common.txt")
    )
    for _count in range(5):
        page = factories.draft(scene, "2026年12月12日第12号、金额112.12元的通知")
        page.keywords = "12-12 09:12:12"
        page.save_revision(user=scene.people.officer)
    with CaptureQueriesContext(connection) as few:
        assert not file_scope.is_kept_back(document)
    for _count in range(5):
        factories.draft(scene, "2026年12月12日的通知")
    with django_assert_max_num_queries(len(few)):
        assert not file_scope.is_kept_back(document)


def test_files_of_ordinary_pages_and_of_no_department_are_served_as_ever(scene, served):
    document = file_of(scene.office)
    body = f'<p><a linktype="document" id="{document.pk}">附件</a></p>'
    scene.site.root_page.add_child(instance=PlainPage(title="新闻", slug="news", body=body))
    assert served(document)
    root = get_document_model().objects.create(title="通用", file=ContentFile(b"text", name="common.txt"))
    assert served(root)


def test_the_reports_menu_offers_no_report_that_would_be_refused(client, scene):
    values(scene)
    reports = [
        reverse("wagtailadmin_reports:page_types_usage"),
        reverse("wagtail_localize:translations_report"),
    ]
    for person, shown in ((scene.people.officer, False), (scene.people.root, True)):
        client.force_login(person)
        home = client.get(reverse("wagtailadmin_home")).content.decode()
        assert [report in home for report in reports] == [shown, shown]


def picture(name, collection=None):
    image = get_image_model()(title="照片", file=get_test_image_file(filename=name))
    if collection is not None:
        image.collection = collection
    image.save()
    return image


def test_nobody_guesses_the_address_of_a_departments_image(scene):
    scene.office.refresh_from_db()
    image = picture("photo.png", scene.office.collection)
    assert re.fullmatch(r"original_images/[0-9a-f]{24}-photo.*\.png", image.file.name)
    token = image.file.name.split("/")[1].split("-")[0]
    assert token in image.get_rendition("width-100").file.name
    image.title = "另一标题"
    image.save()
    assert token in get_image_model().objects.get(pk=image.pk).file.name


def test_a_long_name_of_an_image_keeps_what_nobody_guesses(scene):
    scene.office.refresh_from_db()
    image = picture(f"{'长' * 120}.png", scene.office.collection)
    assert re.match(r"original_images/[0-9a-f]{24}-", image.file.name)


def test_images_of_no_department_keep_their_names(scene):
    assert picture("banner.png").file.name.startswith("original_images/banner")
