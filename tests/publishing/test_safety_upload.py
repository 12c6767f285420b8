"""Uploads: a file that is accepted nowhere is refused with a sentence, and nothing else is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.documents.forms import get_document_form
from wagtail.images import get_image_model
from wagtail.models import Collection

from tests import factories
from tests import sample_files as make

pytestmark = pytest.mark.django_db
PROGRAM = b"MZ" + b"\0" * 100


@pytest.fixture
def admin(client):
    client.force_login(factories.user("webmaster", superuser=True))
    return client


def upload(name, data):
    return SimpleUploadedFile(name, data)


def documents():
    return get_document_model().objects


def test_a_document_is_accepted_by_its_content(admin):
    data = {
        "title": "通知",
        "file": upload("通知.docx", make.word()),
        "collection": Collection.get_first_root_node().pk,
    }
    assert admin.post(reverse("wagtaildocs:add"), data).status_code == 302
    assert documents().get().title == "通知"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("通知.docx", PROGRAM, "EXE"),
        ("通知.pdf", make.word(), "DOCX"),
        ("通知.txt", b"<html><script>x</script>", "HTML"),
        ("run.exe", PROGRAM, "EXE"),
        ("空.pdf", b"\0\0", "PDF"),
        ("a.zip", make.archive({"a.exe": PROGRAM}), "EXE"),
    ],
)
def test_a_document_that_is_not_what_it_says_is_refused(admin, name, data, said):
    form = {"title": "通知", "file": upload(name, data), "collection": Collection.get_first_root_node().pk}
    response = admin.post(reverse("wagtaildocs:add"), form)
    assert response.status_code == 200 and not documents().exists()
    errors = " ".join(response.context["form"].errors["file"])
    assert name in errors and said in errors.upper()
    assert "通知" in response.content.decode(), "the title is kept"


def test_files_larger_than_the_limit_are_refused(admin, settings):
    settings.WAGTAIL_DISCLOSURE = {"FILE_MAX_BYTES": 1000}
    form = {"title": "通知", "file": upload("a.txt", b"x" * 1001)}
    assert "file" in admin.post(reverse("wagtaildocs:add"), form).context["form"].errors


def test_of_many_files_the_bad_one_is_refused_and_the_others_are_kept(admin):
    url = reverse("wagtaildocs:add_multiple")
    root = Collection.get_first_root_node().pk

    def send(name, data):
        sent = {"title": name, "files[]": upload(name, data), "collection": root}
        return admin.post(url, sent, headers={"X-Requested-With": "XMLHttpRequest"}).json()

    assert send("a.docx", make.word())["success"]
    answer = send("b.docx", PROGRAM)
    assert not answer["success"] and "EXE" in answer["error_message"]
    assert documents().count() == 1


def test_the_chooser_refuses_with_the_same_words(admin):
    form = {
        "document-chooser-upload-title": "通知",
        "document-chooser-upload-file": upload("b.docx", PROGRAM),
        "document-chooser-upload-collection": Collection.get_first_root_node().pk,
    }
    response = admin.post(reverse("wagtaildocs_chooser:create"), form)
    assert "EXE" in response.content.decode() and not documents().exists()


def test_a_document_keeps_its_file_when_the_new_one_is_refused(admin):
    root = Collection.get_first_root_node().pk
    admin.post(
        reverse("wagtaildocs:add"),
        {"title": "通知", "file": upload("a.docx", make.word()), "collection": root},
    )
    document = documents().get()
    url = reverse("wagtaildocs:edit", args=[document.pk])
    admin.post(url, {"title": "改名", "file": upload("b.docx", PROGRAM), "collection": root})
    assert documents().get().file.read() == document.file.read()
    assert admin.post(url, {"title": "改名", "collection": root}).status_code == 302
    assert documents().get().title == "改名"


def test_pictures_are_looked_at_too(admin, settings):
    root = Collection.get_first_root_node().pk
    good = {"title": "图", "file": upload("a.png", make.picture("PNG")), "collection": root}
    assert admin.post(reverse("wagtailimages:add"), good).status_code == 302
    settings.WAGTAIL_DISCLOSURE = {"FILE_TYPES": ["jpg"]}
    response = admin.post(
        reverse("wagtailimages:add"),
        {"title": "图", "file": upload("a.png", make.picture("PNG")), "collection": root},
    )
    assert "file" in response.context["form"].errors and get_image_model().objects.count() == 1


def test_the_form_that_the_api_uses_refuses():
    form_class = get_document_form(get_document_model())
    root = Collection.get_first_root_node().pk
    form = form_class(
        {"title": "通知", "collection": root},
        {"file": upload("a.docx", PROGRAM)},
        user=factories.user("api", superuser=True),
    )
    assert not form.is_valid() and "file" in form.errors


def test_the_form_of_a_file_says_what_was_found_in_it(admin):
    data = {
        "title": "通知",
        "file": upload("通知.docx", make.word(author="张三")),
        "collection": Collection.get_first_root_node().pk,
    }
    admin.post(reverse("wagtaildocs:add"), data)
    text = admin.get(reverse("wagtaildocs:edit", args=[documents().get().pk])).content.decode()
    assert "张三" in text and "文件属性中有姓名或单位名称" in text


def test_the_form_of_a_file_that_is_gone_opens_all_the_same(admin):
    data = {
        "title": "通知",
        "file": upload("通知.docx", make.word(author="张三")),
        "collection": Collection.get_first_root_node().pk,
    }
    admin.post(reverse("wagtaildocs:add"), data)
    document = documents().get()
    document.file.storage.delete(document.file.name)
    response = admin.get(reverse("wagtaildocs:edit", args=[document.pk]))
    assert response.status_code == 200 and "张三" not in response.content.decode()
