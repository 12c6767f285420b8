"""Importing in the admin: upload, report, confirmation; for those who may, and into their own departments only."""

import io
import zipfile

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Locale

from tests import factories
from tests.interchange.conftest import ROW
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.interchange.models import SILENCE, ImportBatch, ImportPart
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.review.findings import findings_of

pytestmark = pytest.mark.django_db
UPLOAD = "disclosure_imports:upload"


@pytest.fixture
def importer(world, client):
    """The officer, with the permission to import, logged in."""
    group = Group.objects.create(name="importers")
    group.permissions.add(Permission.objects.get(codename="add_importbatch"))
    world.people.officer.groups.add(group)
    client.force_login(world.people.officer)
    return world.people.officer


def archive(**files):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "/"), content)
    return output.getvalue()


def upload(client, source, files=None, **options):
    packed = archive(**{"notice.txt": "现将有关事项通知如下。"}) if files is None else files
    data = {"manifest": SimpleUploadedFile("manifest.csv", source.path.read_bytes()), **options}
    if packed:
        data["files"] = SimpleUploadedFile("files.zip", packed)
    return client.post(reverse(UPLOAD), data)


def batch_url(batch=None):
    return reverse("disclosure_imports:inspect", args=[(batch or ImportBatch.objects.get()).pk])


@pytest.fixture
def confirm(client, django_capture_on_commit_callbacks):
    """Confirm the import and wait for it."""

    def confirm(url=None):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(url or batch_url(), {"confirm": ""})

    return confirm


def test_upload_report_confirm_import(world, source, client, importer, confirm):
    source.manifest({}, {"title": "坏的", "category": "错"})
    answer = upload(client, source, skip_bad_rows="on")
    assert answer.status_code == 302
    batch = ImportBatch.objects.get()
    assert batch.is_open and not EntryPage.objects.exists()
    report = client.get(batch_url()).content.decode()
    assert "错" in report
    assert confirm().status_code == 302
    page = EntryPage.objects.get()
    assert page.title == ROW["title"] and not page.live and page.owner == importer
    assert page.current_workflow_state is not None
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.DONE and not ImportPart.objects.exists()
    assert client.get(batch_url()).status_code == 200


def test_errors_are_shown_and_nothing_is_kept(world, source, client, importer):
    source.manifest({"title": "<script>alert(1)</script>", "category": "错"})
    answer = upload(client, source)
    assert answer.status_code == 200
    assert not ImportBatch.objects.exists() and not ImportPart.objects.exists()
    source.manifest({"category": "<script>alert(1)</script>"})
    assert "<script>alert" not in upload(client, source).content.decode()


def test_a_plan_can_be_discarded_and_leaves_no_texts(world, source, client, importer, confirm):
    source.manifest({})
    upload(client, source)
    client.post(batch_url(), {"discard": ""})
    assert ImportBatch.objects.get().state == ImportBatch.State.DISCARDED
    assert not ImportPart.objects.exists()
    confirm()
    assert not EntryPage.objects.exists()


def test_confirming_twice_imports_once(world, source, client, importer, confirm):
    source.manifest({})
    upload(client, source)
    for _click in range(2):
        confirm()
    assert EntryPage.objects.count() == 1


def test_a_plan_that_nobody_confirmed_is_dropped_with_the_next_upload(world, source, client, importer):
    source.manifest({})
    upload(client, source)
    ImportBatch.objects.update(created_at=timezone.now() - timezone.timedelta(days=8))
    source.manifest({"title": "别的"})
    upload(client, source)
    assert list(ImportBatch.objects.order_by("pk").values_list("state", flat=True)) == [
        "discarded",
        "planned",
    ]


def test_an_import_whose_process_ended_can_be_taken_up(world, source, client, importer, confirm):
    source.manifest({})
    upload(client, source)
    ImportBatch.objects.update(state="running", started_at=timezone.now())
    confirm()
    assert not EntryPage.objects.exists()
    ImportBatch.objects.update(started_at=timezone.now() - 2 * SILENCE)
    confirm()
    assert EntryPage.objects.count() == 1


