"""An applicant with number and code in a browser without JavaScript, for the tests of following a case."""

import re

from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from wagtail_disclosure.casework import moves

CODE = "ABCD-EFGH-2345-6789"
START = "/case/en/"


class Applicant:
    """A browser; ``at`` is the address that it shows."""

    def __init__(self, start=START, **options):
        self.client, self.start, self.at = Client(**options), start, start

    def get(self, url=None, **extra):
        return self._came(self.client.get(url or self.start, follow=True, **extra))

    def _came(self, response):
        self.response = response
        redirected = response.redirect_chain[-1][0] if response.redirect_chain else ""
        self.at = (redirected or response.request["PATH_INFO"]).partition("?")[0]
        self.soup = BeautifulSoup(response.content, "html.parser")
        return response

    def fill(self, values=(), form="form.disclosure-form", **extra):
        """Send the main form of the page as a browser would: with what stands in its fields already."""
        found = self.soup.select_one(form)
        sent = {each["name"]: each.get("value", "") for each in found.select("input[name]") if _is_sent(each)}
        sent |= {each["name"]: each.get_text() for each in found.select("textarea")}
        address = found.get("action") or self.at
        return self._came(self.client.post(address, {**sent, **dict(values)}, follow=True, **extra))

    def press(self, name, values=()):
        """Send the form with its button ``action`` = ``name``."""
        return self.fill({**dict(values), "action": name})

    def enter(self, case, code=CODE, **extra):
        self.get()
        return self.fill({"number": case.number, "code": code}, **extra)

    def do(self, action):
        """Open the form of an action from the page of the case."""
        link = next(
            (a for a in self.soup.select(".disclosure-actions a") if f"/do/{action}/" in a["href"]), None
        )
        assert link is not None, f"{action} is not offered: {self.offered()}"
        return self.get(link["href"])

    def offered(self):
        links = self.soup.select(".disclosure-actions a")
        return [re.search(r"/do/([\w-]+)/", each["href"]).group(1) for each in links]

    @property
    def text(self):
        return self.soup.get_text(" ", strip=True)

    @property
    def errors(self):
        found = self.soup.select_one(".disclosure-errors")
        return found.get_text(" ", strip=True) if found else ""


def _is_sent(element):
    kind = element.get("type", "text")
    return kind not in ("file", "submit") and (
        kind not in ("radio", "checkbox") or element.has_attr("checked")
    )


def file(name="证明.txt", data=b"proof of identity"):
    return SimpleUploadedFile(name, data)


def replied(place, case, reply="does_not_exist", details=None):
    moves.act(case, "confirm_receipt", by=place.officer)
    moves.act(case, "accept", by=place.officer)
    moves.act(
        case,
        "draft_decision",
        by=place.officer,
        reply=reply,
        data={"ground": "internal"} if reply == "refused_internal" else {},
        details=details or {"search_record": "检索了档案系统。"},
    )
    moves.act(case, "approve_decision", by=place.reviewer)
    moves.act(case, "issue_decision", by=place.officer)
