"""The inspection in the admin: the score sheet, findings, correction tasks."""

import datetime

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Prefetch, When
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from ...casework.public_forms import check_text
from ...catalogue.admin_views import ActionView
from ...departments.models import Department
from .. import scope
from ..crumbs import Titled
from ..models import CorrectionTask, InspectionFinding
from ..profile import profile
from . import tasks
from .checks import edit_url, lacking
from .context import Inspected
from .run import inspect
from .sheet import sheet_of

NAMESPACE = "wagtail_disclosure_inspection"
ON_A_PAGE = 50
# Days that a department is given where the office says nothing else.
USUAL_DAYS = 14


def url(name, *args):
    return reverse(f"{NAMESPACE}:{name}", args=args)


def findings_for(user):
    """The open findings that ``user`` sees, each with the task that waits."""
    open_tasks = CorrectionTask.objects.exclude(state=CorrectionTask.State.CONFIRMED).select_related(
        "department"
    )
    own = InspectionFinding.objects.open().filter(department__in=scope.departments_seen(user).values("pk"))
    every = InspectionFinding.objects.open().filter(agency__in=scope.read_by(user).values("pk"))
    found = (own | every).select_related("department")
    return found.prefetch_related(Prefetch("tasks", open_tasks, to_attr="waiting"))


def _as_listed():
    """The order of the national list, in which what fails a site alone comes first."""
    places = [When(item=each.code, then=place) for place, each in enumerate(profile().inspection)]
    return Case(*places, default=len(places))


