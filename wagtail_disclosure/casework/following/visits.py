"""One request to the pages on which a case is followed."""

import uuid
from dataclasses import dataclass, field
from functools import cached_property

from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import words
from ..receipts import tracking
from ..standing import Standing
from . import addresses

TEMPLATES = "wagtail_disclosure/casework/following/"
# What was done last, said once on the page of the case.
DONE = "disclosure_following_done"


@dataclass
class Visit:
    """The request, the language of the address, and the case with its key where one is followed."""

    request: object
    language: str
    key: str = ""
    case: object = None
    context: dict = field(default_factory=dict)

    @cached_property
    def standing(self):
        return Standing(self.case)

    @cached_property
    def today(self):
        return timezone.localdate()

    @property
    def is_post(self):
        return self.request.method == "POST"

    @property
    def is_foreign(self):
        """Whether another website made the browser send this form. Browsers that do not say so count as not."""
        return self.request.headers.get("Sec-Fetch-Site") == "cross-site"

    def url(self, rest=""):
        """The address of a page of the case; of the form for number and code where none is followed."""
        parts = [each for each in (self.key, rest.strip("/")) if each]
        return addresses.address(self.language, "".join(f"{each}/" for each in parts))

    def plain_url(self, rest=""):
        return addresses.address(self.language, f"{rest}/" if rest else "")

    def go(self, rest=""):
        return HttpResponseRedirect(self.url(rest))

    def done(self, text):
        self.request.session[DONE] = str(text)
        return self.go()

    def take_done(self):
        return self.request.session.pop(DONE, "") if DONE in self.request.session else ""

    def show(self, template, *, status=200, **context):
        crumbs = [{"title": _("Follow what you have sent"), "url": self.plain_url()}]
        if self.case is not None:
            crumbs.append({"title": words.of(self.case, "yours"), "url": self.url()})
        return TemplateResponse(
            self.request,
            f"{TEMPLATES}{template}.html",
            {
                "visit": self,
                "case": self.case,
                "case_url": self.url() if self.case is not None else "",
                "leave_url": self.url("leave") if self.case is not None else "",
                "open_until": tracking.open_until(self.request, self.case) if self.case is not None else None,
                "breadcrumbs": crumbs,
                **self.context,
                **context,
            },
            status=status,
        )


def as_uuid(text):
    """``text`` as a UUID, or None."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
