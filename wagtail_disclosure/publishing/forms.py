"""Forms of review policies."""

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.models import Task, Workflow

from .models import ReviewPolicyStep
from .policies import Step, problems, review_tasks


class TaskField(forms.ModelChoiceField):
    def label_from_instance(self, task):
        kind = str(task.specific.get_verbose_name())
        return task.name if task.name == kind else f"{task.name} · {kind}"


class PolicyStepForm(WagtailAdminModelForm):
    """A required step: only tasks of the disclosure review that are active can be chosen anew."""

    class Meta:
        model = ReviewPolicyStep
        fields = ["task", "condition", "working_days"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kept = Task.objects.filter(pk=self.instance.task_id)
        old = self.fields["task"]
        self.fields["task"] = TaskField(
            queryset=(review_tasks().filter(active=True) | kept).order_by("name"), label=old.label
        )


class ReviewPolicyForm(WagtailAdminModelForm):
    """A policy is saved only when its workflow leads through all that it requires, and nothing loses its review."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "workflow" in self.fields:
            workflows = Workflow.objects.filter(active=True)
            kept = Workflow.objects.filter(pk=self.instance.workflow_id)
            self.fields["workflow"].queryset = (workflows | kept).order_by("name")

    def clean(self):
        cleaned = super().clean()
        page, workflow, own = cleaned.get("page"), cleaned.get("workflow"), self._own_steps()
        if page is not None and workflow is not None and own is not None:
            for field, sentence in problems(self.instance, page, workflow, own):
                self.add_error(field, ValidationError(sentence))
        return cleaned

    def _own_steps(self):
        """The steps as they stand in the form, in its order; None when one of them is not filled in properly."""
        formset = self.formsets.get("steps")
        if formset is None or not formset.is_valid():
            return None
        rows = [form.cleaned_data for form in formset.forms if form.cleaned_data]
        rows = [row for row in rows if not row.get("DELETE") and row.get("task")]
        rows.sort(key=lambda row: row.get("ORDER") or 0)
        return [Step(row["task"], row["condition"], working_days=row.get("working_days")) for row in rows]
