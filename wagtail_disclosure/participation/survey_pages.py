"""The public steps of a survey, without JavaScript: answering once, and being thanked."""

from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..casework.receipts import throttle
from ..casework.receipts.visitors import sender_key
from ..casework.wizard.steps import too_many
from . import addresses, answering, once, questions, visits
from .models.periods import Phase


def answer_page(page, request, rest):
    """The page itself, or the step below it."""
    if not rest:
        return TemplateResponse(request, page.get_template(request), page.get_context(request))
    return visits.below_page(page, request, rest, VIEWS)


def answer(page, request):
    """The questions; sending them is thanked for, however often they are sent."""
    form_class = questions.form_class(page)
    again = _says_again(request)
    if request.method != "POST":
        if not page.is_open:
            return _closed(page, request)
        if once.has_answered(request, page) and not again:
            return visits.show(page, request, "survey_answered", again_url="?again=1")
        return _form(page, request, form_class(initial={"again": again}))
    form = form_class(request.POST)
    if answering.find(request.POST.get("token", "")) is not None:
        return _thanks(page, request)
    if not page.is_open:
        return _closed(page, request, form, status=409)
    valid = form.is_valid()
    if once.has_answered(request, page) and not again:
        form.data = form.data.copy()
        form.data["again"] = "on"
        form.add_error(
            None,
            _(
                "Somebody answered in this browser already. If that was another person, send your answers once more; "
                "if it was you, you are done."
            ),
        )
        return _form(page, request, form, status=409)
    if not valid:
        return _form(page, request, form)
    if not all([throttle.allows("survey_sender", sender_key(request)), throttle.allows("survey_all")]):
        form.add_error(None, too_many())
        return _form(page, request, form, status=429)
    answering.send(
        page,
        form.cleaned_data["token"] or form.render_token(),
        form.cleaned_data,
        request,
        language=get_language() or "",
    )
    return _thanks(page, request)


def _says_again(request):
    return bool((request.POST if request.method == "POST" else request.GET).get("again"))


def _form(page, request, form, status=200):
    return visits.show(
        page,
        request,
        "survey_form",
        form=form,
        fields=[form[each.clean_name] for each in page.question_list],
        action=addresses.address_of(page, addresses.ANSWER, request),
        status=status,
    )


def _thanks(page, request):
    response = visits.show(page, request, "survey_thanks")
    once.remember(response, request, page)
    return response


def _closed(page, request, form=None, status=200):
    """Nothing is taken now. What was filled in is shown, so that nobody wonders where it went."""
    kept = []
    if form is not None:
        form.is_valid()
        kept = [form[each.clean_name] for each in page.question_list]
    return visits.show(
        page,
        request,
        "survey_closed",
        kept=kept,
        is_planned=page.phase == Phase.PLANNED,
        status=status,
    )


VIEWS = {addresses.ANSWER: answer}