class Opened:
    """A screen of the inspection: for the office, for readers of its reports, and for departments."""

    def dispatch(self, request, *args, **kwargs):
        if not scope.may_open(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class IndexView(Titled, Opened, WagtailAdminTemplateMixin, TemplateView):
    """The score sheet of each agency for those who see all of it; findings, filtered by item and department."""

    template_name = "wagtail_disclosure/reports/inspection.html"
    page_title = gettext_lazy("Inspection of the website")
    header_icon = "glasses"

    def get_context_data(self, **kwargs):
        user, given = self.request.user, self.request.GET
        found = findings_for(user).order_by(_as_listed(), "-found_at", "pk")
        item = given.get("item", "")
        if item in profile().inspection:
            found = found.filter(item=item)
        department = given.get("department", "")
        if department.isascii() and department.isdigit() and len(department) < 19:
            found = found.filter(department=department)
        unassigned = given.get("task") == "none"
        if unassigned:
            found = found.without_task()
        page = Paginator(found, ON_A_PAGE).get_page(given.get("p"))
        works = set(scope.worked_on(user).values_list("pk", flat=True))
        departments = Department.objects.filter(pk__in=findings_for(user).order_by().values("department"))
        return super().get_context_data(
            sheets=[
                {
                    "agency": each,
                    "sheet": sheet_of(each),
                    "run_url": url("run", each.pk) if each.pk in works else "",
                }
                for each in scope.read_by(user)
            ],
            item=profile().inspection.find(item) if item else None,
            source=profile().inspection.source,
            departments=departments,
            department=given.get("department", ""),
            unassigned=unassigned,
            page_obj=page,
            rows=[
                {"finding": each, "listed": each.listed, "may_assign": each.agency_id in works}
                for each in page.object_list
            ],
            tasks_url=url("tasks"),
            **kwargs,
        )


class RunView(Opened, View):
    """Look at the site now."""

    def post(self, request, agency_id):
        agency = scope.worked_on(request.user).filter(pk=agency_id).first()
        if agency is None:
            raise PermissionDenied
        run = inspect(agency)
        count = sum(filter(None, run.counts.values()))
        messages.success(request, _("The site was looked at. Findings: %(count)d.") % {"count": count})
        return redirect(url("index"))


class AssignForm(forms.Form):
    department = forms.ModelChoiceField(label=gettext_lazy("Department"), queryset=Department.objects.none())
    what = forms.CharField(
        label=gettext_lazy("What is to be put right"),
        max_length=500,
        validators=[check_text],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due_on = forms.DateField(label=pgettext_lazy("correction task", "To be done by"), widget=AdminDateInput())

    def __init__(self, *args, agency, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = agency.departments.active()


class FindingView(Opened, ActionView):
    """One finding: what it says, examples, its tasks; and giving a department a task."""

    template_name = "wagtail_disclosure/reports/finding.html"
    header_icon = "glasses"
    form_class = AssignForm
    submit_label = pgettext_lazy("correction task", "Assign")

    @cached_property
    def finding(self):
        found = findings_for(self.request.user).filter(pk=self.kwargs["finding_id"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def may_assign(self):
        works = scope.worked_on(self.request.user).filter(pk=self.finding.agency_id).exists()
        return works and not self.finding.waiting

    def get_page_title(self):
        return self.finding.listed.label() if self.finding.listed else self.finding.title

    def above(self):
        return [{"url": url("index"), "label": _("Inspection of the website")}]

    def get_success_url(self):
        return url("index")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "agency": self.finding.agency}

    def get_initial(self):
        due = timezone.localdate() + datetime.timedelta(days=USUAL_DAYS)
        return {"department": self.finding.department_id, "what": self.finding.sentence, "due_on": due}

    def post(self, request, *args, **kwargs):
        if not self.may_assign:
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def act(self, form):
        tasks.assign(self.finding.agency, finding=self.finding, by=self.request.user, **form.cleaned_data)
        return _("The task is assigned.")

    def get_context_data(self, **kwargs):
        behind = self.finding.facts.get("lacking")
        examples = []
        if behind:
            site = Inspected(self.finding.agency)
            examples = lacking(site, behind["element"], behind["department"])
        return super().get_context_data(
            finding=self.finding,
            may_assign=self.may_assign,
            examples=[{**each, "edit_url": edit_url(each["pk"])} for each in examples],
            waiting=[{"task": each, "url": url("task", each.pk)} for each in self.finding.waiting],
            **kwargs,
        )


class TasksView(Titled, Opened, WagtailAdminTemplateMixin, TemplateView):
    """Correction tasks, those that are open first, by the day they are due."""

    template_name = "wagtail_disclosure/reports/tasks.html"
    page_title = gettext_lazy("Correction tasks")
    header_icon = "tasks"

    def above(self):
        return [{"url": url("index"), "label": _("Inspection of the website")}]

    def get_context_data(self, **kwargs):
        state = self.request.GET.get("state", "")
        found = tasks.tasks_for(self.request.user)
        if state in CorrectionTask.State.values:
            found = found.filter(state=state)
        else:
            found = found.exclude(state=CorrectionTask.State.CONFIRMED)
        page = Paginator(found.order_by("due_on", "pk"), ON_A_PAGE).get_page(self.request.GET.get("p"))
        today = timezone.localdate()
        return super().get_context_data(
            page_obj=page,
            rows=[
                {
                    "task": each,
                    "url": url("task", each.pk),
                    "is_late": each.state == CorrectionTask.State.OPEN and each.due_on < today,
                }
                for each in page.object_list
            ],
            states=[("", _("not confirmed yet")), *CorrectionTask.State.choices],
            state=state,
            **kwargs,
        )


class StepForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=500,
        required=False,
        validators=[check_text],
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TaskView(Opened, ActionView):
    """One task with what happened to it, and the steps that this person may take."""

    template_name = "wagtail_disclosure/reports/task.html"
    header_icon = "tasks"
    form_class = StepForm

    @cached_property
    def task(self):
        found = tasks.tasks_for(self.request.user).filter(pk=self.kwargs["task_id"]).first()
        if found is None:
            raise Http404
        return found

    def get_page_title(self):
        return _("Correction task")

    def above(self):
        return [
            {"url": url("index"), "label": _("Inspection of the website")},
            {"url": url("tasks"), "label": _("Correction tasks")},
        ]

    def get_success_url(self):
        return url("tasks")

    def post(self, request, *args, **kwargs):
        if not tasks.offered(self.task, request.user):
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def act(self, form):
        kind = self.request.POST.get("step", "")
        done = tasks.step(self.task, kind, by=self.request.user, note=form.cleaned_data["note"])
        return _("The task is now: %(state)s.") % {"state": done.get_state_display()}

    def get_context_data(self, **kwargs):
        labels = {
            tasks.Kind.DONE: _("Report as done"),
            tasks.Kind.RETURNED: _("Return"),
            tasks.Kind.CONFIRMED: _("Confirm"),
        }
        return super().get_context_data(
            task=self.task,
            steps=self.task.steps.all(),
            offers=[(str(kind), labels[kind]) for kind in tasks.offered(self.task, self.request.user)],
            is_still_found=self.task.finding is not None and self.task.finding.gone_at is None,
            **kwargs,
        )


ADDRESSES = [
    path("", IndexView.as_view(), name="index"),
    path("run/<int:agency_id>/", RunView.as_view(), name="run"),
    path("findings/<int:finding_id>/", FindingView.as_view(), name="finding"),
    path("tasks/", TasksView.as_view(), name="tasks"),
    path("tasks/<int:task_id>/", TaskView.as_view(), name="task"),
]
