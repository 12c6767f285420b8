"""Files of public items: the bytes, titles and descriptions that were approved, and as readable as then."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, CollectionViewRestriction, GroupCollectionPermission

from tests import factories
from wagtail_disclosure.catalogue.models import Attachment, Category, EntryPage
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.errors import GateRefused, NotYourReview
from wagtail_disclosure.publishing.models import Approval

pytestmark = pytest.mark.django_db
Document = get_document_model()


@pytest.fixture
def world(settings, tmp_path, world):
    settings.MEDIA_ROOT = tmp_path
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    return world


def fresh(item):
    return type(item).objects.get(pk=item.pk)


def document(title="附件", content=b"one", **fields):
    return Document.objects.create(title=title, file=ContentFile(content, "a.txt"), **fields)


def draft_with(world, file):
    page = factories.draft(world)
    page.attachments.add(Attachment(document=file))
    page.save_revision(user=world.people.officer)
    return fresh(page)


def published_with(world, file):
    return factories.publish(world, draft_with(world, file))


def served(client, file):
    response = client.get(file.url)
    return b"".join(response.streaming_content) if response.status_code == 200 else None


def edit(client, row, **data):
    values = {"title": row.title, "collection": row.collection_id, "tags": "", **data}
    return client.post(reverse("wagtaildocs:edit", args=[row.pk]), values)


def test_a_public_file_is_not_replaced_in_the_admin_and_its_bytes_stay(world, client):
    file = document()
    published_with(world, file)
    client.force_login(world.people.root)
    response = edit(client, file, file=SimpleUploadedFile("b.txt", b"two"))
    assert "附件" in response.content.decode()
    assert response.context["form"].errors
    client.logout()
    assert served(client, fresh(file)) == b"one"


def test_the_file_of_a_draft_is_replaced(world, client):
    file = document()
    draft_with(world, file)
    client.force_login(world.people.root)
    edit(client, file, file=SimpleUploadedFile("b.txt", b"two"))
    assert served(client, fresh(file)) == b"two"


def test_tags_of_a_public_file_change(world, client):
    file = document()
    published_with(world, file)
    client.force_login(world.people.root)
    edit(client, file, tags="年度")
    assert list(fresh(file).tags.names()) == ["年度"]


@pytest.mark.parametrize(
    "changes", [{"title": "改名"}, {"description": "改写"}, {"focal_point_x": 1, "focal_point_y": 1}]
)
def test_what_a_public_image_shows_stays(world, changes):
    image = get_image_model().objects.create(title="图", file=get_test_image_file())
    page = factories.draft(world, body=[("image", image)])
    factories.publish(world, page)
    for name, value in changes.items():
        setattr(image, name, value)
    with pytest.raises(GateRefused):
        image.save()


def restricted(name="内部"):
    collection = Collection.get_first_root_node().add_child(name=name)
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    return collection


def test_a_public_file_does_not_move_where_the_public_may_not_read(world, client):
    file = document()
    published_with(world, file)
    file.collection = restricted()
    with pytest.raises(GateRefused), transaction.atomic():
        file.save()
    assert served(client, fresh(file)) == b"one"


def test_a_public_file_moves_between_open_collections(world, client):
    file = document()
    published_with(world, file)
    file.collection = Collection.get_first_root_node().add_child(name="公开")
    file.save()
    assert served(client, fresh(file)) == b"one"


def test_a_collection_with_public_files_does_not_become_private(world, client):
    file = document(collection=Collection.get_first_root_node().add_child(name="附件"))
    published_with(world, file)
    with pytest.raises(GateRefused), transaction.atomic():
        CollectionViewRestriction.objects.create(collection=file.collection, restriction_type="login")
    assert served(client, file) == b"one"


def test_a_collection_without_public_files_becomes_private(world):
    file = document(collection=Collection.get_first_root_node().add_child(name="附件"))
    draft_with(world, file)
    CollectionViewRestriction.objects.create(collection=file.collection, restriction_type="login")
    assert CollectionViewRestriction.objects.count() == 1


def test_a_new_file_voids_the_approvals_of_the_draft_that_uses_it(world):
    file = document()
    page = draft_with(world, file)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    file.file = ContentFile(b"two", "b.txt")
    file.save()
    assert not Approval.objects.filter(voided_at=None).exists()
    assert fresh(page).current_workflow_task_state.task.name == world.tasks[0].name
    factories.approve_step(page, world.people.head)


def test_who_uploaded_the_file_does_not_review_it(world):
    page = draft_with(world, document(uploaded_by_user=world.people.head))
    actions.submit(page, world.people.officer)
    with pytest.raises(NotYourReview):
        factories.approve_step(page, world.people.head)


@pytest.mark.parametrize(
    ("data", "may_review"),
    [({"file": SimpleUploadedFile("b.txt", b"two")}, False), ({"tags": "价格"}, True)],
    ids=["bytes", "tags"],
)
def test_who_changed_the_file_of_a_draft_does_not_review_it(world, client, data, may_review):
    file = document()
    page = draft_with(world, file)
    world.people.head.groups.add(keepers_of_files())
    client.force_login(world.people.head)
    edit(client, file, **data)
    actions.submit(page, world.people.officer)
    if may_review:
        factories.approve_step(page, world.people.head)
    else:
        with pytest.raises(NotYourReview):
            factories.approve_step(page, world.people.head)


def keepers_of_files():
    group = Group.objects.create(name="keepers of files")
    for codename in ("add_document", "change_document", "choose_document"):
        permission = Permission.objects.get(codename=codename)
        root = Collection.get_first_root_node()
        GroupCollectionPermission.objects.create(group=group, collection=root, permission=permission)
    return group


def test_who_uploaded_a_file_that_was_public_already_reviews_the_next_edition(world):
    file = document()
    page = published_with(world, file)
    Document.objects.filter(pk=file.pk).update(uploaded_by_user=world.people.head)
    page.title = "第二版"
    page.save_revision(user=world.people.officer)
    factories.publish(world, fresh(page))
    assert fresh(page).title == "第二版"


# What drafts and public items refer to


def test_a_file_that_only_a_draft_uses_is_not_deleted_from_under_it(world, client):
    file = document()
    page = draft_with(world, file)
    with pytest.raises(PermissionDenied), transaction.atomic():
        file.delete()
    client.force_login(world.people.root)
    assert client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200


def test_a_file_that_an_earlier_draft_used_is_deleted(world):
    file = document()
    page = draft_with(world, file)
    page = page.get_latest_revision_as_object()
    page.attachments.set([])
    page.save_revision(user=world.people.officer)
    file.delete()
    assert not Document.objects.exists()


def test_a_category_that_a_draft_uses_is_not_deleted(world):
    category = Category.objects.create(
        scheme=world.scheme, code="0199", name="新类", parent=world.parent_category
    )
    page = factories.draft(world)
    page.category = category
    page.save_revision(user=world.people.officer)
    with pytest.raises(PermissionDenied):
        category.delete()


def test_what_a_public_item_names_as_its_successor_is_not_deleted(world):
    successor = factories.draft(world, "新文件")
    page = factories.draft(world, validity="replaced", replaced_by=successor)
    page = factories.publish(world, page)
    with pytest.raises(GateRefused), transaction.atomic():
        successor.delete()
    assert fresh(page).replaced_by_id == successor.pk


def test_what_only_a_draft_names_as_its_successor_is_deleted(world):
    successor = factories.draft(world, "新文件")
    factories.draft(world, validity="replaced", replaced_by=successor)
    successor.delete()
    assert not EntryPage.objects.filter(title="新文件").exists()