def test_a_number_taken_after_the_report_stops_the_import(world, source, client, importer, confirm):
    source.manifest({"index_number": "620700036/2024-00001"})
    upload(client, source)
    other = factories.draft(world, "别的文件")
    from wagtail_disclosure.catalogue import numbers

    numbers.reserve_imported("620700036/2024-00001", other)
    confirm()
    batch = ImportBatch.objects.get()
    assert batch.state == ImportBatch.State.FAILED and "620700036/2024-00001" in batch.error
    assert [page.title for page in EntryPage.objects.all()] == ["别的文件"]


# Who may


def test_only_those_with_the_permission_import(world, source, client):
    source.manifest({})
    client.force_login(world.people.head)
    assert client.get(reverse(UPLOAD)).status_code == 302
    assert upload(client, source).status_code == 302
    assert client.get(reverse("disclosure_imports:index")).status_code == 302
    assert not ImportBatch.objects.exists()


def test_nobody_imports_into_a_department_that_is_not_theirs(world, source, client, importer):
    own = factories.group_with_pages("own", world.folder, "add", "change")
    importer.groups.remove(world.drafters)
    importer.groups.add(own)
    source.manifest({}, {"title": "别处", "responsible_department": "价格管理科"})
    with translation.override("en"):
        answer = upload(client, source)
    assert "价格管理科" in answer.content.decode() and not ImportBatch.objects.exists()
    source.manifest({})
    assert upload(client, source).status_code == 302


def test_the_import_of_somebody_else_cannot_be_seen_or_confirmed(world, source, client, importer, confirm):
    source.manifest({})
    upload(client, source)
    url = batch_url()
    report = reverse("disclosure_imports:report", args=[ImportBatch.objects.get().pk])
    other = factories.user("other", groups=[Group.objects.get(name="importers"), world.drafters])
    client.force_login(other)
    assert client.get(url).status_code == 302
    assert confirm(url).status_code == 302
    assert client.get(report).status_code == 302
    assert "manifest.csv" not in client.get(reverse("disclosure_imports:index")).content.decode()
    assert not EntryPage.objects.exists()
    client.force_login(world.people.root)
    assert client.get(url).status_code == 200


def test_the_report_can_be_downloaded_before_and_after(world, source, client, importer, confirm):
    source.manifest({"title": "=1+1"})
    upload(client, source)
    url = reverse("disclosure_imports:report", args=[ImportBatch.objects.get().pk])
    before = b"".join(client.get(url).streaming_content).decode("utf-8-sig")
    assert "'=1+1" in before
    confirm()
    assert "'=1+1" in b"".join(client.get(url).streaming_content).decode("utf-8-sig")


def test_a_source_key_is_no_right_to_the_item_of_another_department(world, source, client, importer):
    source.manifest({"source_key": "a1", "responsible_department": "价格管理科"})
    source.run(draft_only=True)
    importer.groups.remove(world.drafters)
    importer.groups.add(factories.group_with_pages("own", world.folder, "add", "change"))
    source.manifest({"source_key": "a1", "title": "夺过来的题名"})
    answer = upload(client, source)
    assert "该来源编号对应的信息不属于您可以编辑的范围" in answer.content.decode()
    assert ImportBatch.objects.count() == 1
    assert EntryPage.objects.get().get_latest_revision_as_object().title == ROW["title"]


def leave_department(world, importer):
    importer.groups.remove(world.drafters)


def close_account(world, importer):
    importer.is_active = False
    importer.save()


def forget_account(world, importer):
    ImportBatch.objects.update(user=None)


@pytest.mark.parametrize("happens", [leave_department, close_account, forget_account])
def test_an_import_is_written_with_the_rights_of_its_author_as_they_are_then(
    world, source, client, importer, confirm, happens
):
    source.manifest({})
    upload(client, source)
    happens(world, importer)
    client.force_login(world.people.root)
    confirm()
    batch = ImportBatch.objects.get()
    assert batch.state == ImportBatch.State.FAILED and batch.error
    assert not EntryPage.objects.exists()


