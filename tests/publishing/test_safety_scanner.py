"""Virus scanner: nothing passes without its answer. Against a stand-in for clamd, and against a real one."""

import datetime
import shutil
import socketserver
import subprocess
import tempfile
import threading
import time
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.documents import get_document_model

from tests import factories
from tests.sample_files import EICAR
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import Approval, FileCheck, ReviewCheck
from wagtail_disclosure.publishing.pinned import FileRefused
from wagtail_disclosure.publishing.safety.clamav import ClamAV
from wagtail_disclosure.publishing.safety.scanner import NotScanned, ScannerUnavailable, get_scanner
from wagtail_disclosure.site_checks import check_virus_scanner

BACKEND = "wagtail_disclosure.publishing.safety.clamav.ClamAV"
VERSION = b"ClamAV 1.4.6/27100/Tue Nov 24 09:30:00 2026"


class Daemon(socketserver.ThreadingUnixStreamServer):
    """Speaks as much of clamd's protocol as is needed; ``answers`` replaces what it says."""

    daemon_threads = True

    def __init__(self, path):
        super().__init__(path, Talk)
        self.version, self.answer, self.scanned = VERSION, None, 0


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zVERSION\0":
            self.wfile.write(self.server.version + b"\0")
            return
        data = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            data += self.rfile.read(size)
        self.server.scanned += 1
        found = b"stream: Eicar FOUND" if EICAR in data else b"stream: OK"
        self.wfile.write((found if self.server.answer is None else self.server.answer) + b"\0")


@pytest.fixture
def daemon():
    # Paths of sockets are short.
    folder = tempfile.mkdtemp(dir="/tmp")
    server = Daemon(f"{folder}/clamd")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
    shutil.rmtree(folder)


@pytest.fixture
def scanner(daemon, settings):
    options = {"socket": daemon.server_address, "timeout": 5}
    settings.WAGTAIL_DISCLOSURE = {"VIRUS_SCANNER": {"BACKEND": BACKEND, "OPTIONS": options}}
    return daemon


def stop(settings):
    """The scanner is configured, and does not answer any more."""
    settings.WAGTAIL_DISCLOSURE = {"VIRUS_SCANNER": {"BACKEND": BACKEND, "OPTIONS": {"socket": "/nowhere"}}}


