"""A route: something that a person, a program or a command does, by which plain Wagtail would change what is public."""

import json
from contextlib import contextmanager
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from django.contrib import messages
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from wagtail_disclosure.publishing.errors import GateRefused

from .scene import EDITOR, PUBLISHER, SHELL, SUPERUSER

PEOPLE = (EDITOR, PUBLISHER, SUPERUSER)
# Who tries where no person is asked: a command, a schedule, code of the site.
NOBODY = (SHELL,)

# What comes of it. Whichever it is, a visitor notices nothing.
REFUSED = "refused"
DRAFT = "becomes a draft"
HARMLESS = "done, unseen by visitors"


@dataclass(frozen=True)
class Route:
    """One line of the table.

    ``act(attempt, target)`` is tried on each row of the scene that ``on`` names: on the first by everybody in
    ``who``, on the others by the last of them, who may do most. What comes of it is said by ``expects``, and by
    ``but`` for some of those who try. ``stock`` is the row that nothing guards: there a test shows that a visitor
    does notice, so the route is a real one and the rest of the site is as in any Wagtail.
    ``covers`` names the operations of Wagtail that it exercises, as the walk knows them; ``since`` is the first
    release of Wagtail that has it.
    """

    name: str
    act: object
    on: tuple
    who: tuple = PEOPLE
    expects: str = REFUSED
    covers: frozenset = frozenset()
    but: tuple = ()
    stock: str = ""
    since: tuple = (7, 4)

    def expected_of(self, who):
        return dict(self.but).get(who, self.expects)

    @property
    def attempts(self):
        """Who tries it on what."""
        yield from ((who, self.on[0]) for who in self.who)
        yield from ((self.who[-1], target) for target in self.on[1:])

    @property
    def key(self):
        return f"{self.act.__module__.rpartition('.')[2]}.{self.act.__name__}"


@dataclass
class Group:
    """A part of the table, headed as in the documentation."""

    title: str
    routes: list = field(default_factory=list)

    def route(self, name, *on, covers=(), **options):
        """Decorator: the function is what is done to each of the rows ``on``."""

        def add(act):
            self.routes.append(Route(name, act, on, covers=frozenset(covers), **options))
            return act

        return add


class Attempt:
    """Somebody at the keyboard: ``attempt.post("wagtailadmin_pages:unpublish", page.pk)``.

    Answers are kept in ``answers``; a 500 is raised by the test client as the exception that caused it.
    """

    def __init__(self, scene, who, forms=None):
        self.scene, self.who = scene, who
        self.answers, self.refusals = [], []
        # Forms of the untouched scene, which several attempts of one person begin with.
        self.forms = {} if forms is None else forms
        self.client = Client()
        self.user = None if who == SHELL else getattr(scene, who)
        if self.user is not None:
            self.client.force_login(self.user)

    def url(self, name, *args, query=""):
        return (name if name.startswith("/") else reverse(name, args=args)) + query

    def get(self, name, *args, query=""):
        return self._kept(self.client.get, self.url(name, *args, query=query))

    def post(self, name, *args, data=None, query="", **options):
        return self._kept(self.client.post, self.url(name, *args, query=query), data or {}, **options)

    def _kept(self, ask, *args, **options):
        with as_if_committed():
            answer = ask(*args, **options)
        self.answers.append(answer)
        return answer

    @property
    def was_refused(self):
        """Whether the person was told no: an exception, a status, a message, or errors in the form."""
        return bool(self.refusals) or any(map(is_refusal, self.answers))

    def form(self, name, *args, query=""):
        """The fields of the main form of a screen as a browser would send them; none where it is refused."""
        key = (self.who, name, args, query)
        if self.answers or key not in self.forms:
            is_first = not self.answers
            answer = self.get(name, *args, query=query)
            fields = fields_of(answer) if answer.status_code == 200 else {}
            if not is_first:
                return fields
            self.forms[key] = fields
        return dict(self.forms[key])

    def edit(self, name, /, *args, query="", **changes):
        """Open a form, change fields, send it."""
        return self.post(name, *args, query=query, data={**self.form(name, *args, query=query), **changes})

    def session_api(self, name, /, *args, **data):
        """The API that Wagtail's admin itself uses."""
        return self.post(name, *args, data=data)

    def token_api(self, method, name, *args, data=None, files=None):
        """The write API of Wagtail 8, with a token of the person."""
        from wagtail.models import APIToken

        _token, key = APIToken.create_token(user=self.user, name="route")
        call = getattr(Client(headers={"Authorization": f"Bearer {key}"}), method)
        address = self.url(f"wagtailapi_v3:{name}", *args)
        if files:
            return self._kept(call, address, {**(data or {}), **files})
        return self._kept(call, address, json.dumps(data or {}), content_type="application/json")

    def command(self, *args, **options):
        call_command(*args, **{"verbosity": 0, **options})

    def run(self, act, target):
        """Do it; a refusal is an answer, anything else that is raised is a fault."""
        # What is refused in a shell is rolled back; views see to that themselves.
        block = transaction.atomic() if self.who == SHELL else as_if_committed()
        try:
            with block:
                act(self, getattr(self.scene, target))
        except (GateRefused, ValidationError) as refusal:
            self.refusals.append(refusal)
        faults = [answer for answer in self.answers if answer.status_code >= 500]
        assert not faults, [answer.content for answer in faults]


@contextmanager
def as_if_committed():
    """What fails inside ends its own transaction, as it would on a site; here all runs in the one of the test."""
    begun = transaction.savepoint()
    try:
        yield
    finally:
        if connection.needs_rollback:
            connection.needs_rollback = False
            transaction.savepoint_rollback(begun)
        else:
            transaction.savepoint_commit(begun)


def is_refusal(answer):
    if answer.status_code >= 400:
        return True
    if any(message.level >= messages.WARNING for message in get_messages(answer.wsgi_request)):
        return True
    form = (answer.context or {}).get("form")
    return answer.wsgi_request.method == "POST" and form is not None and form.is_bound and bool(form.errors)


def fields_of(answer):
    """What a browser would send of the largest form of a page."""
    forms = BeautifulSoup(answer.content, "html.parser").select("form")
    if not forms:
        return {}
    fields = {}
    if "body" in getattr((answer.context or {}).get("form"), "fields", {}):
        # Blocks are filled in by a script of the editor.
        fields = nested_form_data({"body": streamfield([("paragraph", rich_text("<p>正文</p>"))])})
    for each in max(forms, key=lambda form: len(str(form))).select(
        "input[name], textarea[name], select[name]"
    ):
        kind = each.get("type", "")
        if kind in ("submit", "button", "file") or each.has_attr("disabled"):
            continue
        if kind in ("checkbox", "radio") and not each.has_attr("checked"):
            continue
        default = "on" if kind in ("checkbox", "radio") else ""
        if each.name == "select":
            chosen = [option.get("value", "") for option in each.select("option[selected]")]
            if chosen:
                fields[each["name"]] = chosen if each.has_attr("multiple") else chosen[0]
        else:
            fields[each["name"]] = (
                each.text.lstrip("\n") if each.name == "textarea" else each.get("value", default)
            )
    return fields
