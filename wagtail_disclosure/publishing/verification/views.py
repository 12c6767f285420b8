"""The verification in the admin: its runs, what each found, starting one, and the anchor of the ledger."""

from django import forms
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy

from ..exports import SafeExport, shown_time
from ..ledger import display_name
from ..models import LedgerEntry, VerificationFinding, VerificationRun, Withholding
from . import anchors, tasks

READ_LEDGER = "wagtail_disclosure.view_ledgerentry"
NAMESPACE = "wagtail_disclosure_review"


class ForReadersOfTheLedger:
    """A report for whoever may read the ledger."""

    permission_policy = ModelPermissionPolicy(LedgerEntry)
    any_permission_required = ["view"]
    template_name = "wagtail_disclosure/publishing/report.html"
    is_searchable = False
    header_icon = "check"


class RunsView(ForReadersOfTheLedger, SafeExport, ReportView):
    """Every verification, the newest first."""

    page_title = gettext_lazy("Verification")
    model = VerificationRun
    index_url_name = f"{NAMESPACE}:verifications"
    index_results_url_name = f"{NAMESPACE}:verifications_results"
    columns = [
        TitleColumn(
            "time", label=gettext_lazy("Time"), classname="w-whitespace-nowrap", get_url=lambda run: run.url
        ),
        StatusTagColumn(
            "outcome",
            label=gettext_lazy("Outcome"),
            classname="w-whitespace-nowrap",
            primary=lambda run: run.is_good,
        ),
        Column("items", label=gettext_lazy("Items")),
        Column("files_read", label=gettext_lazy("Files")),
        Column("entries", label=gettext_lazy("Ledger entries")),
        Column("requested_by_name", label=gettext_lazy("Started by")),
    ]
    list_export = ["started_at", "finished_at", "outcome", "differences", "items", "files", "entries"]
    export_headings = {
        "started_at": gettext_lazy("Time"),
        "finished_at": pgettext_lazy("disclosure", "Finished"),
        "outcome": gettext_lazy("Outcome"),
        "differences": gettext_lazy("Differences"),
        "items": gettext_lazy("Items"),
        "files": gettext_lazy("Files"),
        "entries": gettext_lazy("Ledger entries"),
    }

    @property
    def no_results_message(self):
        return _(
            "Nothing has been verified yet: whether what is public is what was approved has not been looked at."
        )

    def get_queryset(self):
        return VerificationRun.objects.order_by("-started_at", "-pk")

    def get_filename(self):
        return f"verification-{timezone.localdate():%Y-%m-%d}"

    @cached_property
    def header_buttons(self):
        url = reverse(f"{NAMESPACE}:verify")
        return [HeaderButton(_("Verify now"), url=url, icon_name="rotate")]

    def decorate_paginated_queryset(self, object_list):
        return [describe(run) for run in object_list]


def describe(run):
    """Give ``run`` what the screens show of it."""
    run.time, run.url = shown_time(run.started_at), reverse(f"{NAMESPACE}:verification", args=[run.pk])
    run.is_good = run.state == VerificationRun.State.AGREES
    run.outcome = run.get_state_display()
    if run.state == VerificationRun.State.DIFFERS:
        text = ngettext("%(count)d difference", "%(count)d differences", run.differences)
        run.outcome = text % {"count": run.differences}
    run.files_read = run.files if run.with_files else _("not read")
    return run


class RunView(ForReadersOfTheLedger, SafeExport, ReportView):
    """What one verification found."""

    page_title = gettext_lazy("Verification")
    model = VerificationFinding
    template_name = "wagtail_disclosure/publishing/verification.html"
    index_results_url_name = index_url_name = None
    columns = [
        TitleColumn(
            "shown_title", label=pgettext_lazy("disclosure", "Item"), get_url=lambda found: found.url
        ),
        Column("text", label=gettext_lazy("Difference")),
        StatusTagColumn(
            "newness", label=pgettext_lazy("disclosure", "New"), primary=lambda found: found.is_new
        ),
    ]
    list_export = ["shown_title", "text", "newness"]
    export_headings = {
        "shown_title": pgettext_lazy("disclosure", "Item"),
        "text": gettext_lazy("Difference"),
        "newness": pgettext_lazy("disclosure", "New"),
    }

    def setup(self, request, *args, pk, **kwargs):
        super().setup(request, *args, **kwargs)
        self.run = describe(get_object_or_404(VerificationRun, pk=pk))

    def get_page_subtitle(self):
        return self.run.time

    def get_index_url(self):
        return self.run.url

    get_index_results_url = get_index_url

    def get_breadcrumbs_items(self):
        runs_item = {"url": reverse(f"{NAMESPACE}:verifications"), "label": self.get_page_title()}
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.run.time}
        return [*self.breadcrumbs_items, runs_item, here]

    def get_queryset(self):
        return self.run.findings.order_by("pk")

    def get_filename(self):
        return f"verification-{self.run.started_at:%Y-%m-%d}"

    def decorate_paginated_queryset(self, object_list):
        for found in object_list:
            found.shown_title = found.title or _("the whole site")
            found.newness = _("new") if found.is_new else _("known before")
            found.url = (
                reverse(f"{NAMESPACE}:history", args=[found.content_type_id, found.object_id])
                if found.content_type_id
                else ""
            )
        return object_list

    def get_context_data(self, **kwargs):
        withheld = Withholding.objects.in_force().filter(run=self.run) if self.run.differences else []
        left_out = self.run.differences - self.run.findings.count()
        return {
            **super().get_context_data(**kwargs),
            "run": self.run,
            "withheld": withheld,
            "left_out": left_out,
        }


class VerifyForm(forms.Form):
    read_files = forms.BooleanField(
        label=gettext_lazy("Read the bytes of all files"),
        help_text=gettext_lazy(
            "Takes longer. Without it, a file that was overwritten in storage is not found."
        ),
        required=False,
        initial=True,
    )


class VerifyView(WagtailAdminTemplateMixin, FormView):
    """Start a verification."""

    form_class = VerifyForm
    template_name = "wagtail_disclosure/publishing/verify.html"
    page_title = gettext_lazy("Verify now")
    header_icon = "check"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(READ_LEDGER):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        runs_item = {"url": reverse(f"{NAMESPACE}:verifications"), "label": _("Verification")}
        return [*self.breadcrumbs_items, runs_item, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "too_much": tasks.is_too_much(),
            "limit": tasks.MOST_AT_ONCE,
        }

    def form_valid(self, form):
        if tasks.is_too_much():
            return self.render_to_response(self.get_context_data(form=form))
        by = display_name(self.request.user)
        tasks.verify_everything.enqueue(by=by, read_files=form.cleaned_data["read_files"])
        last = VerificationRun.objects.order_by("-pk").first()
        if tasks.has_worker():
            messages.success(
                self.request, _("The verification has been started. Its result will appear here.")
            )
        elif last is not None and last.state == VerificationRun.State.FAILED:
            messages.error(self.request, _("The verification could not be finished."))
        return redirect(f"{NAMESPACE}:verifications")


@require_safe
def anchor(request):
    """A receipt of the end of the ledger, to be kept outside."""
    if not request.user.has_perm(READ_LEDGER):
        return permission_denied(request)
    found = anchors.receipt()
    if found is None:
        messages.error(request, _("The ledger is empty."))
        return redirect(f"{NAMESPACE}:ledger")
    name = f"ledger-{found['sequence']}.json"
    return JsonResponse(found, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def anchor_button():
    return Button(
        _("Download an anchor"), url=reverse(f"{NAMESPACE}:anchor"), icon_name="download", priority=10
    )
