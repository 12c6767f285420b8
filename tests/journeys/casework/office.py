"""The office in a browser: one running site for a module, its people with a window each, and what their hands do.

How the pages of a case are laid out is known here and nowhere else in the journeys.
"""

import datetime
import itertools
import re
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.casework.test_moves import at

# The form of an action knows the last event that its page showed.
counter = itertools.count(1)
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 800}
FORM = "main form:has([name=seen])"


def cookie_of(user):
    """A session in which ``user`` has logged in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(datetime.timedelta(days=365))
    session.save()
    return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key}


class Site:
    """A running site with its windows; ``errors`` are those of scripts and of the console."""

    def __init__(self, chromium, url, place, clock):
        self.browser, self.url, self.place, self.clock = chromium, url, place, clock
        self.errors, self.people, self.at_work, self.acted = [], {}, None, None
        # One for all: what is fetched for one window is there for the others.
        self.context = chromium.new_context(base_url=url, locale="zh-CN", viewport=WIDE)
        self.context.set_default_timeout(45_000)

    def window(self):
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on(
            "console", lambda m: self.errors.append(f"{page.url}: {m.text}") if m.type == "error" else None
        )
        return page

    @contextmanager
    def later(self, day):
        """Within, it is that day; the browser does not know."""
        before = timezone.now()
        self.clock.move_to(at(day))
        try:
            yield
        finally:
            self.clock.move_to(before)

    def person(self, user):
        """The window of ``user``, the same for all journeys of the module."""
        if user.pk not in self.people:
            self.people[user.pk] = Person(self, user)
        return self.people[user.pk]

    def close(self):
        self.context.close()


class Person:
    """Somebody of the office at work: looks at a case, presses the button of an action, fills in its form, sends it."""

    def __init__(self, site, user):
        self.site, self.user = site, user
        self._page, self._cookie = site.window(), {**cookie_of(user), "url": site.url}

    @property
    def page(self):
        """The window, with the session of this person: those who share a browser take turns at it."""
        if self.site.at_work is not self:
            self.site.context.add_cookies([self._cookie])
            self.site.at_work = self
        return self._page

    def goes(self, name, *args, kind="disclosure_requests", **query):
        text = "&".join(f"{key}={value}" for key, value in query.items())
        self.page.goto(f"{reverse(f'{kind}:{name}', args=args)}{'?' if text else ''}{text}")
        return self.page

    def opens(self, case):
        """The page of ``case``, unless it is in front of this person already and nobody else has acted."""
        address = address_of(case)
        if self.page.url != f"{self.site.url}{address}" or self.site.acted is not self:
            self.page.goto(address)
        return self.page

    def looks(self, case):
        """The page of ``case`` as it is now: what others did meanwhile is on it."""
        self.site.acted = self
        self.page.goto(address_of(case))
        return self.page

    def button(self, case, action, key=""):
        end = f"/{case.pk}/do/{action}/" + (f"?key={key}" if key else "")
        return self.page.locator(f"main a[href$='{end}'], main a[href*='{end}?key=']").first

    def is_offered(self, case, action):
        self.opens(case)
        return self.button(case, action).count() > 0

    def presses(self, case, action, key=""):
        """The button of ``action`` on the page of the case, which leads to its form."""
        self.opens(case)
        self.clicks(self.button(case, action, key))
        return self.page

    def clicks(self, link):
        """Follow ``link``, unfolding first what it is folded into."""
        if not link.is_visible():
            link.evaluate(
                "each => { for (let a = each; a; a = a.parentElement) if (a.tagName == 'DETAILS') a.open = true }"
            )
        with self.page.expect_navigation():
            link.click()

    def fills(self, values, form=FORM):
        for name, value in values.items():
            fill(self.page, form, name, value)

    def sends(self, form=FORM):
        with self.page.expect_navigation():
            # By the keyboard: the calendar of a field for a day may still lie over the button.
            self.page.locator(f"{form} button[type=submit].button").last.press("Enter")
        self.site.acted = self
        return self.page

    def acts(self, case, action, key="", **values):
        """One action from its button to the page of the case, which says that it is done."""
        self.presses(case, action, key)
        self.fills(values)
        self.sends()
        self.is_back(case)
        return now(case)

    def is_back(self, case):
        assert re.search(rf"/{case.pk}/$", self.page.url), refusal(self.page)
        expect(self.page.locator(".messages, [data-w-messages-target]").first).to_be_attached()


def fill(page, form, name, value):
    """Give the field ``name`` of ``form`` its value, as people do: choose, tick, type, or add a file."""
    field = page.locator(f"{form} [name={name}]:not([type=hidden])")
    kind = field.first.evaluate("each => each.tagName == 'SELECT' ? 'select' : each.type")
    if kind == "select":
        field.select_option(value)
    elif kind in ("checkbox", "radio"):
        for each in [value] if isinstance(value, str) else value:
            page.locator(f"{form} [name={name}][value='{each}']").check()
    elif kind == "file":
        field.set_input_files(files=value)
    else:
        field.fill(str(value))


def address_of(case):
    return reverse(f"{case.admin_name}:inspect", args=[case.pk])


def refusal(page):
    return page.locator(".help-critical, .w-field__errors, .error-message").all_inner_texts()


def somebody():
    """An applicant who has asked for nothing else."""
    number = next(counter)
    return {
        "name": f"申请人{number}",
        "identity_kind": "",
        "identity_number": "",
        "phone": f"139{number:08}",
        "email": f"applicant{number}@example.com",
    }


def now(case):
    return type(case).objects.get(pk=case.pk)


def file(name, text="记录"):
    return [{"name": name, "mimeType": "text/plain", "buffer": text.encode()}]
