"""An agency whose people use the admin, and their browsers, for the tests of cases."""

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from tests import factories_cases
from wagtail_disclosure.departments.roles import admin_access, sync

NAME = "disclosure_requests"


def office():
    """An agency with officers, a reviewer and the head of the disclosure office, all let into the admin."""
    found = factories_cases.agency()
    found.reviewer, found.head = factories_cases.reviewer(found.prices), factories_cases.head()
    for department in (found.prices, found.projects):
        sync(department)
    for person in (found.reviewer, found.head):
        person.user_permissions.add(admin_access())
    return found


def browser(user):
    found = Client()
    found.force_login(user)
    return found


def url(name, *args):
    return reverse(f"{NAME}:{name}", args=args)


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def send(client, address, values):
    """Fill in the form of the page at ``address`` and send it with its hidden fields."""
    form = soup(client.get(address)).select_one("form[method=post]:has(.button)")
    hidden = {each["name"]: each.get("value", "") for each in form.select("input[type=hidden]")}
    return client.post(address, {**hidden, **values}, follow=True)


def filled_in(form):
    """What a browser would send of a form as it was served, by the names of its fields."""
    given = {
        each["name"]: each.get("value", "")
        for each in form.select("input[name]")
        if each.get("type") not in ("checkbox", "radio") or each.has_attr("checked")
    }
    given |= {each["name"]: each.get_text().lstrip("\n") for each in form.select("textarea[name]")}
    for each in form.select("select[name]"):
        chosen = each.select_one("option[selected]")
        given[each["name"]] = chosen["value"] if chosen else ""
    return given
