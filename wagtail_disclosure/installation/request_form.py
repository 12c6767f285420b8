"""A form for disclosure requests (依申请公开) and its page, as drafts in each language of the catalogue.

Nobody reviewed their words, so setup publishes neither. A site that has a form of its own keeps it as it is.
"""

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..requests import advice, vocabularies
from ..requests.models import RequestForm, RequestFormPage

SLUG = CODE = "requests"
# Of the fields that a form may have beyond those of the law: who has an agent or needs help finds a place to say so.
OPTIONAL = ("agent", "help_needed")


def install_request_forms(keeper, agency, roots):
    """The form in each language, and its page beside the catalogue. Returns the forms that there are."""
    found = []
    for root in roots:
        suffix = "" if root == roots[0] else f"/{root.locale.language_code}"
        form = _install_form(keeper, f"request-form{suffix}", agency, root.locale, found)
        if form is None:
            continue
        page = None
        # Whoever made the form by hand shows it where they like.
        if not keeper.is_adopted(f"request-form{suffix}"):
            page = _install_page(keeper, f"request-page{suffix}", root.get_parent().specific, form)
        found.append(form)
        _note_what_is_left(keeper.report, form, page)
    if found:
        for each in advice.advice_about(agency):
            keeper.report.note(each)
    return found


def _install_form(keeper, key, agency, locale, others):
    return keeper.keep(
        key,
        find=lambda: RequestForm.objects.filter(agency=agency, locale=locale).first(),
        make=lambda: _draft_form(agency, locale, others),
        label=lambda each: _("request form “%(title)s”") % {"title": each.title},
        called=_("the request form"),
    )


def _draft_form(agency, locale, others):
    taken = RequestForm.objects.filter(code=CODE, locale=locale).exists()
    known = {each.code for each in vocabularies.vocabulary("optional_fields")}
    with override(locale.language_code):
        form = RequestForm(
            code=f"{CODE}-{agency.pk}" if taken else CODE,
            title=_("Request government information"),
            agency=agency,
            locale=locale,
            live=False,
            introduction=format_html("<p>{}</p>", _introduction(agency)),
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


def _introduction(agency):
    text = _("Here you can request information that %(agency)s has not published.")
    return text % {"agency": agency.local_name}


def _install_page(keeper, key, parent, form):
    problem = _why_not_below(parent)
    if problem and not RequestFormPage.objects.filter(form=form).exists():
        keeper.report.note(problem)
        return None
    return keeper.keep(
        key,
        find=lambda: RequestFormPage.objects.filter(form=form).first(),
        make=lambda: _draft_page(parent, form),
        label=lambda each: _("page “%(title)s” of the request form") % {"title": each.title},
        called=_("the page of the request form"),
    )


def _why_not_below(parent):
    """Why the page of the form cannot be made below ``parent``; empty when it can."""
    if not RequestFormPage.can_create_at(parent):
        return _(
            "A page of the type “%(type)s” cannot hold the page of the request form. Add it elsewhere, or show the form "
            "with a block or a tag."
        ) % {"type": type(parent).get_verbose_name()}
    taken = parent.get_children().filter(slug=SLUG).first()
    if taken is not None:
        return _(
            "Below “%(parent)s” the page “%(page)s” has the address “%(slug)s” already. Add a page for the request form "
            "yourself, or show it with a block or a tag."
        ) % {"parent": parent.title, "page": taken.title, "slug": SLUG}
    return ""


def _draft_page(parent, form):
    page = RequestFormPage(
        title=form.title, slug=SLUG, locale=form.locale, form=form, live=False, show_in_menus=True
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
