"""Screens beside the lists: a submission with its history, what is done by hand, counts."""

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.forms import Form
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ...catalogue import sheets
from ...catalogue.admin_views import ActionView
from ...publishing.verification.tasks import has_worker
from ..models.upward import UpwardSubmission
from . import access, counts, files, forms, moves, push, tasks
from .documents import TYPES

SUBMISSIONS, PLATFORMS = "disclosure_upward", "disclosure_platforms"
State = UpwardSubmission.State
# Without a worker a request sends no more than this.
MOST_AT_ONCE = 100


def url(name, *args, **query):
    found = reverse(f"{SUBMISSIONS}:{name}", args=args)
    return f"{found}?{urlencode(query)}" if query else found


def _list():
    return {"url": url("index"), "label": pgettext("upward feed", "Submissions")}


# One submission


class SubmissionView(WagtailAdminTemplateMixin, TemplateView):
    """One submission: what the platform said, everything that happened to it, the other versions of the item."""

    template_name = "wagtail_disclosure/interchange/upward/submission.html"
    page_title = pgettext_lazy("upward feed", "Submission")
    header_icon = "upload"

    def setup(self, request, *args, pk, **kwargs):
        super().setup(request, *args, **kwargs)
        self.submission = access.submission_or_404(request.user, pk)

    def get_page_subtitle(self):
        return self.submission.title

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, _list(), {"url": "", "label": self.submission.title}]

    def get_context_data(self, **kwargs):
        row, user = self.submission, self.request.user
        others = UpwardSubmission.objects.filter(page_id=row.page_id).exclude(pk=row.pk)
        return super().get_context_data(
            submission=row,
            events=row.events.order_by("-pk"),
            others=others.select_related("platform"),
            steps=self._steps(row) if UpwardSubmission.objects.handled_by(user).filter(pk=row.pk) else [],
            **kwargs,
        )

    def _steps(self, row):
        if row.state in (State.REFUSED, State.FAILED):
            yield pgettext("upward feed", "Send again"), url("again", row.pk)
        if row.state == State.WAITING and row.next_try_at:
            yield _("Do not wait any longer"), url("now", row.pk)
        if forms.MarkForm(submission=row).fields["status"].choices:
            yield _("Set the status by hand"), url("mark", row.pk)


class OfSubmission(ActionView):
    def setup(self, request, *args, pk, **kwargs):
        super().setup(request, *args, **kwargs)
        self.submission = access.submission_or_404(request.user, pk, to_handle=True)

    def above(self):
        return [_list(), {"url": self.get_success_url(), "label": self.submission.title}]

    def get_page_subtitle(self):
        return self.submission.title

    def get_success_url(self):
        return url("inspect", self.submission.pk)


class MarkView(OfSubmission):
    page_title = gettext_lazy("Set the status by hand")
    header_icon = "edit"
    form_class = forms.MarkForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "submission": self.submission}

    def act(self, form):
        values = dict(form.cleaned_data)
        moves.mark(self.submission, self.request.user, values.pop("status"), **values)
        return _("The status was set.")


class AgainView(OfSubmission):
    page_title = pgettext_lazy("upward feed", "Send again")
    header_icon = "rotate"
    form_class = forms.ReasonForm
    submit_label = pgettext_lazy("upward feed", "Send again")

    def act(self, form):
        moves.send_again(self.submission, self.request.user, form.cleaned_data["reason"])
        tasks.enqueue(self.submission.platform)
        return _("It waits to be sent again.")


class NowView(OfSubmission):
    page_title = gettext_lazy("Do not wait any longer")
    header_icon = "rotate"
    form_class = Form
    submit_label = gettext_lazy("Try at the next run")

    def act(self, form):
        moves.try_now(self.submission, self.request.user)
        tasks.enqueue(self.submission.platform)
        return _("It is tried at the next run.")


# One platform


class OfPlatform(ActionView):
    def setup(self, request, *args, pk, **kwargs):
        super().setup(request, *args, **kwargs)
        self.platform = access.platform_or_404(request.user, pk)

    def above(self):
        return [_list(), {"url": url("index", platform=self.platform.pk), "label": str(self.platform)}]

    def get_page_subtitle(self):
        return str(self.platform)

    def get_success_url(self):
        return url("index", platform=self.platform.pk)


