"""Importing in the admin: upload, read the report, confirm, see what became of it."""

from types import SimpleNamespace

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from .. import conf
from ..catalogue import sheets
from ..catalogue.admin_views import ActionView
from . import forms
from .importing import findings, report
from .importing.files import Archive, FileRefused, NoFiles
from .importing.plan import NEW, make_plan
from .importing.spool import Spool
from .importing.target import Target, TargetError
from .importing.writer import new_batch
from .models import ADD, ImportBatch
from .tasks import run_import

VIEW = "wagtail_disclosure.view_importbatch"
# Rows that a screen shows; the report has them all.
SHOWN = 200
# The unpacked files of an archive may have so many times the size of an upload.
UNPACKED = 4


def may_see_imports(user):
    return user.has_perm(ADD) or user.has_perm(VIEW)


class UploadView(ActionView):
    """The first step: a manifest and its files. Nothing is imported before the report was read."""

    permission = ADD
    page_title = gettext_lazy("Import documents")
    header_icon = "upload"
    template_name = "wagtail_disclosure/interchange/upload.html"
    form_class = forms.UploadForm
    submit_label = gettext_lazy("Check the files")

    def above(self):
        return [{"url": self.get_success_url(), "label": _("Imports")}]

    def get_success_url(self):
        return reverse("disclosure_imports:index")

    def form_valid(self, form):
        ImportBatch.objects.forgotten().discard()
        try:
            target = Target(
                form.cleaned_data["agency"],
                department=form.cleaned_data["department"],
                acting=self.request.user,
            )
        except TargetError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        try:
            files = self._files(form.cleaned_data["files"])
        except FileRefused as error:
            form.add_error("files", str(error))
            return self.form_invalid(form)
        plan = self._plan(form, target, files)
        try:
            return self._show(form, plan)
        finally:
            plan.close()
            files.close()

    def _files(self, upload):
        return Archive(upload, limit=UNPACKED * conf.get("IMPORT_MAX_UPLOAD_BYTES")) if upload else NoFiles()

    def _plan(self, form, target, files):
        manifest = form.cleaned_data["manifest"]
        draft_only = form.cleaned_data["draft_only"]
        return make_plan(target, manifest.file, manifest.name, files, draft_only=draft_only)

    def _show(self, form, plan):
        skip = form.cleaned_data["skip_bad_rows"]
        if not plan.may_proceed(skip) or not plan.to_write:
            return self.render_to_response(
                self.get_context_data(
                    form=form,
                    plan=plan,
                    problems=plan.problems[:SHOWN],
                    left_out=max(0, plan.problem_count - SHOWN),
                    summary=report.summary(plan.counts),
                )
            )
        with transaction.atomic():
            batch = new_batch(plan, self.request.user, form.cleaned_data["manifest"].name, skip_bad_rows=skip)
            plan.spool.store(batch)
        return redirect(reverse("disclosure_imports:inspect", args=[batch.pk]))


class BatchView(generic.InspectView):
    """One import: what it would do, and after it was confirmed, what it did."""

    template_name = "wagtail_disclosure/interchange/batch.html"

    def dispatch(self, request, *args, **kwargs):
        if not may_see_imports(request.user) or not self._is_mine():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def _is_mine(self):
        return ImportBatch.objects.seen_by(self.request.user).filter(pk=self.object.pk).exists()

    def post(self, request, *args, **kwargs):
        if not request.user.has_perm(ADD):
            raise PermissionDenied
        if "discard" in request.POST:
            if ImportBatch.objects.filter(pk=self.object.pk).discard():
                messages.success(request, _("The import was discarded."))
        elif self._begin():
            language = get_language()
            transaction.on_commit(lambda: run_import.enqueue(self.object.pk, language))
            messages.success(request, _("The import was started."))
        else:
            messages.warning(request, _("The import was started or discarded already."))
        return redirect(reverse("disclosure_imports:inspect", args=[self.object.pk]))

    def _begin(self):
        """Take the import on, once: of two people who confirm it, one does."""
        if not (self.object.is_open or self.object.may_go_on):
            return False
        waiting = ImportBatch.objects.filter(
            pk=self.object.pk, state=self.object.state, progress_at=self.object.progress_at
        )
        now = timezone.now()
        return bool(
            waiting.update(state=ImportBatch.State.RUNNING, started_at=now, progress_at=now, error="")
        )

    @cached_property
    def header_buttons(self):
        return [
            HeaderButton(
                _("Report (CSV)"),
                url=reverse("disclosure_imports:report", args=[self.object.pk]),
                icon_name="download",
            )
        ]

    def get_context_data(self, **kwargs):
        batch = self.object
        problems = batch.problems[:SHOWN]
        noticed = list(rows_of(batch, with_findings=True))
        return super().get_context_data(
            batch=batch,
            summary=report.summary(batch.counts),
            problems=problems,
            problems_left_out=max(0, len(batch.problems) - SHOWN),
            noticed=[(row, [_shown(each) for each in row.findings]) for row in noticed[:SHOWN]],
            noticed_left_out=max(0, len(noticed) - SHOWN),
            may_import=self.request.user.has_perm(ADD),
            to_write=batch.new + batch.changed,
            **kwargs,
        )


def _shown(found):
    return {
        "where": report.field_label(found.get("field", "")),
        "message": findings.message(found),
        "excerpt": found.get("excerpt", ""),
    }


def rows_of(batch, with_findings=False):
    """Yield the rows of an import, planned or done, as the report shows them."""
    if batch.parts.exists():
        spool = Spool.restore(batch)
        try:
            for row in spool.rows():
                if row.findings or not with_findings:
                    row.data, row.files = {}, []
                    yield row
        finally:
            spool.close()
        return
    items = batch.items.select_related("page").order_by("line")
    if with_findings:
        items = items.exclude(findings=[])
    for item in items.iterator(chunk_size=500):
        yield SimpleNamespace(
            line=item.line,
            key=item.source_key,
            title=item.page.draft_title,
            outcome=NEW,
            findings=item.findings,
            page_id=item.page_id,
        )


class ReportView(View):
    """The whole report of an import as CSV."""

    def get(self, request, pk):
        batch = ImportBatch.objects.seen_by(request.user).filter(pk=pk).first()
        if batch is None or not may_see_imports(request.user):
            raise PermissionDenied
        problems = [sheets.Problem(**each) for each in batch.problems]
        rows = report.csv_rows(rows_of(batch), problems)
        response = StreamingHttpResponse(
            sheets.rows_as_csv(rows), content_type=sheets.CONTENT_TYPES[sheets.CSV]
        )
        response["Content-Disposition"] = f'attachment; filename="import-{batch.pk}.csv"'
        response["Cache-Control"] = "private, no-store"
        return response
