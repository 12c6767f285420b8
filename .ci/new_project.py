"""Use the package in a brand-new project as people do, over HTTP: draft, determine, review, read.

usage: DJANGO_SETTINGS_MODULE=… python .ci/new_project.py, after migrate and disclosure_setup
"""

import django
from django.test.utils import setup_test_environment

django.setup()
setup_test_environment()

from bs4 import BeautifulSoup  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core import mail  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import translation  # noqa: E402
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield  # noqa: E402

from wagtail_disclosure.models import (  # noqa: E402
    CatalogueIndexPage,
    Category,
    CopyCheck,
    Department,
    DepartmentFolderPage,
    DepartmentMember,
    EntryPage,
    LeaderApproval,
    PublishedItem,
    SecrecyReview,
)

TITLE = "Notice on the publication of prices"
PASSWORD = "a-long-password-42"
REVIEWERS = ("head", "secrecy", "copy", "leader")


class Person:
    """Somebody with an account and a session of their own."""

    def __init__(self, name, *groups):
        self.user = get_user_model().objects.create_user(name, f"{name}@example.org", PASSWORD)
        self.user.groups.add(*groups)
        self.client = Client()
        assert self.client.login(username=name, password=PASSWORD)

    def get(self, url):
        response = self.client.get(url, follow=True)
        assert response.status_code == 200, (url, response.status_code)
        return response

    def send(self, url, having, /, **values):
        """Open ``url``, fill in the form that has a field named ``having`` and send it."""
        soup = BeautifulSoup(self.get(url).content, "html.parser")
        form = soup.find(attrs={"name": having}).find_parent("form")
        return self.client.post(form.get("action") or url, {**defaults(form), **values}, follow=True)

    def fill(self, url, having, /, **values):
        """Send the form, and insist that nobody complains about it."""
        response = self.send(url, having, **values)
        answer = BeautifulSoup(response.content, "html.parser")
        complaints = [
            text
            for each in answer.select(".error-message, .w-field__errors, .messages .error")
            if (text := each.get_text(" ", strip=True))
        ]
        assert response.status_code == 200 and not complaints, (url, response.status_code, complaints)


def defaults(form):
    """What a browser would send if nothing were typed."""
    data = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        kind = field.get("type", "")
        if field.name == "select":
            chosen = field.select("option[selected]") or field.select("option")[:1]
            data[field["name"]] = [option.get("value", "") for option in chosen]
        elif field.name == "textarea":
            data[field["name"]] = field.text.removeprefix("\n")
        elif kind not in {"submit", "button", "file"} and (
            kind not in {"checkbox", "radio"} or field.has_attr("checked")
        ):
            data.setdefault(field["name"], []).append(field.get("value", "on" if kind == "checkbox" else ""))
    return data


def people():
    department = Department.objects.get()
    found = {
        "officer": Person("officer"),
        "head": Person("head"),
        "secrecy": Person("secrecy", *SecrecyReview.objects.get().groups.all()),
        "copy": Person("copy", *CopyCheck.objects.get().groups.all()),
        "leader": Person("leader", *LeaderApproval.objects.get().groups.all()),
    }
    DepartmentMember.objects.create(department=department, user=found["officer"].user, role="officer")
    DepartmentMember.objects.create(department=department, user=found["head"].user, role="reviewer")
    return found


def read(client, url, *texts):
    response = client.get(url, follow=True)
    missing = [text for text in texts if text not in response.content.decode()]
    assert response.status_code == 200 and not missing, (url, response.status_code, missing)
    print("served", url)


def body():
    """The body field as the editor sends it."""
    text = rich_text("<p>Prices are published on Mondays.</p>")
    return nested_form_data({"body": streamfield([("paragraph", text)])})


def draft(officer, folder):
    """A new entry, its disclosure attribute determined, sent into review."""
    officer.fill(
        f"/admin/pages/add/wagtail_disclosure/entrypage/{folder.pk}/", "title", title=TITLE, **body()
    )
    page = EntryPage.objects.get()
    category = Category.objects.filter(scheme__kind="agency", parent__isnull=False).first()
    officer.fill(f"/admin/pages/{page.pk}/edit/", "title", category=category.pk, **body())
    screen = BeautifulSoup(officer.get(page.determine_url).content, "html.parser")
    ground = screen.select_one("[value^='proactive:']")["value"]
    officer.fill(page.determine_url, "choice", choice=ground)
    officer.fill(f"/admin/pages/{page.pk}/edit/", "title", **body(), **{"action-submit": "1"})
    assert page.current_workflow_state, "the draft did not enter review"
    return page


def nothing_is_public(visitor, catalogue, page):
    """Not by its address, not in a list, not even for a superuser who presses publish."""
    administrator = Person("administrator")
    get_user_model().objects.filter(pk=administrator.user.pk).update(is_staff=True, is_superuser=True)
    administrator.send(f"/admin/pages/{page.pk}/edit/", "title", **body(), **{"action-publish": "1"})
    page.refresh_from_db()
    assert not page.live
    assert TITLE not in visitor.get(catalogue.url).content.decode()


def review(person, page):
    """Open the review that waits, tick what there is to tick, approve."""
    page = EntryPage.objects.get(pk=page.pk)
    url = reverse("wagtail_disclosure_review:review", args=[page.current_workflow_task_state.pk])
    points = BeautifulSoup(person.get(url).content, "html.parser").select("[name=approve-checklist]")
    ticked = {"approve-checklist": [each["value"] for each in points]}
    person.fill(url, "approve-digest", action="approve", **ticked)


def main():
    with translation.override("zh-hans"):
        assert translation.gettext("Information disclosure") == "政府信息公开", (
            "the wheel's translations are missing"
        )
    staff, visitor = people(), Client()
    catalogue = CatalogueIndexPage.objects.order_by("pk")[0]
    folder = DepartmentFolderPage.objects.child_of(catalogue).get()
    for each in CatalogueIndexPage.objects.all():
        assert each.get_workflow() is not None, each
        read(visitor, each.url)
    page = draft(staff["officer"], folder)
    nothing_is_public(visitor, catalogue, page)
    for name in REVIEWERS:
        review(staff[name], page)
        print("passed by", name)
    page.refresh_from_db()
    item = PublishedItem.objects.get(page_id=page.pk)
    read(visitor, page.url, TITLE, "Prices are published on Mondays.", item.index_number)
    read(visitor, catalogue.url, TITLE)
    read(visitor, f"{catalogue.url}search/?q=prices", page.url)
    # Whoever prefers another language gets the document all the same, at its own address.
    english = Client(headers={"accept-language": "en"})
    read(english, page.url, TITLE)
    told = {address for message in mail.outbox for address in message.to}
    assert told >= {f"{name}@example.org" for name in REVIEWERS}, told


main()