def test_a_changed_item_is_left_when_the_right_to_it_was_taken_back(world, source, client, importer, confirm):
    source.manifest({"source_key": "a1"})
    source.run(user="root", draft_only=True)
    source.manifest({"source_key": "a1", "title": "新题名"})
    upload(client, source)
    importer.groups.remove(world.drafters)
    client.force_login(world.people.root)
    confirm(batch_url(ImportBatch.objects.order_by("pk").last()))
    assert ImportBatch.objects.order_by("pk").last().kept == 1
    assert EntryPage.objects.get().get_latest_revision_as_object().title == ROW["title"]


def test_a_number_left_over_is_taken_up_once(world, source, client, importer, confirm):
    source.manifest({"index_number": "620700036/2024-00001"})
    source.run(draft_only=True)
    key = EntryPage.objects.get().translation_key
    EntryPage.objects.get().delete()
    upload(client, source)
    english = Locale.objects.get_or_create(language_code="en")[0]
    other = factories.draft(world, "别的文件")
    EntryPage.objects.filter(pk=other.pk).update(translation_key=key, locale=english)
    confirm(batch_url(ImportBatch.objects.order_by("pk").last()))
    batch = ImportBatch.objects.order_by("pk").last()
    assert batch.state == ImportBatch.State.FAILED and "620700036/2024-00001" in batch.error
    assert EntryPage.objects.count() == 1


# Archives


@pytest.mark.parametrize("folder", ["", "documents/", "documents/2024/"])
def test_the_files_may_stand_in_one_folder_of_the_archive(world, source, client, importer, folder):
    source.manifest({"body_file": "notice.txt" if folder != "documents/2024/" else "2024/notice.txt"})
    packed = archive(**{f"{folder}notice.txt": "正文。", f"{folder}other.txt": "x"})
    assert upload(client, source, packed).status_code == 302


def test_names_written_by_a_chinese_system_are_found(world, source, client, importer):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as packed:
        packed.writestr("name", "正文。")
    data = output.getvalue().replace(b"name", "通知.txt".encode("gbk").ljust(8)[:4])
    raw = "通知".encode("gbk")
    assert data.count(raw) == 2
    source.manifest({"body_file": "通知.txt"})
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as packed:
        packed.writestr("abcd.txt", "正文。")
    assert upload(client, source, output.getvalue().replace(b"abcd", raw)).status_code == 302


def test_bombs_links_and_damaged_archives_are_refused(world, source, client, importer, settings):
    source.manifest({})
    settings.WAGTAIL_DISCLOSURE = {"IMPORT_MAX_UPLOAD_BYTES": 1024 * 1024}
    bomb = archive(**{"notice.txt": b"0" * (5 * 1024 * 1024)})
    for packed in (b"PK\x03\x04 damaged", b"no archive", bomb, _with_link(), b"0" * (1024 * 1024 + 1)):
        assert upload(client, source, packed).status_code == 200
    assert not ImportBatch.objects.exists()


def _with_link():
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as packed:
        entry = zipfile.ZipInfo("notice.txt")
        entry.external_attr = 0o120777 << 16
        packed.writestr(entry, "/etc/passwd")
    return output.getvalue()


def test_a_manifest_without_files_says_what_is_missing(world, source, client, importer):
    source.manifest({})
    answer = upload(client, source, b"")
    assert answer.status_code == 200 and "notice.txt" in answer.content.decode()


# Reviewers


def test_reviewers_see_what_the_import_noticed(world, source):
    source.file(
        "notice.html", "<p>索引号</p><p>X-1</p><p>发布机构：别的机构</p><p>正文<img src='data:x'></p>"
    )
    source.manifest({"body_file": "notice.html", "index_number": "老目录 第7号"})
    source.run()
    draft = EntryPage.objects.get().get_latest_revision_as_object()
    with translation.override("en"):
        found = {str(each.message): each.passage for each in findings_of(draft, digest_of(draft))}
    assert found["The text holds a line of the header: 发布机构"] == "别的机构"
    assert "An image was not imported; add it in the editor." in found
    assert "The index number has an unusual form; it is kept as it stands." in found
