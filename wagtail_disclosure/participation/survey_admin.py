"""Surveys in the admin, for the department in charge: results, texts to be let through, export."""

import codecs
import csv

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..casework.errors import CaseRefused
from ..departments import menu
from ..rules.cells import neutralise
from . import moderation, once, questions, results
from .comment_admin import ModerationForm
from .models import SurveyAnswer, SurveyPage, SurveyText
from .policy import ForStaff, is_open_to, page_or_404, pages_of

NAME = "wagtail_disclosure_surveys"
TEXTS_ON_A_PAGE = 20


class SurveysView(ForStaff, WagtailAdminTemplateMixin, TemplateView):
    """The surveys of the user's departments, each with how many answered and what waits."""

    template_name = "wagtail_disclosure/participation/admin/surveys.html"
    page_title = gettext_lazy("Surveys")
    header_icon = "form"

    def get_context_data(self, **kwargs):
        once.forget()
        pages = list(pages_of(SurveyPage, self.request.user).order_by("-closes_on", "-pk"))
        keys = [page.key for page in pages]
        answers = {
            row["key"]: row
            for row in SurveyAnswer.objects.visible_to(self.request.user)
            .filter(key__in=keys)
            .order_by()
            .values("key")
            .annotate(number=Count("pk"), repeated=Count("pk", filter=Q(is_repeated=True)))
        }
        waiting = dict(
            SurveyText.objects.visible_to(self.request.user)
            .filter(key__in=keys, state=SurveyText.State.PENDING)
            .order_by()
            .values_list("key")
            .annotate(number=Count("pk"))
        )
        none = {"number": 0, "repeated": 0}
        rows = [
            {
                "page": page,
                "phase": page.phase.label,
                "url": reverse(f"{NAME}_results", args=[page.pk]),
                "waiting": waiting.get(page.key, 0),
                **{name: answers.get(page.key, none)[name] for name in none},
            }
            for page in pages
        ]
        return super().get_context_data(rows=rows, **kwargs)


class OfSurvey(ForStaff):
    """A view about one survey of a department of the user."""

    @cached_property
    def survey(self):
        return page_or_404(SurveyPage, self.request.user, self.kwargs["pk"])


class SurveyAdminView(OfSurvey, WagtailAdminTemplateMixin, TemplateView):
    header_icon = "form"

    def get_page_subtitle(self):
        return self.survey.title

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(NAME), "label": _("Surveys")},
            {"url": "", "label": self.survey.title},
        ]


class ResultsView(SurveyAdminView):
    """All results, exact: small numbers are for the department to see."""

    template_name = "wagtail_disclosure/participation/admin/survey_results.html"
    page_title = pgettext_lazy("participation", "Results")

    def get_context_data(self, **kwargs):
        answers = SurveyAnswer.objects.visible_to(self.request.user).filter(key=self.survey.key)
        return super().get_context_data(
            survey=self.survey,
            results=results.for_office(self.survey, self.request.user),
            number=answers.count(),
            repeated=answers.filter(is_repeated=True).count(),
            texts_url=reverse(f"{NAME}_texts", args=[self.survey.pk]),
            export_url=reverse(f"{NAME}_export", args=[self.survey.pk]),
            **kwargs,
        )


class TextsView(SurveyAdminView):
    """Texts that people wrote, each with the decision whether it is shown."""

    template_name = "wagtail_disclosure/participation/admin/survey_texts.html"
    page_title = gettext_lazy("Texts of the answers")

    @property
    def chosen(self):
        """The state whose texts are listed."""
        given = self.request.GET.get("state")
        return given if given in SurveyText.State.values else SurveyText.State.PENDING

    def texts(self):
        found = SurveyText.objects.visible_to(self.request.user).filter(key=self.survey.key)
        return found.filter(state=self.chosen).order_by("question", "pk")

    def get_context_data(self, *, failed=None, **kwargs):
        listed = Paginator(self.texts(), TEXTS_ON_A_PAGE).get_page(self.request.GET.get("p"))
        labels = {each.key: each.label for each in self.survey.question_list}
        rows = [
            {
                "text": each,
                "question": labels.get(each.question, ""),
                "form": failed if failed is not None and failed.row.pk == each.pk else _form_of(each),
            }
            for each in listed
        ]
        states = [{"name": name, "label": label} for name, label in SurveyText.State.choices]
        return super().get_context_data(rows=rows, listed=listed, states=states, chosen=self.chosen, **kwargs)

    def post(self, request, *args, **kwargs):
        key = request.POST.get("text_of", "")
        found = SurveyText.objects.visible_to(request.user).filter(key=self.survey.key)
        row = found.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
        if row is None:
            messages.error(request, _("This text is not open to you."))
            return redirect(request.get_full_path())
        form = _form_of(row, request.POST)
        if form.is_valid():
            try:
                moderation.act(row, request.POST.get("action", ""), by=request.user, **form.cleaned_data)
            except CaseRefused as error:
                form.add_error(None, str(error))
            else:
                return redirect(request.get_full_path())
        return self.render_to_response(self.get_context_data(failed=form))


def _form_of(row, data=None):
    form = ModerationForm(data, row=row, prefix=f"t{row.pk}")
    form.row = row
    return form


class _Echo:
    def write(self, value):
        return value


class ExportView(OfSurvey, View):
    """All answers as CSV, a row each, in no order that says when they came; without formulas."""

    def get(self, request, *args, **kwargs):
        page = self.survey
        response = StreamingHttpResponse(self._lines(page), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="survey-{page.slug}.csv"'
        response["Cache-Control"] = "no-store"
        return response

    def _lines(self, page):
        writer = csv.writer(_Echo())
        yield codecs.BOM_UTF8
        head = [_("Day"), _("Language"), _("Perhaps repeated"), *(each.label for each in page.question_list)]
        yes = _("yes")
        choices = {each.key.hex: dict(questions.choices_of(each)) for each in page.question_list}
        yield writer.writerow([neutralise(str(each)) for each in head]).encode()
        answers = SurveyAnswer.objects.visible_to(self.request.user).filter(key=page.key)
        for answer in answers.order_by("pk").prefetch_related("texts").iterator(chunk_size=500):
            texts = {each.question: moderation.suggested(str(each.body)) for each in answer.texts.all()}
            row = [answer.day.isoformat(), answer.language, yes if answer.is_repeated else ""]
            row += [_cell(each, answer, texts, choices[each.key.hex]) for each in page.question_list]
            yield writer.writerow([neutralise(each) for each in row]).encode()


def _cell(question, answer, texts, choices):
    if question.is_text:
        return texts.get(question.key, "")
    value = answer.values.get(question.key.hex, "")
    if isinstance(value, list):
        return "; ".join(choices.get(code, code) for code in value)
    return choices.get(value, value)


def addresses():
    return [
        path("disclosure/surveys/", SurveysView.as_view(), name=NAME),
        path("disclosure/surveys/<int:pk>/", ResultsView.as_view(), name=f"{NAME}_results"),
        path("disclosure/surveys/<int:pk>/texts/", TextsView.as_view(), name=f"{NAME}_texts"),
        path("disclosure/surveys/<int:pk>/answers.csv", ExportView.as_view(), name=f"{NAME}_export"),
    ]


def menu_item():
    return menu.MenuItemFor(
        _("Surveys"),
        reverse(NAME),
        open_to=is_open_to,
        name="disclosure-surveys",
        icon_name="form",
        order=menu.PARTICIPATION + 10,
    )
