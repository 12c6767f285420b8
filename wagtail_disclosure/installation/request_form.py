"""Forms for disclosure requests (依申请公开) and corrections, with their pages, as drafts in each language of the catalogue.

Nobody reviewed their words, so setup publishes neither. A site that has a form of its own keeps it as it is.
"""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from ..requests import advice, vocabularies
from ..requests.models import RequestForm, RequestFormPage


@dataclass(frozen=True)
class Wanted:
    """A form that setup prepares where the jurisdiction has the kind of case. ``code`` is that of the form and its page."""

    kind: str
    code: str
    title: str
    introduction: str

    @property
    def key(self):
        return "" if self.kind == WANTED[0].kind else f"-{self.kind}"


WANTED = (
    Wanted(
        "request",
        "requests",
        gettext_lazy("Request government information"),
        gettext_lazy("Here you can request information that %(agency)s has not published."),
    ),
    Wanted(
        "correction",
        "corrections",
        gettext_lazy("Request the correction of records about you"),
        gettext_lazy(
            "If government information of %(agency)s records something about you wrongly, and you can prove it, you can "
            "request its correction here."
        ),
    ),
)
# Of the fields that a form may have beyond those of the law: who has an agent or needs help finds a place to say so.
OPTIONAL = ("agent", "help_needed")


def install_request_forms(keeper, agency, roots):
    """The forms in each language, and their pages beside the catalogue. Returns the forms that there are."""
    found = []
    for wanted in WANTED:
        if wanted.kind in vocabularies.kinds():
            found += _install_each(keeper, wanted, agency, roots)
    if found:
        for each in advice.advice_about(agency):
            keeper.report.note(each)
    return found


def _install_each(keeper, wanted, agency, roots):
    """The form ``wanted`` in each language, and its page."""
    found = []
    for root in roots:
        suffix = wanted.key + ("" if root == roots[0] else f"/{root.locale.language_code}")
        form = _install_form(keeper, f"request-form{suffix}", wanted, agency, root.locale, found)
        if form is None:
            continue
        page = None
        # Whoever made the form by hand shows it where they like.
        if not keeper.is_adopted(f"request-form{suffix}"):
            page = _install_page(keeper, f"request-page{suffix}", wanted, root.get_parent().specific, form)
        found.append(form)
        _note_what_is_left(keeper.report, form, page)
    return found


def _install_form(keeper, key, wanted, agency, locale, others):
    own = {"agency": agency, "locale": locale, "case_kind": wanted.kind}
    return keeper.keep(
        key,
        find=lambda: RequestForm.objects.filter(**own).first(),
        make=lambda: _draft_form(wanted, own, others),
        label=lambda each: _("request form “%(title)s”") % {"title": each.title},
        called=_("the request form"),
    )


def _draft_form(wanted, own, others):
    agency, locale = own["agency"], own["locale"]
    taken = RequestForm.objects.filter(code=wanted.code, locale=locale).exists()
    known = {each.code for each in vocabularies.vocabulary("optional_fields")}
    with override(locale.language_code):
        form = RequestForm(
            **own,
            code=f"{wanted.code}-{agency.pk}" if taken else wanted.code,
            title=str(wanted.title),
            live=False,
            introduction=format_html("<p>{}</p>", wanted.introduction % {"agency": agency.local_name()}),
            consent_text=_(
                "What you enter is used to handle this request and for the statistics that the law requires, and is "
                "deleted when its term has ended."
            ),
            optional_fields=[code for code in OPTIONAL if code in known],
        )
    if others:
        form.translation_key = others[0].translation_key
    form.save()
    form.save_revision()
    return form


def _install_page(keeper, key, wanted, parent, form):
    problem = _why_not_below(parent, wanted.code)
    if problem and not RequestFormPage.objects.filter(form=form).exists():
        keeper.report.note(problem)
        return None
    return keeper.keep(
        key,
        find=lambda: RequestFormPage.objects.filter(form=form).first(),
        make=lambda: _draft_page(parent, form, wanted.code),
        label=lambda each: _("page “%(title)s” of the request form") % {"title": each.title},
        called=_("the page of the request form"),
    )


def _why_not_below(parent, slug):
    """Why the page of the form cannot be made below ``parent``; empty when it can."""
    if not RequestFormPage.can_create_at(parent):
        return _(
            "A page of the type “%(type)s” cannot hold the page of the request form. Add it elsewhere, or show the form "
            "with a block or a tag."
        ) % {"type": type(parent).get_verbose_name()}
    taken = parent.get_children().filter(slug=slug).first()
    if taken is not None:
        return _(
            "Below “%(parent)s” the page “%(page)s” has the address “%(slug)s” already. Add a page for the request form "
            "yourself, or show it with a block or a tag."
        ) % {"parent": parent.title, "page": taken.title, "slug": slug}
    return ""


def _draft_page(parent, form, slug):
    page = RequestFormPage(
        title=form.title, slug=slug, locale=form.locale, form=form, live=False, show_in_menus=True
    )
    others = RequestFormPage.objects.filter(form__translation_key=form.translation_key)
    original = others.exclude(locale=form.locale).first()
    if original is not None:
        page.translation_key = original.translation_key
    parent.add_child(instance=page)
    page.save_revision()
    return page


def _note_what_is_left(report, form, page):
    if not form.live:
        report.note(
            _("The request form “%(title)s” is a draft: read its words, and submit it for review.")
            % {"title": form.title}
        )
    if page is not None and not page.live:
        report.note(
            _("The page “%(page)s” of the request form is a draft: submit it for review after the form.")
            % {"page": page.title}
        )