def test_clean_and_infected_are_told_apart(daemon):
    clamav = ClamAV(socket=daemon.server_address)
    assert clamav.scan(b"x" * 200_000) == "" and clamav.scan(b"x" + EICAR) == "Eicar"
    assert clamav.version().signatures_at == datetime.datetime(2026, 11, 24, 9, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize("answer", [b"", b"stream: O", b"INSTREAM: failed ERROR", b"\xff\xfe", b"OK"])
def test_any_other_answer_is_none(daemon, answer):
    daemon.answer = answer
    with pytest.raises(ScannerUnavailable):
        ClamAV(socket=daemon.server_address).scan(b"x")


def test_a_file_that_the_scanner_does_not_take_is_not_scanned(daemon):
    with pytest.raises(NotScanned):
        ClamAV(socket=daemon.server_address, max_bytes=10).scan(b"x" * 11)
    daemon.answer = b"INSTREAM size limit exceeded. ERROR"
    with pytest.raises(NotScanned):
        ClamAV(socket=daemon.server_address).scan(b"x")


@pytest.mark.parametrize("options", [{}, {"socket": "/a", "host": "b"}, {"colour": 1}])
def test_a_scanner_that_is_set_up_wrongly_lets_nothing_pass(settings, options):
    settings.WAGTAIL_DISCLOSURE = {"VIRUS_SCANNER": {"BACKEND": BACKEND, "OPTIONS": options}}
    assert [each.id for each in check_virus_scanner(None)] == ["wagtail_disclosure.E012"]


@pytest.mark.parametrize("value", ["nowhere.Scanner", 7, {"OPTIONS": {}}])
def test_neither_does_one_that_does_not_exist(settings, value, db):
    settings.WAGTAIL_DISCLOSURE = {"VIRUS_SCANNER": value}
    assert [each.id for each in check_virus_scanner(None)] == ["wagtail_disclosure.E012"]
    page = draft(factories.world())
    with pytest.raises(FileRefused):
        actions.submit(page, page.owner)


def test_the_check_tells_of_old_signatures_and_small_limits(scanner, settings):
    with time_machine.travel(datetime.datetime(2026, 11, 28, tzinfo=datetime.UTC)):
        assert [each.id for each in check_virus_scanner(None)] == ["wagtail_disclosure.W026"]
    with time_machine.travel(datetime.datetime(2026, 12, 28, tzinfo=datetime.UTC)):
        assert "wagtail_disclosure.W025" in [each.id for each in check_virus_scanner(None)]
    stop(settings)
    assert [each.id for each in check_virus_scanner(None)] == ["wagtail_disclosure.E012"]


# In the site


def draft(world, data=b"text", name="a.txt"):
    page = factories.draft(world, summary="价格公示安排。")
    document = get_document_model().objects.create(title="附件", file=ContentFile(data, name=name))
    version = page.get_latest_revision().as_object()
    version.attachments.create(document=document)
    version.save_revision(user=world.people.officer)
    return EntryPage.objects.get(pk=page.pk)


def upload(client, data):
    client.force_login(factories.user(superuser=True))
    form = {"title": "通知", "file": SimpleUploadedFile("a.txt", data), "collection": 1}
    return client.post(reverse("wagtaildocs:add"), form)


@pytest.mark.django_db
def test_an_upload_with_a_virus_is_refused(client, scanner):
    response = upload(client, EICAR)
    assert "Eicar" in response.content.decode() and not get_document_model().objects.exists()
    assert upload(client, b"clean").status_code == 302


@pytest.mark.django_db
def test_without_the_scanner_nothing_is_uploaded_submitted_or_approved(client, scanner, settings):
    world = factories.world()
    under_review, waiting = draft(world), draft(world, b"other")
    actions.submit(under_review, world.people.officer)
    stop(settings)
    assert upload(client, b"clean").context["form"].errors["file"]
    with pytest.raises(FileRefused):
        actions.submit(waiting, world.people.officer)
    with pytest.raises(FileRefused):
        factories.approve_step(under_review, world.people.head)
    assert not Approval.objects.exists()


@pytest.mark.django_db
def test_a_virus_found_since_submission_ends_the_review(scanner):
    """Signatures that are newer see what older ones did not."""
    world = factories.world()
    page = draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    scanner.version, scanner.answer = VERSION.replace(b"27100", b"27101"), b"stream: New FOUND"
    with pytest.raises(FileRefused, match="New"):
        factories.approve_step(page, world.people.secrecy)


@pytest.mark.django_db
def test_the_same_bytes_are_scanned_once_by_the_same_signatures(scanner):
    world = factories.world()
    page = draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    assert scanner.scanned == 1
    assert ReviewCheck.objects.get().scanner == VERSION.decode() == FileCheck.objects.get().scanner


@pytest.mark.django_db
def test_the_command_scans_what_is_public_again(scanner, settings):
    world = factories.world()
    factories.publish(world, draft(world))
    out = StringIO()
    call_command("disclosure_scan", stdout=out)
    assert "1" in out.getvalue()
    scanner.answer = b"stream: New FOUND"
    with pytest.raises(CommandError):
        call_command("disclosure_scan", stdout=out)
    assert "New" in out.getvalue()
    stop(settings)
    with pytest.raises(CommandError):
        call_command("disclosure_scan", "--all")


@pytest.mark.django_db
def test_without_a_scanner_the_command_looks_into_every_file():
    get_document_model().objects.create(title="附件", file=ContentFile(b"x", name="a.pdf"))
    out = StringIO()
    call_command("disclosure_scan", stdout=out)
    with pytest.raises(CommandError):
        call_command("disclosure_scan", "--all", stdout=out)
    assert "附件" in out.getvalue()


# The real one


@pytest.fixture
def clamd():
    """A clamd of its own, whose only signature is that of the test virus."""
    program = shutil.which("clamd") or shutil.which("/usr/sbin/clamd")
    if program is None:
        pytest.skip("clamd is not installed (Debian: clamav-daemon)")
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    (folder / "signatures").mkdir()
    (folder / "signatures" / "test.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(
        f"Foreground yes\nLocalSocket {folder}/clamd\nDatabaseDirectory {folder}/signatures\nStreamMaxLength 1M\n"
    )
    process = subprocess.Popen(
        [program, "-c", folder / "clamd.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _attempt in range(300):
        if (folder / "clamd").exists() or process.poll() is not None:
            break
        time.sleep(0.1)
    yield folder / "clamd"
    process.terminate()
    process.wait()
    shutil.rmtree(folder)


def test_a_real_clamd_finds_the_test_virus(clamd):
    scanner = ClamAV(socket=str(clamd))
    assert scanner.version().text.startswith("ClamAV")
    assert scanner.scan(b"clean") == "" and scanner.scan(b"") == ""
    assert scanner.scan(EICAR).startswith("Eicar-Test")
    with pytest.raises(NotScanned):
        scanner.scan(b"x" * (2 << 20))


@pytest.mark.django_db
def test_with_a_real_clamd_an_infected_upload_is_refused(clamd, client, settings):
    settings.WAGTAIL_DISCLOSURE = {"VIRUS_SCANNER": {"BACKEND": BACKEND, "OPTIONS": {"socket": str(clamd)}}}
    assert get_scanner().version()
    assert "Eicar-Test" in upload(client, EICAR).content.decode()
    assert upload(client, b"clean").status_code == 302
