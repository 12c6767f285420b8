"""Files of a form: what is taken stays, what is refused is named, and sending the form takes all of them along."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.requests.conftest import DELIVERY, PERSON, WANTED
from wagtail_disclosure.requests.models import DisclosureRequest, RequestAttachment

pytestmark = pytest.mark.django_db
EXE = b"MZ\x90\x00" + b"\x00" * 100


@pytest.fixture
def at_files(citizen):
    citizen.open()
    citizen.fill(WANTED)
    citizen.fill({"kind": "natural"})
    citizen.fill(PERSON)
    citizen.fill(DELIVERY)
    assert citizen.step() == "files"
    return citizen


def files(*pairs):
    return [SimpleUploadedFile(name, data) for name, data in pairs]


def test_files_are_taken_listed_removed_and_sent_along(at_files):
    at_files.fill({"action": "upload", "files": files(("委托书.txt", b"power"), ("../../x.txt", b"text"))})
    names = [each.get_text(" ", strip=True) for each in at_files.soup.select(".disclosure-brief li > span")]
    assert [name.split()[0] for name in names] == ["委托书.txt", "x.txt"]
    button = at_files.soup.select(".disclosure-brief button")[1]
    at_files.fill({"action": button["value"]})
    at_files.fill({"action": "continue", "files": files(("b.txt", b"more"))})
    at_files.fill({})
    case = DisclosureRequest.objects.get()
    assert [each.name for each in case.attachments.all()] == ["委托书.txt", "b.txt"]
    assert not RequestAttachment.objects.filter(case=None).exists()


def test_a_bad_file_is_named_and_the_good_ones_stay(at_files):
    at_files.fill({"action": "continue", "files": files(("good.txt", b"text"), ("bad.pdf", EXE))})
    assert at_files.soup.select_one(".disclosure-errors")
    assert "bad.pdf" in at_files.soup.select_one(".disclosure-errors").get_text()
    assert [each.name for each in RequestAttachment.objects.all()] == ["good.txt"]


def test_thirty_files_at_once_are_too_many_and_none_is_half_taken(at_files):
    at_files.fill({"action": "upload", "files": files(*((f"{n}.txt", b"x") for n in range(30)))})
    assert at_files.soup.select_one(".disclosure-errors") and not RequestAttachment.objects.exists()


def test_files_of_others_cannot_be_removed(at_files):
    at_files.fill({"action": "upload", "files": files(("a.txt", b"text"))})
    key = RequestAttachment.objects.get().key
    from tests.requests.conftest import Citizen

    other = Citizen()
    other.open()
    other.fill(WANTED)
    other.client.post(other.at.replace(other.step(), "files"), {"action": f"remove:{key}"})
    assert RequestAttachment.objects.count() == 1
