"""Admin of review policies: which steps hold where, and by which workflow they are taken."""

from django.db import transaction
from django.forms import Select
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log

from ..departments import menu
from ..departments.viewsets import OneAtATime
from . import ledger
from .forms import PolicyStepForm, ReviewPolicyForm
from .models import ReviewPolicy
from .policies import gaps_of, steps_of, warnings_about, why_not_leave
from .policy_record import in_words, is_as_recorded, record, record_removal

CHANGED = "wagtail_disclosure.review_policy"


class StepsPanel(InlinePanel):
    """The steps that the policy itself requires."""

    def get_form_options(self):
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = PolicyStepForm
        return options


class EffectiveStepsPanel(HelpPanel):
    """What holds on the page as it is saved: inherited steps first, and whether the workflow leads through all."""

    def __init__(self, **kwargs):
        kwargs.setdefault("template", "wagtail_disclosure/admin/effective_steps.html")
        super().__init__(**{"heading": gettext_lazy("What holds here"), **kwargs})

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            if self.instance.pk:
                stored = ReviewPolicy.objects.get(pk=self.instance.pk)
                gaps = [*gaps_of(stored), *_past_the_ledger(stored)]
                context.update(steps=steps_of(stored), gaps=gaps, saved=True)
            return context


def steps_cell(policy):
    """The steps of ``policy`` as a list, those it inherits marked."""
    rows = [
        format_html("{} · {}", step, _("inherited from “%(page)s”") % {"page": step.origin.page})
        if step.origin
        else str(step)
        for step in steps_of(policy)
    ]
    return format_html("<ol>{}</ol>", format_html_join("", "<li>{}</li>", ((row,) for row in rows)))


def _past_the_ledger(policy):
    if not is_as_recorded(policy):
        yield _(
            "This policy is not as the ledger has it: it was changed past the admin. Check it, and save it anew."
        )


def workflow_cell(policy):
    gaps = [*gaps_of(policy), *_past_the_ledger(policy)]
    if not gaps:
        return policy.workflow.name
    rows = format_html_join("", "<li>{}</li>", ((gap,) for gap in gaps))
    return format_html("{}<ul>{}</ul>", policy.workflow.name, rows)


class PolicyIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("page", "workflow").order_by("page__path")

    @cached_property
    def list_display(self):
        return [
            self._get_title_column("__str__"),
            Column("steps", label=_("Steps that hold there"), accessor=steps_cell),
            Column("workflow", label=_("Workflow"), accessor=workflow_cell),
        ]


class PolicyInspectView(generic.InspectView):
    def get_steps_display_value(self):
        return steps_cell(self.object)

    def get_workflow_display_value(self):
        return workflow_cell(self.object)


class RecordsChange(OneAtATime):
    """Writes into log and ledger what the review was and what it is, and tells what needs attention."""

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            # First of all locks, as for everything that says what may be published.
            ledger.hold()
            return super().post(request, *args, **kwargs)

    def save_instance(self):
        pk = self.form.instance.pk
        before = in_words(ReviewPolicy.objects.filter(pk=pk).first()) if pk else ""
        policy = super().save_instance()
        policy = ReviewPolicy.objects.get(pk=policy.pk)
        data = {"before": before, "after": in_words(policy)}
        if data["before"] != data["after"]:
            log(policy, CHANGED, user=self.request.user, data=data)
        record(policy, self.request.user, before)
        for warning in warnings_about(policy):
            messages.warning(self.request, warning)
        return policy


class PolicyCreateView(RecordsChange, generic.CreateView):
    pass


class PolicyEditView(RecordsChange, generic.EditView):
    pass


class PolicyDeleteView(OneAtATime, generic.DeleteView):
    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            ledger.hold()
            return super().post(request, *args, **kwargs)

    def run_before_hook(self):
        reason = why_not_leave(self.object)
        if not reason:
            return super().run_before_hook()
        messages.error(self.request, reason)
        return redirect(reverse(self.index_url_name))

    def delete_action(self):
        record_removal(self.object, self.request.user)
        super().delete_action()


class ReviewPolicyViewSet(menu.InDisclosureMenu, ModelViewSet):
    model = ReviewPolicy
    name = "disclosure_review_policies"
    url_prefix = "disclosure/review-policies"
    icon = "clipboard-list"
    menu_label = gettext_lazy("Review policies")
    menu_order = menu.REVIEW
    add_to_admin_menu = True
    copy_view_enabled = False
    # Who may only look has a page to look at.
    inspect_view_enabled = True
    inspect_view_fields = ["page", "workflow", "steps"]
    index_view_class = PolicyIndexView
    inspect_view_class = PolicyInspectView
    add_view_class = PolicyCreateView
    edit_view_class = PolicyEditView
    delete_view_class = PolicyDeleteView
    edit_handler = ObjectList(
        [
            FieldPanel(
                "page",
                help_text=gettext_lazy(
                    "The policy holds for this page, its translations and all below them."
                ),
            ),
            FieldPanel("workflow", widget=Select),
            StepsPanel(
                "steps",
                heading=gettext_lazy("Required steps"),
                label=gettext_lazy("step"),
                min_num=1,
                help_text=gettext_lazy(
                    "In the order of the workflow. Steps required by a policy above hold here as well and are not "
                    "repeated: a policy adds steps and never removes one."
                ),
                panels=["task", "condition", "working_days"],
            ),
            EffectiveStepsPanel(),
        ],
        base_form_class=ReviewPolicyForm,
    )