class SendView(OfPlatform):
    """Send what waits now, without waiting for the job."""

    permission = access.CHANGE
    page_title = pgettext_lazy("upward feed", "Send now")
    header_icon = "upload"
    form_class = Form
    submit_label = pgettext_lazy("upward feed", "Send now")

    def act(self, form):
        if has_worker():
            tasks.push.enqueue(self.platform.pk)
            return _("It is being sent.")
        try:
            found = push.run(self.platform, by=moves.By.person(self.request.user).name, limit=MOST_AT_ONCE)
        except push.Busy:
            form.add_error(None, _("It is being sent already."))
            return None
        except push.NotSendable:
            form.add_error(None, _("The site sends nothing to this platform."))
            return None
        return push.what_came(found)


class KeyView(OfPlatform):
    """A new access key, shown once."""

    permission = access.CHANGE_PLATFORM
    page_title = gettext_lazy("New access key")
    header_icon = "key"
    form_class = Form
    submit_label = gettext_lazy("Make a new key")
    warning = gettext_lazy("The present key no longer opens anything from then on.")
    template_name = "wagtail_disclosure/interchange/upward/key.html"

    def form_valid(self, form):
        key = self.platform.renew_access_key()
        self.warning = ""
        context = self.get_context_data(form=form, key=key, address=self._address())
        response = self.render_to_response(context)
        response["Cache-Control"] = "private, no-store"
        return response

    def _address(self):
        """Where the platform fetches; empty on a site without these addresses, of which a check tells."""
        try:
            path = reverse("wagtail_disclosure:upward_items", args=[self.platform.code, self.platform.format])
        except NoReverseMatch:
            return ""
        return self.request.build_absolute_uri(path)

    def get_success_url(self):
        return reverse(f"{PLATFORMS}:index")


class HandOverView(OfPlatform):
    """By hand: take what waits as a file, enter or link it at the platform, say so here."""

    page_title = gettext_lazy("Submit by hand")
    header_icon = "download"
    form_class = forms.HandOverForm
    submit_label = gettext_lazy("Mark all as submitted")
    template_name = "wagtail_disclosure/interchange/upward/hand_over.html"

    @cached_property
    def waiting(self):
        return files.waiting(self.platform, self.request.user)

    def get_initial(self):
        last = self.waiting[: files.MOST].aggregate(last=Max("pk"))["last"]
        return {**super().get_initial(), "up_to": last or 1}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            count=self.waiting.count(),
            rows=self.waiting[:20],
            most=files.MOST,
            downloads=[
                (kind.upper(), url("file", self.platform.pk, kind)) for kind in ("xlsx", "json", "xml")
            ],
            import_url=url("statuses", self.platform.pk),
            **kwargs,
        )

    def act(self, form):
        done = files.mark_handed_over(self.platform, self.request.user, **form.cleaned_data)
        text = ngettext("%(count)d item was marked.", "%(count)d items were marked.", done)
        return text % {"count": done}


class FileView(View):
    """What waits, as a file. Nothing is marked by taking it."""

    def get(self, request, pk, file_kind):
        platform = access.platform_or_404(request.user, pk)
        body = files.hand_over_file(platform, request.user, file_kind)
        kind = TYPES.get(file_kind) or sheets.CONTENT_TYPES[file_kind]
        response = HttpResponse(body, content_type=kind)
        name = f"{platform.code}-{timezone.localdate():%Y-%m-%d}.{file_kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response


class StatusesView(OfPlatform):
    """The sheet that the platform gave back. Nothing of it is taken over while any row is wrong."""

    page_title = gettext_lazy("Read statuses from a sheet")
    header_icon = "upload"
    form_class = forms.StatusFileForm
    submit_label = gettext_lazy("Read the sheet")
    template_name = "wagtail_disclosure/interchange/upward/statuses.html"

    def act(self, form):
        upload = form.cleaned_data["file"]
        try:
            reports, problems = files.read_statuses(
                self.platform, self.request.user, upload.file, upload.name
            )
        except sheets.SheetError as error:
            form.add_error("file", str(error))
            return None
        if problems:
            self.problems = problems
            form.add_error(None, _("Nothing was taken over: correct these rows and upload the sheet again."))
            return None
        applied, repeated, late = files.apply_statuses(self.platform, self.request.user, reports)
        return _("%(applied)d taken over, %(repeated)d as before, %(late)d have a later status.") % {
            "applied": applied,
            "repeated": repeated,
            "late": late,
        }

    def get_context_data(self, **kwargs):
        problems = getattr(self, "problems", [])
        return super().get_context_data(
            problems=problems[:200], left_out=max(0, len(problems) - 200), statuses=files.STATUSES, **kwargs
        )


