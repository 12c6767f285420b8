"""Several cases at once: given to an officer, or handed over to a department. Each by its own move, or not at all."""

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import cached_property, classproperty
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.views.bulk_action import BulkAction

from ...departments.models import Department
from ...departments.names import person_name
from ...rules.errors import RuleError
from .. import moves, reprojection
from ..action_fields import LONGEST_TEXT, PersonField, departments_for, people_of
from ..listing import matching
from ..public_forms import check_text
from .filters import filter_set

# So many at once; a person has to look at each.
MOST = 200


def _note():
    return forms.CharField(
        label=pgettext_lazy("disclosure", "note"),
        required=False,
        max_length=LONGEST_TEXT,
        validators=[check_text],
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class BulkForm(forms.Form):
    # Pairs "case:last event" of what the page showed.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class AssignForm(BulkForm):
    assignee = PersonField(label=pgettext_lazy("disclosure", "officer in charge"), queryset=None)
    note = _note()

    def __init__(self, *args, cases, **kwargs):
        super().__init__(*args, **kwargs)
        # One case of each department, or agency, stands for the others.
        kinds = {(case.agency_id, case.department_id): case for case in cases}
        keys = {pk for case in kinds.values() for pk in people_of(case).values_list("pk", flat=True)}
        self.fields["assignee"].queryset = get_user_model().objects.filter(pk__in=keys).order_by("pk")


class HandOverForm(BulkForm):
    department = forms.ModelChoiceField(label=_("department"), queryset=None)
    note = _note()

    def __init__(self, *args, cases, **kwargs):
        super().__init__(*args, **kwargs)
        agencies = {case.agency_id for case in cases}
        self.fields["department"].queryset = Department.objects.active().filter(agency__in=agencies)


class CaseBulkAction(BulkAction):
    """A concrete one names ``move``, the code of the action, and says with what it is taken (``arguments``)."""

    template_name = "wagtail_disclosure/casework/bulk.html"
    move = ""

    @classproperty
    def models(cls):
        return [each for each in reprojection.models() if each.admin_name]

    @cached_property
    def cases(self):
        """The chosen cases that the user may see, in order."""
        visible, chosen = self.model.objects.visible_to(self.request.user), self.request.GET.getlist("id")
        if "all" in chosen:
            filters = filter_set(self.model)(self.request.GET, queryset=visible, request=self.request)
            found = filters.qs if filters.is_valid() else visible.none()
            text = self.request.GET.get("q", "").strip()
            found = matching(found, text) if text else found
        else:
            keys = [int(each) for each in chosen if each.isascii() and each.isdigit() and len(each) < 19]
            found = visible.filter(pk__in=keys)
        cases = list(found.select_related("department", "officer").order_by("pk")[: MOST + 1])
        if not cases:
            raise Http404
        return cases

    @property
    def chosen(self):
        return self.cases[:MOST]

    def get_actionable_objects(self):
        possible, others = [], []
        for case in self.chosen:
            codes = {each.code for each in moves.allowed(case, self.request.user, today=timezone.localdate())}
            (possible if self.move in codes else others).append(case)
        return possible, {"items_with_no_access": others}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "cases": self.chosen}

    def get_initial(self):
        return {"seen": ",".join(f"{pk}:{event}" for pk, event in self._last_events().items())}

    def _last_events(self):
        events = self.model._meta.get_field("events").related_model.objects
        return dict(
            events.filter(case__in=[case.pk for case in self.chosen])
            .order_by()
            .values_list("case")
            .annotate(last=Max("pk"))
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            label=self.display_name, is_cut=len(self.cases) > MOST, most=MOST, **kwargs
        )

    def form_valid(self, form):
        seen, done, refused = _seen(form.cleaned_data["seen"]), [], []
        for case in self.chosen:
            try:
                moves.act(
                    case,
                    self.move,
                    by=self.request.user,
                    seen=seen.get(case.pk),
                    **self.arguments(case, form),
                )
            except (RuleError, PermissionDenied) as error:
                refused.append((case.number, str(error) or gettext("This case is not open to you.")))
            else:
                done.append(case.number)
        context = {"label": self.display_name, "done": done, "refused": refused, "next": self.next_url}
        return TemplateResponse(self.request, "wagtail_disclosure/casework/bulk_done.html", context)

    def arguments(self, case, form):
        """What ``moves.act`` is called with. Raises ``RuleError`` where the choice does not fit ``case``."""
        raise NotImplementedError


def _seen(text):
    """``{case key: event key}``; what is no such pair is left out, and that case is not compared."""
    pairs = [each.partition(":") for each in text.split(",")]
    return {
        int(a): int(b)
        for a, _colon, b in pairs
        if a.isascii() and a.isdigit() and b.isascii() and b.isdigit()
    }


class AssignCases(CaseBulkAction):
    display_name = _("Assign")
    aria_label = _("Assign the chosen cases to an officer")
    action_type = "assign"
    action_priority = 10
    form_class = AssignForm
    move = "assign"

    def arguments(self, case, form):
        officer = form.cleaned_data["assignee"]
        if not people_of(case).filter(pk=officer.pk).exists():
            raise RuleError(
                _("%(name)s is no officer of its department."), "officer", name=person_name(officer)
            )
        return {"changes": {"officer": officer}, "note": form.cleaned_data["note"]}


class HandOverCases(CaseBulkAction):
    display_name = _("Hand over")
    aria_label = _("Hand over the chosen cases to another department")
    action_type = "hand_over"
    action_priority = 20
    form_class = HandOverForm
    move = "hand_over"

    def arguments(self, case, form):
        department = form.cleaned_data["department"]
        if not departments_for(case).filter(pk=department.pk).exists():
            raise RuleError(_("“%(name)s” cannot take over this case."), "department", name=str(department))
        return {
            "changes": {"department": department, "officer": None},
            "data": {"department": department.pk},
            "note": form.cleaned_data["note"],
        }


hooks.register("register_bulk_action", AssignCases)
hooks.register("register_bulk_action", HandOverCases)
