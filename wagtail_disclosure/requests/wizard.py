"""The form by which requests come in: what is its own of the public forms."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from .. import conf
from ..casework import cleaning
from ..casework.wizard import addresses, drafts, embedding, steps, visits
from ..casework.wizard.kinds import CHECK_STEP, FILES_STEP, FormKind, Step
from ..publishing.verification.withholding import is_withheld
from ..rules.characters import NOT_TEXT
from ..rules.labels import article_label, text_in
from ..rules.profiles import get_profile
from . import forms, intake, vocabularies
from .models import DeflectionCount, DisclosureRequest, RequestAttachment, RequestForm
from .suggestions import suggestions

DESCRIBE, SUGGESTIONS = "describe", "suggestions"
# What an address fills in, ``?title=…``: the field, and how long it may be.
BROUGHT = {
    "title": ("subject", 200),
    "index_number": ("index_number", 100),
    "document_number": ("document_number", 100),
    "item": ("item", 18),
}


def _left_out(form):
    return vocabularies.kind_of(form.case_kind).fact("leaves_out", ())


def _title_of(step, form):
    own = vocabularies.kind_of(form.case_kind).fact("step_titles", {})
    return text_in(own[step.name]) if step.name in own else step.title


def _brought(_form, given):
    # What is no text would be refused, in a field that may not even be seen.
    return {field: NOT_TEXT.sub("", given.get(name, ""))[:most] for name, (field, most) in BROUGHT.items()}


def _around(form):
    return {"notes": vocabularies.notes_for(form.case_kind)}


def _what_follows(case):
    """What the receipt says of the time after: the steps of the law that are still ahead, with their days."""
    profile = get_profile(conf.get("JURISDICTION"))
    ruleset = profile.ruleset_on(timezone.localdate(case.submitted_at))
    ahead = vocabularies.kind_of(case.case_kind).fact("told_ahead", ())
    days = {code: term.working_days for code, term in ruleset.terms.items()} if ruleset else {}
    return {
        "ahead": [
            {
                "title": step.label(),
                "text": step.note().format(**days),
                "article": article_label(step.article),
            }
            for step in profile.request_steps
            if step.code in ahead
        ],
        "reply_days": days.get("request_reply") if ahead else None,
    }


def suggest(visit):
    """What is public already; without any, the step is passed over."""
    if visit.draft is None:
        return steps.without_draft(visit)
    if visit.request.method == "POST":
        if visit.request.POST.get("action") == "found":
            DeflectionCount.count(visit.form, "found")
            cleaning.discard(visit.draft)
            return visit.show("found")
        return visit.go(steps.following(visit, DESCRIBE))
    site = Site.find_for_request(visit.request)
    wanted = site and SUGGESTIONS not in _left_out(visit.form)
    found = suggestions(site, visit.form.locale, visit.answers.get(DESCRIBE, {})) if wanted else []
    if not found:
        return visit.go(steps.following(visit, DESCRIBE))
    if not visit.answers.get("suggested"):
        DeflectionCount.count(visit.form, "shown")
        drafts.save(visit.draft, "suggested", True)
    progress = {**steps.progress(visit, DESCRIBE), "back": visit.url(DESCRIBE)}
    return visit.show("suggestions", items=found, progress=progress)


FORM = FormKind(
    model=RequestForm,
    case_model=DisclosureRequest,
    attachments=RequestAttachment,
    templates="wagtail_disclosure/requests",
    steps=(
        Step(DESCRIBE, _("The information you want"), forms.DescribeFields, offers=SUGGESTIONS),
        Step("kind", _("Who you are"), forms.KindForm, changes="applicant"),
        Step("applicant", _("Name and contact"), forms.ApplicantForm),
        Step("delivery", _("How you want to have it"), forms.DeliveryForm),
        FILES_STEP,
        CHECK_STEP,
    ),
    first_form=forms.DescribeForm,
    check_form=forms.CheckForm,
    send=intake.send,
    leaves_out=_left_out,
    title_of=_title_of,
    brought=_brought,
    around=_around,
    what_follows=_what_follows,
    views={SUGGESTIONS: suggest},
)

answer_url = visits.at_address(FORM)


def answer_page(page, request, rest):
    """The form below the page that shows it."""
    return visits.answer_page(FORM, page, page.form, request, rest)


def embedded(definition, request, *, heading=2):
    """The form as HTML, for any page; see ``casework.wizard.embedding``."""
    return embedding.embedded(FORM, definition, request, heading=heading)


def forms_of_other_kinds(definition, request):
    """Open forms of the same agency and language for other kinds of cases, so that nobody has to know their address."""
    forms = RequestForm.objects.filter(live=True, agency=definition.agency_id, locale=definition.locale_id)
    shown = {}
    for form in forms.exclude(case_kind=definition.case_kind).select_related("locale").order_by("pk"):
        taken = form.case_kind in shown or not form.is_open or is_withheld(form)
        if not taken and (url := _place_of(form, request)):
            shown[form.case_kind] = {"title": form.title, "url": url}
    return list(shown.values())


def _place_of(form, request):
    page = form.pages.live().order_by("path").first()
    return (page.get_url(request) if page is not None else None) or addresses.base_of(form, request)