# Counts


class CountsView(WagtailAdminTemplateMixin, TemplateView):
    """Submitted and adopted by department and month; each number leads to its items."""

    template_name = "wagtail_disclosure/interchange/upward/counts.html"
    page_title = gettext_lazy("Submitted and adopted")
    header_icon = "table"

    def dispatch(self, request, *args, **kwargs):
        if not access.may_see(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, _list(), {"url": "", "label": self.get_page_title()}]

    @cached_property
    def platform(self):
        key = self.request.GET.get("platform", "")
        known = key.isascii() and key.isdigit() and len(key) < 19
        return access.platforms_of(self.request.user).filter(pk=key).first() if known else None

    @cached_property
    def period(self):
        """Year and month; this year for anything that is none."""
        try:
            return counts.month_of(self.request.GET.get("month", ""))
        except ValueError:
            return timezone.localdate().year, None

    @cached_property
    def submissions(self):
        found = UpwardSubmission.objects.seen_by(self.request.user)
        return found.filter(platform=self.platform) if self.platform else found

    def get(self, request, *args, **kwargs):
        if request.GET.get("export") == "csv":
            rows = sheets.rows_as_csv(self.rows())
            response = StreamingHttpResponse(rows, content_type=sheets.CONTENT_TYPES[sheets.CSV])
            response["Content-Disposition"] = 'attachment; filename="submitted-and-adopted.csv"'
            return response
        return super().get(request, *args, **kwargs)

    def rows(self):
        """The table of departments, and of months, as the export has it. Made at once, in the reader's language."""
        heading = [str(each.label) for each in counts.COUNTED.values()]
        found = [[_("Department"), *heading]]
        found += [[name or "—", *numbers.values()] for (_key, name), numbers in self.departments.items()]
        found += [[], [_("Month"), *heading]]
        year = self.period[0]
        return [*found, *([f"{year}-{month:02}", *numbers.values()] for month, numbers in self.months)]

    @cached_property
    def departments(self):
        return counts.by_department(self.submissions, *counts.month_bounds(*self.period))

    @cached_property
    def months(self):
        return counts.by_month(self.submissions, self.period[0])

    def _cells(self, numbers, **query):
        fixed = {"platform": self.platform.pk} if self.platform else {}
        return [
            {"number": number, "name": name, "url": url("index", counted=name, **query, **fixed)}
            for name, number in numbers.items()
        ]

    def get_context_data(self, **kwargs):
        year, month = self.period
        when = f"{year}-{month:02}" if month else str(year)
        total = {name: sum(each[name] for each in self.departments.values()) for name in counts.COUNTED}
        return super().get_context_data(
            headings=[each.label for each in counts.COUNTED.values()],
            departments=[
                (name or "—", self._cells(numbers, month=when, department=key or 0))
                for (key, name), numbers in self.departments.items()
            ],
            total=self._cells(total, month=when),
            months=[
                (f"{year}-{month:02}", self._cells(numbers, month=f"{year}-{month:02}"))
                for month, numbers in self.months
            ],
            period=when,
            year=year,
            month=month,
            years=counts.years_of(self.submissions),
            month_numbers=range(1, 13),
            platforms=access.platforms_of(self.request.user),
            platform=self.platform,
            **kwargs,
        )


RUNS_SHOWN = 10
RUNS_HEADING = pgettext_lazy("upward feed", "Runs")


class RunsView(OfPlatform):
    """The last runs of sending to a platform, with what was noticed in its answers."""

    permission = access.CHANGE
    page_title = RUNS_HEADING
    header_icon = "history"
    form_class = Form
    template_name = "wagtail_disclosure/interchange/upward/runs.html"

    def post(self, request, *args, **kwargs):
        messages.error(request, _("There is nothing to send here."))
        return self.get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        from .fetching import finding_text

        runs = [
            {"run": each, "came": push.what_came(each), "findings": [finding_text(f) for f in each.findings]}
            for each in self.platform.runs.all()[:RUNS_SHOWN]
        ]
        return super().get_context_data(runs=runs, **kwargs)
