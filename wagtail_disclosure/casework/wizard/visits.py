"""The steps of a public form, without JavaScript: each is a page with an address, and no answer is lost on the way.

``answer`` takes everything below the address of a form: first the form itself, then ``<draft>/<step>/``.
"""

import uuid
from dataclasses import dataclass, field

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ...publishing.verification import withholding
from . import addresses, drafts, steps
from .kinds import FormKind

HEADERS = {"Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"}


@dataclass
class Visit:
    """One request to a form: the definition, where it is, the draft and its secret as far as there are any."""

    request: object
    kind: FormKind
    form: object
    base: str
    page: object = None
    key: uuid.UUID | None = None
    draft: object = None
    secret: str = ""
    context: dict = field(default_factory=dict)

    @property
    def answers(self):
        return self.draft.answers if self.draft is not None else {}

    @property
    def is_foreign(self):
        """Whether another website made the browser send this form. Browsers that do not say so count as not."""
        return self.request.headers.get("Sec-Fetch-Site") == "cross-site"

    def steps(self):
        """The steps of the form, in order."""
        return self.kind.order(self.form)

    def title_of(self, step):
        """The title of a step, in the words of what the form is for."""
        return self.kind.title_of(step, self.form)

    def title(self, name):
        return self.title_of(self.kind.step(self.form, name))

    def url(self, name):
        return addresses.step(self.base, self.key, name)

    def go(self, name):
        return HttpResponseRedirect(self.url(name) if name else self.base)

    def show(self, template, *, status=200, **context):
        return TemplateResponse(
            self.request,
            self.kind.template(template),
            {
                "page": self.page,
                "kind": self.kind,
                "definition": self.form,
                "base": self.base,
                "needs_token": self.base != addresses.own_address(self.form),
                "visit": self,
                "breadcrumbs": self._crumbs(),
                **self.context,
                **context,
            },
            status=status,
        )

    def _crumbs(self):
        if self.page is None:
            return [{"title": self.form.title, "url": self.base}]
        return addresses.way_to(self.page, self.request)

    def open(self, draft, secret):
        """Go on with ``draft`` from now on: its cookie is set with the answer."""
        self.draft, self.key, self.secret = draft, draft.pk, secret
        self.context["cookie"] = draft.expires_at


def at_address(kind):
    """The view of forms of ``kind`` at the addresses that ``urls.py`` gives them."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    def answer_url(request, language, code, rest):
        form = get_object_or_404(kind.model, code=code, locale__language_code=language)
        if not form.live and not _is_on_the_way(request, kind, form, rest):
            raise Http404
        if withholding.is_withheld(form):
            return withholding.notice(request)
        # The address says the language, whatever the browser prefers.
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
        page = form.pages.live().order_by("path").first()
        return answer(request, kind, form, addresses.own_address(form), rest, page)

    return answer_url


def answer_page(kind, page, form, request, rest):
    """A form below its page."""
    shown = form.live or getattr(request, "is_preview", False)
    if not shown and not _is_on_the_way(request, kind, form, rest):
        raise Http404
    if withholding.is_withheld(form):
        return withholding.notice(request)
    base = page.get_url(request) or request.path
    if not rest and request.method != "POST":
        return TemplateResponse(request, page.get_template(request), page.get_context(request))
    return answer(request, kind, form, base, rest, page)


def _is_on_the_way(request, kind, form, rest):
    """Whether this browser filled in or sent the form before it was taken off the site: it loses nothing by that (P9)."""
    key = _key(rest.split("/")[0]) if rest else None
    secret = request.COOKIES.get(drafts.cookie_name(key), "") if key is not None else ""
    if not secret:
        return False
    return drafts.find(key, secret, form) is not None or steps.sent_case(kind, key, secret) is not None


def answer(request, kind, form, base, rest, page=None):
    """What is answered at ``rest`` below the ``base`` of ``form``."""
    # What people write is in no report of an error.
    request.sensitive_post_parameters = "__ALL__"
    visit = Visit(request, kind, form, base, page)
    parts = [part for part in rest.split("/") if part]
    if not parts:
        response = steps.first(visit)
    elif len(parts) == 2 and (step := steps.view_of(kind, form, parts[1])) is not None:
        visit.key = _key(parts[0])
        visit.secret = request.COOKIES.get(drafts.cookie_name(visit.key), "")
        visit.draft = drafts.find(visit.key, visit.secret, form)
        response = step(visit)
    else:
        raise Http404
    return _finished(visit, response)


def _key(text):
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error


def _finished(visit, response):
    if visit.context.get("cookie") is not None:
        response.set_cookie(
            drafts.cookie_name(visit.key),
            visit.secret,
            expires=visit.context["cookie"],
            path=visit.base,
            secure=visit.request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    if visit.key is not None:
        # What somebody filled in stays neither in a cache on the way nor in that of the browser.
        add_never_cache_headers(response)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
